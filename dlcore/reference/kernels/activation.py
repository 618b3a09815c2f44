"""Activation functions, forward next to backward."""

import numpy as np

from ..rule import register
from .blocks import in_blocks


def relu_forward(x):
    out = np.maximum(x, np.zeros_like(x))  # two arrays: NumPy's loop with a number is far slower
    return out, out


def relu_backward(dout, cache):
    out = cache
    return (dout * (out > 0),)  # relu'(0) = 0, by convention


def leaky_relu_forward(x, *, negative_slope=0.01):
    return np.where(x > 0, x, x * negative_slope), (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, negative_slope = cache
    return (np.where(x > 0, dout, dout * negative_slope),)


def logistic(x):
    """1 / (1 + exp(-x)) without overflow, since it is (1 + tanh(x / 2)) / 2."""
    half = x.dtype.type(0.5)
    return half + half * np.tanh(half * x)


def sigmoid_forward(x):
    out = logistic(x)
    return out, out


def sigmoid_backward(dout, cache):
    out = cache
    return (dout * out * (1 - out),)


def tanh_forward(x):
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    out = cache
    return (dout * (1 - out * out),)


def softplus_forward(x, *, beta=1.0, threshold=20.0):
    # Above the threshold softplus(x) is x to within rounding; PyTorch makes the same cut.
    linear = beta * x > threshold
    return np.where(linear, x, np.logaddexp(0, beta * x) / beta).astype(x.dtype), (x, beta, linear)


def softplus_backward(dout, cache):
    x, beta, linear = cache
    return (np.where(linear, dout, dout * logistic(beta * x)),)


def silu_forward(x):
    gate = logistic(x)
    return x * gate, (x, gate)


def silu_backward(dout, cache):
    x, gate = cache
    return (dout * gate * (1 + x * (1 - gate)),)


ROOT_HALF = 0.7071067811865476  # 1 / sqrt(2)
ROOT_2_OVER_PI = 0.7978845608028654  # sqrt(2 / pi)
CUBIC = 0.044715  # of the approximation by tanh


def gelu_forward(x, *, approximate="none"):
    """x * Phi(x) with the normal distribution's Phi, or its approximation by tanh."""

    def exact(x):
        phi = 0.5 * (1 + erf(x * ROOT_HALF))
        return x * phi, phi

    def by_tanh(x):
        t = np.tanh(ROOT_2_OVER_PI * x * (1 + CUBIC * (x * x)))
        return 0.5 * x * (1 + t), t

    out, inner = in_blocks(exact if approximate == "none" else by_tanh, x)
    return out, (x, inner, approximate)


def gelu_backward(dout, cache):
    x, inner, approximate = cache

    def exact(dout, x, phi):
        density = (0.5 * ROOT_2_OVER_PI) * np.exp(-0.5 * (x * x))  # exp(-x^2/2) / sqrt(2 pi)
        return dout * (phi + x * density)

    def by_tanh(dout, x, t):
        slope = ROOT_2_OVER_PI * (1 + (3 * CUBIC) * (x * x))
        return 0.5 * dout * (1 + t + x * (1 - t * t) * slope)

    return (in_blocks(exact if approximate == "none" else by_tanh, dout, x, inner),)


# Coefficients of P in erf(x) = tanh(x P(x^2)): fitted for |x| <= 3.95, where float32's erf is 1, so
# that the largest error of erf is smallest. It is 1.4e-7, a rounding error of float32.
ERF = (
    1.1283792e0,
    1.0276987e-1,
    -1.9529554e-4,
    -6.1483127e-4,
    8.4593517e-5,
    -4.7939436e-6,
    2.7509103e-8,
    5.4241185e-9,
)


def erf(x):
    """The error function, which NumPy has not: SciPy's, or in float32 one eight times as fast."""
    if x.dtype == np.float64:
        from scipy import special  # 0.1 s to import, and only exact GELU needs it

        return special.erf(x)
    x = np.clip(x, -3.95, 3.95)
    square = x * x
    series = np.full_like(x, ERF[-1])
    for coefficient in reversed(ERF[:-1]):
        series *= square
        series += coefficient
    return np.tanh(x * series)


def normalised_exp(x, dim):
    """exp(x) / sum exp(x) along ``dim``; the peak is taken off first, so nothing overflows."""
    with np.errstate(invalid="ignore"):  # -inf throughout gives nan, as in PyTorch
        out = x - x.max(axis=dim, keepdims=True, initial=-np.inf)
    np.exp(out, out=out)
    out /= out.sum(axis=dim, keepdims=True)
    return out


def softmax_forward(x, *, dim):
    out = normalised_exp(x, dim)
    return out, (out, dim)


def softmax_backward(dout, cache):
    out, dim = cache
    # The Jacobian is diag(out) - out out^T; applied to dout without ever being built.
    dx = dout * out
    dx -= out * dx.sum(axis=dim, keepdims=True)
    return (dx,)


def log_softmax_forward(x, *, dim):
    with np.errstate(invalid="ignore", divide="ignore"):  # all -inf, or nothing at all
        shifted = x - x.max(axis=dim, keepdims=True, initial=-np.inf)
        out = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return out, (out, dim)


def log_softmax_backward(dout, cache):
    out, dim = cache
    return (dout - np.exp(out) * dout.sum(axis=dim, keepdims=True),)


relu = register("relu", relu_forward, relu_backward, torch="relu", source="Nair, Hinton 2010, ICML")
leaky_relu = register(
    "leaky_relu",
    leaky_relu_forward,
    leaky_relu_backward,
    torch="nn.functional.leaky_relu",
    source="Maas, Hannun, Ng 2013, ICML workshop",
)
sigmoid = register(
    "sigmoid",
    sigmoid_forward,
    sigmoid_backward,
    torch="sigmoid",
    source="the logistic function: Verhulst 1838",
)
tanh = register(
    "tanh",
    tanh_forward,
    tanh_backward,
    torch="tanh",
    source="LeCun, Bottou, Orr, Müller 1998, Efficient BackProp",
)
softplus = register(
    "softplus",
    softplus_forward,
    softplus_backward,
    torch="nn.functional.softplus",
    source="Dugas et al. 2001, NIPS 13",
)
silu = register(
    "silu",
    silu_forward,
    silu_backward,
    torch="nn.functional.silu",
    source="Elfwing, Uchibe, Doya 2018, Neural Networks 107",
)
gelu = register(
    "gelu",
    gelu_forward,
    gelu_backward,
    torch="nn.functional.gelu",
    source="Hendrycks, Gimpel 2016, arXiv:1606.08415",
)
softmax = register(
    "softmax", softmax_forward, softmax_backward, torch="softmax", source="Bridle 1990, NIPS 2"
)
log_softmax = register(
    "log_softmax",
    log_softmax_forward,
    log_softmax_backward,
    torch="log_softmax",
    source="Bridle 1990, NIPS 2",
)
