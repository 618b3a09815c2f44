"""Elementary functions of one array, element by element: d(in) = d(out) * f'(in)."""

import numpy as np

from ..rule import register

CALCULUS = "differential calculus: elementary functions"


def neg_forward(x):
    return -x, None


def neg_backward(dout, cache):
    return (-dout,)


def exp_forward(x):
    with np.errstate(over="ignore"):
        out = np.exp(x)
    return out, out


def exp_backward(dout, cache):
    out = cache
    return (dout * out,)


def log_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 = -inf, quietly, as in PyTorch
        return np.log(x), x


def log_backward(dout, cache):
    x = cache
    return (dout / x,)


def log1p_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log1p(x), x


def log1p_backward(dout, cache):
    x = cache
    return (dout / (1 + x),)


def sqrt_forward(x):
    with np.errstate(invalid="ignore"):
        out = np.sqrt(x)
    return out, out


def sqrt_backward(dout, cache):
    out = cache
    return (dout / (2 * out),)  # the slope at 0 is infinite


def abs_forward(x):
    return np.abs(x), x


def abs_backward(dout, cache):
    x = cache
    return (dout * np.sign(x),)  # sign(0) = 0: the convention at the kink


def sin_forward(x):
    return np.sin(x), x


def sin_backward(dout, cache):
    x = cache
    return (dout * np.cos(x),)


def cos_forward(x):
    return np.cos(x), x


def cos_backward(dout, cache):
    x = cache
    return (-dout * np.sin(x),)


def clamp_forward(x, *, min=None, max=None):
    inside = np.ones(x.shape, bool)
    if min is not None:
        inside &= x >= min
    if max is not None:
        inside &= x <= max
    return np.clip(x, min, max), inside


def clamp_backward(dout, cache):
    inside = cache
    return (
        dout * inside,
    )  # a clamped element no longer moves; the bounds themselves count as inside


neg = register("neg", neg_forward, neg_backward, torch="neg", source=CALCULUS)
exp = register("exp", exp_forward, exp_backward, torch="exp", source=CALCULUS)
log = register("log", log_forward, log_backward, torch="log", source=CALCULUS)
log1p = register("log1p", log1p_forward, log1p_backward, torch="log1p", source=CALCULUS)
sqrt = register("sqrt", sqrt_forward, sqrt_backward, torch="sqrt", source=CALCULUS)
abs = register("abs", abs_forward, abs_backward, torch="abs", source=CALCULUS)
sin = register("sin", sin_forward, sin_backward, torch="sin", source=CALCULUS)
cos = register("cos", cos_forward, cos_backward, torch="cos", source=CALCULUS)
clamp = register("clamp", clamp_forward, clamp_backward, torch="clamp", source=CALCULUS)
