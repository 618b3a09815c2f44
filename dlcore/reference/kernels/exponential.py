"""Exponentials and logarithms to other bases, powers -1 and -1/2, and the hyperbolic functions."""

import numpy as np

from ..rule import register

CALCULUS = "differential calculus: elementary functions"
LOG_2, LOG_10 = 0.6931471805599453, 2.302585092994046


def exp2_forward(x):
    with np.errstate(over="ignore"):
        out = np.exp2(x)
    return out, out


def exp2_backward(dout, cache):
    out = cache
    return (dout * out * LOG_2,)


def expm1_forward(x):
    with np.errstate(over="ignore"):
        out = np.expm1(x)
    return out, out


def expm1_backward(dout, cache):
    out = cache
    return (dout * (out + 1),)


def log2_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(x), x


def log2_backward(dout, cache):
    x = cache
    return (dout / (x * LOG_2),)


def log10_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(x), x


def log10_backward(dout, cache):
    x = cache
    return (dout / (x * LOG_10),)


def reciprocal_forward(x):
    with np.errstate(divide="ignore"):
        out = 1 / x
    return out, out


def reciprocal_backward(dout, cache):
    out = cache
    return (-dout * out * out,)


def rsqrt_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        out = 1 / np.sqrt(x)
    return out, out


def rsqrt_backward(dout, cache):
    out = cache
    return (-0.5 * dout * out * out * out,)


def sinh_forward(x):
    with np.errstate(over="ignore"):
        return np.sinh(x), x


def sinh_backward(dout, cache):
    x = cache
    return (dout * np.cosh(x),)


def cosh_forward(x):
    with np.errstate(over="ignore"):
        return np.cosh(x), x


def cosh_backward(dout, cache):
    x = cache
    return (dout * np.sinh(x),)


exp2 = register("exp2", exp2_forward, exp2_backward, torch="exp2", source=CALCULUS)
expm1 = register("expm1", expm1_forward, expm1_backward, torch="expm1", source=CALCULUS)
log2 = register("log2", log2_forward, log2_backward, torch="log2", source=CALCULUS)
log10 = register("log10", log10_forward, log10_backward, torch="log10", source=CALCULUS)
reciprocal = register(
    "reciprocal", reciprocal_forward, reciprocal_backward, torch="reciprocal", source=CALCULUS
)
rsqrt = register("rsqrt", rsqrt_forward, rsqrt_backward, torch="rsqrt", source=CALCULUS)
sinh = register("sinh", sinh_forward, sinh_backward, torch="sinh", source=CALCULUS)
cosh = register("cosh", cosh_forward, cosh_backward, torch="cosh", source=CALCULUS)
