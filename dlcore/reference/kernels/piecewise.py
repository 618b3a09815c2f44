"""Activation functions made of straight pieces, forward next to backward.

At a corner the slope is a choice; PyTorch's is taken.
"""

import numpy as np

from ..rule import register


def threshold_forward(x, *, threshold, value):
    kept = x > threshold
    return np.where(kept, x, x.dtype.type(value)), kept


def threshold_backward(dout, cache):
    kept = cache
    return (dout * kept,)


def hardtanh_forward(x, *, min_val=-1.0, max_val=1.0):
    out = np.clip(x, min_val, max_val)
    return out, (out, min_val, max_val)


def hardtanh_backward(dout, cache):
    out, min_val, max_val = cache
    return (dout * ((out > min_val) & (out < max_val)),)  # a corner counts as outside


def hardsigmoid_forward(x):
    """A sigmoid of three straight pieces: 0, x / 6 + 1 / 2, 1."""
    return np.clip(x / 6 + x.dtype.type(0.5), 0, 1), (x > -3) & (x < 3)


def hardsigmoid_backward(dout, cache):
    inside = cache
    return (dout * inside / 6,)


def hardswish_forward(x):
    """x * hardsigmoid(x)."""
    return x * np.clip(x / 6 + x.dtype.type(0.5), 0, 1), x


def hardswish_backward(dout, cache):
    x = cache
    slope = np.where(x < 3, x / 3 + x.dtype.type(0.5), 1)
    return (dout * np.where(x > -3, slope, 0).astype(x.dtype),)


def hardshrink_forward(x, *, lambd=0.5):
    kept = np.abs(x) > lambd
    return x * kept, kept


def softshrink_forward(x, *, lambd=0.5):
    return np.sign(x) * np.maximum(np.abs(x) - lambd, 0), np.abs(x) > lambd


def shrink_backward(dout, cache):
    kept = cache
    return (dout * kept,)


def prelu_forward(x, weight):
    """x where positive, weight * x elsewhere: x (N, C, ...), weight (C,), or (1,) for all x."""
    slope = weight if weight.size == 1 else weight.reshape(-1, *[1] * (x.ndim - 2))
    return np.where(x > 0, x, x * slope), (x, slope, weight.shape)


def prelu_backward(dout, cache):
    x, slope, shape = cache
    positive = x > 0
    dslope = np.where(positive, 0, dout * x).astype(x.dtype)
    if slope.size == 1:
        dweight = dslope.sum().reshape(shape)
    else:
        dweight = dslope.sum(axis=(0, *range(2, x.ndim)))
    return np.where(positive, dout, dout * slope), dweight


MOBILENET = "Howard et al. 2019, ICCV, arXiv:1905.02244"

threshold = register(
    "threshold",
    threshold_forward,
    threshold_backward,
    torch="nn.functional.threshold",
    source="Hahnloser et al. 2000, Nature 405, 947-951",
)
hardtanh = register(
    "hardtanh",
    hardtanh_forward,
    hardtanh_backward,
    torch="nn.functional.hardtanh",
    source="Collobert 2004, thesis, Université Paris 6",
)
hardsigmoid = register(
    "hardsigmoid",
    hardsigmoid_forward,
    hardsigmoid_backward,
    torch="nn.functional.hardsigmoid",
    source=MOBILENET,
)
hardswish = register(
    "hardswish",
    hardswish_forward,
    hardswish_backward,
    torch="nn.functional.hardswish",
    source=MOBILENET,
)
hardshrink = register(
    "hardshrink",
    hardshrink_forward,
    shrink_backward,
    torch="nn.functional.hardshrink",
    source="Donoho, Johnstone 1994, Biometrika 81, 425-455",
)
softshrink = register(
    "softshrink",
    softshrink_forward,
    shrink_backward,
    torch="nn.functional.softshrink",
    source="Donoho, Johnstone 1994, Biometrika 81, 425-455",
)
prelu = register(
    "prelu",
    prelu_forward,
    prelu_backward,
    torch="nn.functional.prelu",
    source="He, Zhang, Ren, Sun 2015, ICCV, arXiv:1502.01852",
)
