"""The error function, the gamma function, and their relatives; their values are SciPy's."""

import math

import numpy as np

from ..rule import register

HANDBOOK = "Abramowitz, Stegun, Handbook of Mathematical Functions, 1964"
ROOT_PI = math.sqrt(math.pi)


def scipy_special():
    """scipy.special, imported when it is first needed: it takes 30 ms."""
    from scipy import special

    return special


def of_scipy(name, x):
    """A function of SciPy in the type of x: SciPy has none for float16 and answers in another."""
    return np.asarray(getattr(scipy_special(), name)(x), x.dtype)


def erf_forward(x):
    """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return of_scipy("erf", x), x


def erf_backward(dout, cache):
    x = cache
    return (dout * (2 / ROOT_PI * np.exp(-x * x)),)


def erfc_forward(x):
    """1 - erf(x), exact also where erf(x) is nearly 1."""
    return of_scipy("erfc", x), x


def erfc_backward(dout, cache):
    x = cache
    return (-dout * (2 / ROOT_PI * np.exp(-x * x)),)


def erfinv_forward(x):
    """The number whose erf is x."""
    out = of_scipy("erfinv", x)
    return out, out


def erfinv_backward(dout, cache):
    out = cache
    return (dout * (ROOT_PI / 2 * np.exp(out * out)),)


def lgamma_forward(x):
    """log |gamma(x)|, where gamma(n + 1) = n!."""
    return of_scipy("gammaln", x), x


def lgamma_backward(dout, cache):
    x = cache
    return (dout * of_scipy("digamma", x),)


erf = register("erf", erf_forward, erf_backward, torch="erf", source=f"{HANDBOOK}, 7.1.1")
erfc = register("erfc", erfc_forward, erfc_backward, torch="erfc", source=f"{HANDBOOK}, 7.1.2")
erfinv = register(
    "erfinv",
    erfinv_forward,
    erfinv_backward,
    torch="erfinv",
    source="differential calculus: derivative of the inverse function",
)
lgamma = register(
    "lgamma", lgamma_forward, lgamma_backward, torch="lgamma", source=f"{HANDBOOK}, 6.3.1"
)
