"""Typical wrong backwards: name -> (rule, a student's function, kind of mistake, the answer)."""

import numpy as np

from dlcore.reference import rule


def ours(name, change):
    """A backward that changes the gradients of ours."""
    backward = rule(name).backward

    def changed(dout, cache):
        return change(*backward(dout, cache))

    return changed


def looked_up(dout, cache):
    index, shape = cache[:2]
    dweight = np.zeros(shape, dout.dtype)
    dweight[index] = dout
    return None, dweight


def padded(dout, cache):
    dx, *others = rule("conv2d").backward(dout, cache)
    i, j = cache[4]  # padding
    return np.pad(dx, ((0, 0), (0, 0), (i, i), (j, j))), *others


def written_over(dout, cache):
    dx, *others = rule("conv2d").backward(dout, cache)
    w = cache[1]
    dx = np.zeros_like(dx)
    for i, j in np.ndindex(dout.shape[2:]):
        dx[:, :, i : i + 3, j : j + 3] = np.einsum("nf,fcrs->ncrs", dout[:, :, i, j], w)
    return dx, *others


BACKWARDS = {
    "assigned, not added": (
        "embedding",
        looked_up,
        "typical",
        "as if a row that is looked up twice received its last gradient alone",
    ),
    "convention at 0": (
        "relu",
        lambda dout, cache: (dout * (cache >= 0),),
        "other",
        "equal to dout unchanged",
    ),
    "no chain rule": (
        "relu",
        lambda dout, cache: (1.0 * (cache > 0),),
        "term",
        "is not multiplied by dout: every gradient starts with it",
    ),
    "no tuple needed": ("relu", lambda dout, cache: dout * (cache > 0), "", "agrees with ours"),
    "transposed": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw.T, *db)),
        "shape",
        r"input 1 \(w\) has shape \(3, 5\) .* its transpose is right",
    ),
    "no sum": (
        "linear",
        lambda dout, cache: (*rule("linear").backward(dout, cache)[:2], dout),
        "shape",
        r"correct up to broadcasting, and the sum over axis 0 is missing",
    ),
    "mean for sum": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw / 7, *db)),
        "factor",
        "is 1/7 times .* a mean stands where the sum is expected: 7 is the length of axis 0",
    ),
    "swapped shapes": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dw, dx, *db)),
        "swapped",
        r"it is the gradient of input 1 \(w\), the two are swapped",
    ),
    "one too few": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw)),
        "count",
        r"returned 2 gradients for 3 inputs; .* input 0 \(x\), input 1 \(w\), input 2 \(b\)",
    ),
    "none": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, None, *db)),
        "none",
        r"the gradient of input 1 \(w\) is None; return an array of shape \(5, 3\)",
    ),
    "a list": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw.tolist(), *db)),
        "form",
        r"the gradient of input 1 \(w\) is of type list",
    ),
    "sign": (
        "mse_loss",
        ours("mse_loss", lambda dinput, dtarget: (-dinput, dtarget)),
        "factor",
        r"-1 times what it should be, in every entry \(the sign is reversed\)",
    ),
    "sum for mean": (
        "mse_loss",
        lambda dout, cache: (2 * dout * cache[0], -2 * dout * cache[0]),
        "factor",
        "is 7 times what it should be.*perhaps a sum stands where the mean is expected: 7",
    ),
    "square": (
        "mse_loss",
        ours("mse_loss", lambda dinput, dtarget: (dinput / 2, dtarget / 2)),
        "factor",
        r"0.5 times what it should be, in every entry \(the derivative of a square has a 2\)",
    ),
    "diagonal": (
        "softmax",
        lambda dout, cache: (dout * cache[0] * (1 - cache[0]),),
        "typical",
        "is the diagonal of the Jacobian, and the rest of it is missing",
    ),
    "no projection": (
        "softmax",
        lambda dout, cache: (dout * cache[0],),
        "term",
        "off by out times a number that is the same along axis 1",
    ),
    "flipped kernel": (
        "conv2d",
        ours("conv2d", lambda dx, dw, *db: (dx, dw[..., ::-1, ::-1], *db)),
        "flipped",
        r"input 1 \(w\) holds the right numbers in reversed order along axes 2 and 3",
    ),
    "kernel transposed": (
        "conv2d",
        ours("conv2d", lambda dx, dw, *db: (dx, dw.swapaxes(2, 3), *db)),
        "transposed",
        r"the right numbers, but its axes are in the order \(0, 1, 3, 2\)",
    ),
    "written over": (
        "conv2d",
        written_over,
        "typical",
        r"a window wrote over what the one before it had added \(= instead of \+=\)",
    ),
    "padding kept": (
        "conv2d",
        padded,
        "shape",
        r"should have shape \(3, 4, 7, 6\): its middle is right; cut the padding off",
    ),
    "axis kept": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw, *(d[None] for d in db))),
        "shape",
        r"shape \(1, 5\) and should have shape \(5,\): it has an axis of length 1 too many",
    ),
    "None for a bias that is not there": (
        "linear",
        ours("linear", lambda dx, dw, db=None: (dx, dw, db)),
        "",
        "agrees with ours",
    ),
    "no chain rule in a loss": (
        "cross_entropy",
        lambda dout, cache: rule("cross_entropy").backward(np.ones_like(dout), cache),
        "term",
        "is not multiplied by dout: every gradient starts with it",
    ),
    "no root": (
        "scaled_dot_product_attention",
        ours("scaled_dot_product_attention", lambda dq, dk, *more: (dq, dk * 5**0.5, *more)),
        "factor",
        r"2.236 times .* \(a root of 5, which is the length of the last axis of input 0 \(q\)",
    ),
    "mean over places": (
        "conv2d",
        ours("conv2d", lambda dx, dw, *db: (dx, dw, *(d / 60 for d in db))),
        "factor",
        r"is 1/60 times .*60 is the length of axes 0, 2 and 3 of dout",
    ),
    "one axis not summed": (
        "conv2d",
        lambda dout, cache: (*rule("conv2d").backward(dout, cache)[:2], dout.sum(axis=(2, 3))),
        "shape",
        "the sum over axis 0 is missing",
    ),
    "an output forgotten": (
        "lstm_cell",
        lambda dout, cache: rule("lstm_cell").backward((dout[0], 0 * dout[1]), cache),
        "typical",
        r"as if dout\[1\] were zero: it is not used",
    ),
    "shift of x": (
        "layer_norm",
        ours("layer_norm", lambda dx, *dlearnt: (dx + dx[:, :1], *dlearnt)),
        "term",
        "off by a number that is the same along axis 1: a mean or a sum over that axis is missing",
    ),
    "infinite": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx / 0.0, dw, *db)),
        "nan",
        r"the gradient of input 0 \(x\) is infinite in 21 of 21 entries",
    ),
    "promoted": (
        "linear",
        ours("linear", lambda dx, dw, *db: (dx, dw * np.ones(dw.shape), *db)),
        "dtype",
        r"the gradient of input 1 \(w\) is float64 for float32 inputs",
    ),
}
