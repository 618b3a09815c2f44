"""Trigonometric functions and the inverses of these and of the hyperbolic ones."""

import numpy as np

from ..rule import register

CALCULUS = "differential calculus: derivative of the inverse function"


def tan_forward(x):
    out = np.tan(x)
    return out, out


def tan_backward(dout, cache):
    out = cache
    return (dout * (1 + out * out),)


def asin_forward(x):
    with np.errstate(invalid="ignore"):
        return np.arcsin(x), x


def asin_backward(dout, cache):
    x = cache
    return (dout / np.sqrt(1 - x * x),)


def acos_forward(x):
    with np.errstate(invalid="ignore"):
        return np.arccos(x), x


def acos_backward(dout, cache):
    x = cache
    return (-dout / np.sqrt(1 - x * x),)


def atan_forward(x):
    return np.arctan(x), x


def atan_backward(dout, cache):
    x = cache
    return (dout / (1 + x * x),)


def asinh_forward(x):
    return np.arcsinh(x), x


def asinh_backward(dout, cache):
    x = cache
    return (dout / np.sqrt(x * x + 1),)


def acosh_forward(x):
    with np.errstate(invalid="ignore"):
        return np.arccosh(x), x


def acosh_backward(dout, cache):
    x = cache
    return (dout / np.sqrt(x * x - 1),)


def atanh_forward(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arctanh(x), x


def atanh_backward(dout, cache):
    x = cache
    return (dout / (1 - x * x),)


tan = register("tan", tan_forward, tan_backward, torch="tan", source=CALCULUS)
asin = register("asin", asin_forward, asin_backward, torch="asin", source=CALCULUS)
acos = register("acos", acos_forward, acos_backward, torch="acos", source=CALCULUS)
atan = register("atan", atan_forward, atan_backward, torch="atan", source=CALCULUS)
asinh = register("asinh", asinh_forward, asinh_backward, torch="asinh", source=CALCULUS)
acosh = register("acosh", acosh_forward, acosh_backward, torch="acosh", source=CALCULUS)
atanh = register("atanh", atanh_forward, atanh_backward, torch="atanh", source=CALCULUS)
