"""Typical wrong forwards: name -> (rule, a student's function, kind of mistake, the answer)."""

import numpy as np


def convolved(x, w, b=None, stride=(1, 1), padding=(0, 0), mode="constant"):
    """A convolution as a student may write it."""
    R, S = w.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), mode)
    windows = np.lib.stride_tricks.sliding_window_view(x, (R, S), axis=(2, 3))
    out = np.einsum("nchwrs,fcrs->nfhw", windows[:, :, :: stride[0], :: stride[1]], w)
    return out if b is None else out + b[:, None, None]


def lstm_step(order, x, h, c, w_ih, w_hh, b_ih, b_hh):
    z = dict(zip(order, np.split(x @ w_ih.T + h @ w_hh.T + b_ih + b_hh, 4, axis=1), strict=True))
    i, f, o = (1 / (1 + np.exp(-z[gate])) for gate in "ifo")
    c = f * c + i * np.tanh(z["g"])
    return (o * np.tanh(c), c), None


def softmax(x, dim, over=None, peak=True):
    e = np.exp(x - x.max(axis=dim, keepdims=True) if peak else 800 * x)
    return e / e.sum(axis=dim if over is None else over, keepdims=True), None


def layer_norm(x, weight, bias, *, normalized_shape, eps=1e-5, scale=True, ddof=0):
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    std = np.sqrt(x.var(axis=axes, keepdims=True, ddof=ddof) + eps)
    normal = (x - x.mean(axis=axes, keepdims=True)) / std
    return (normal * weight if scale else normal) + bias, None


def attention(q, k, v, mask=None, *, is_causal=False, scale=1.0):
    scores = q @ k.swapaxes(-1, -2) * scale
    if mask is not None and mask.dtype == bool:  # and the wrong way round
        scores = np.where(mask, -np.inf, scores)
    if is_causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ v, None


def changing(x):
    x[x < 0] = 0
    return x, x


FORWARDS = {
    "no pair": ("relu", lambda x: np.maximum(x, 0), "form", r"pair \(out, cache\), and returned"),
    "wrong half": (
        "relu",
        lambda x: (abs(x), x),
        "entries",
        r"All of them lie where input 0 \(x\) is negative, and the others are right",
    ),
    "in place": ("relu", changing, "changed", r"your forward changed input 0 \(x\) in place"),
    "promoted": (
        "relu",
        lambda x: (np.maximum(x, np.zeros(x.shape)), x),
        "dtype",
        "is float64 for float32 inputs",
    ),
    "not an array": ("relu", lambda x: (x.tolist(), x), "form", "its out is of type list"),
    "transposed": (
        "linear",
        lambda x, w, b: (w @ x.T + b[:, None], None),
        "shape",
        "this is the transposed shape, and its transpose is right",
    ),
    "no bias": (
        "linear",
        lambda x, w, b: (x @ w.T, None),
        "term",
        r"misses input 2 \(b\) along axis 1: it is not added",
    ),
    "minus bias": (
        "linear",
        lambda x, w, b: (x @ w.T - b, None),
        "term",
        r"has input 2 \(b\) along axis 1 with the wrong sign",
    ),
    "sum for mean": (
        "mse_loss",
        lambda input, target: (np.sum((input - target) ** 2), None),
        "factor",
        "is 7 times what it should be.*perhaps a sum stands where the mean is expected",
    ),
    "wrong axis": (
        "softmax",
        lambda x, dim: softmax(x, dim, over=0),
        "entries",
        "wrong in 15 of 15 entries",
    ),
    "all axes": (
        "softmax",
        lambda x, dim: softmax(x, dim, over=(0, 1)),
        "factor per axis",
        "right up to a factor that differs along axis 0",
    ),
    "overflow": (
        "softmax",
        lambda x, dim: softmax(x, dim, peak=False),
        "nan",
        "is nan in .* or the exponential of a large number",
    ),
    "flipped kernel": (
        "conv2d",
        lambda x, w, b=None: (convolved(x, w[..., ::-1, ::-1], b), None),
        "typical",
        r"as if input 1 \(w\) were reversed along its last two axes",
    ),
    "padding ignored": (
        "conv2d",
        lambda x, w, b=None, *, stride=(1, 1), padding=(0, 0): (convolved(x, w, b, stride), None),
        "typical",
        r"has shape \(3, 8, 5, 4\) and should have shape \(3, 8, 7, 6\): it is as if "
        r"padding=\(1, 1\) were \(0, 0\).*; 1 other example right",
    ),
    "padding of another kind": (
        "conv2d",
        lambda x, w, b=None, *, padding=(0, 0): (convolved(x, w, b, (1, 1), padding, "edge"), None),
        "entries",
        "All of them lie at the border .*look at the padding",
    ),
    "strides exchanged": (
        "conv2d",
        lambda x, w, b=None, *, stride=(1, 1), padding=(0, 0): (
            convolved(x, w, b, stride[::-1], padding),
            None,
        ),
        "typical",
        r"as if stride=\(2, 1\) were \(1, 2\)",
    ),
    "gates": (
        "lstm_cell",
        lambda *inputs: lstm_step("igfo", *inputs),
        "typical",
        "as if the gates stood in the order i g f o; it is i f g o",
    ),
    "states exchanged": (
        "lstm_cell",
        lambda *inputs: (lstm_step("ifgo", *inputs)[0][::-1], None),
        "other",
        "result 0 of forward is equal to result 1, and it should not be",
    ),
    "one state": (
        "lstm_cell",
        lambda *inputs: (lstm_step("ifgo", *inputs)[0][0], None),
        "count",
        "returned one array and should return a tuple of 2 arrays",
    ),
    "no scale": (
        "scaled_dot_product_attention",
        lambda q, k, v: attention(q, k, v),
        "typical",
        "as if the scores were not divided by the root of D",
    ),
    "mask turned round": (
        "scaled_dot_product_attention",
        lambda q, k, v, mask=None, *, is_causal=False, scale=None: attention(
            q, k, v, mask, is_causal=is_causal, scale=scale or q.shape[-1] ** -0.5
        ),
        "typical",
        r"as if True and False in input 3 \(mask\) were exchanged",
    ),
    "no weight": (
        "layer_norm",
        lambda x, weight, bias, **options: layer_norm(x, weight, bias, scale=False, **options),
        "typical",
        r"as if input 1 \(weight\) were all ones: it is not used",
    ),
    "unbiased": (
        "layer_norm",
        lambda x, weight, bias, **options: layer_norm(x, weight, bias, ddof=1, **options),
        "typical",
        "as if the variance were divided by n - 1",
    ),
}
