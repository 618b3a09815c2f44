"""Remainders and other functions of two arrays, element by element."""

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast

CALCULUS = "differential calculus: the quotient is constant between its jumps"


def _both(dout, da, db, cache, needs):
    """The gradients of two broadcast arrays from the slopes of each."""
    a_shape, b_shape = cache
    return (
        unbroadcast(dout * da, a_shape) if needs[0] else None,
        unbroadcast(dout * db, b_shape) if needs[1] else None,
    )


def remainder_forward(a, b):
    """a - b floor(a / b): it has the sign of b."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.remainder(a, b), (a, b)


def remainder_backward(dout, cache, needs=(True, True)):
    a, b = cache
    return _both(dout, 1, -np.floor_divide(a, b), (np.shape(a), np.shape(b)), needs)


def fmod_forward(a, b):
    """a - b trunc(a / b): it has the sign of a."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.fmod(a, b), (a, b)


def fmod_backward(dout, cache, needs=(True, True)):
    a, b = cache
    return _both(dout, 1, -np.trunc(a / b), (np.shape(a), np.shape(b)), needs)


def atan2_forward(a, b):
    """The angle of the point (b, a), in (-pi, pi]."""
    return np.arctan2(a, b), (a, b)


def atan2_backward(dout, cache, needs=(True, True)):
    a, b = cache
    square = a * a + b * b
    with np.errstate(divide="ignore", invalid="ignore"):
        return _both(dout, b / square, -a / square, (np.shape(a), np.shape(b)), needs)


def hypot_forward(a, b):
    """sqrt(a^2 + b^2), without overflow of the squares."""
    out = np.hypot(a, b)
    return out, (a, b, out)


def hypot_backward(dout, cache, needs=(True, True)):
    a, b, out = cache
    with np.errstate(divide="ignore", invalid="ignore"):
        return _both(dout, a / out, b / out, (np.shape(a), np.shape(b)), needs)


def logaddexp_forward(a, b):
    """log(e^a + e^b), without overflow."""
    out = np.logaddexp(a, b)
    return out, (a, b, out)


def logaddexp_backward(dout, cache, needs=(True, True)):
    a, b, out = cache
    peak = np.where(np.isfinite(out), out, 0)
    return _both(dout, np.exp(a - peak), np.exp(b - peak), (np.shape(a), np.shape(b)), needs)


def xlogy_forward(a, b):
    """a log b, and 0 where a is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((a == 0) & ~np.isnan(b), a.dtype.type(0), a * np.log(b)), (a, b)


def xlogy_backward(dout, cache, needs=(True, True)):
    a, b = cache
    with np.errstate(divide="ignore", invalid="ignore"):
        da = np.where((a == 0) & (b <= 0), a.dtype.type(0), np.log(b))
        return _both(dout, da, a / b, (np.shape(a), np.shape(b)), needs)


remainder = register(
    "remainder", remainder_forward, remainder_backward, torch="remainder", source=CALCULUS
)
fmod = register("fmod", fmod_forward, fmod_backward, torch="fmod", source=CALCULUS)
atan2 = register(
    "atan2",
    atan2_forward,
    atan2_backward,
    torch="atan2",
    source="differential calculus: the arc tangent and the chain rule",
)
hypot = register(
    "hypot",
    hypot_forward,
    hypot_backward,
    torch="hypot",
    source="differential calculus: the theorem of Pythagoras",
)
logaddexp = register(
    "logaddexp",
    logaddexp_forward,
    logaddexp_backward,
    torch="logaddexp",
    source="Boyd, Vandenberghe, Convex Optimization, 2004, section 3.1.5",
)
xlogy = register(
    "xlogy",
    xlogy_forward,
    xlogy_backward,
    torch="xlogy",
    source="differential calculus; x log x -> 0 for x -> 0",
)
