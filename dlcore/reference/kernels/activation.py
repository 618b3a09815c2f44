"""Activation functions, forward next to backward."""

import numpy as np

from ..rule import register


def relu_forward(x):
    out = np.maximum(x, 0)
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


def gelu_forward(x, *, approximate="none"):
    """x * Phi(x) with the normal distribution's Phi, or its approximation by tanh."""
    if approximate == "none":
        phi = 0.5 * (1 + erf(x * ROOT_HALF))
        return x * phi, (x, phi, approximate)
    t = np.tanh(ROOT_2_OVER_PI * (x + 0.044715 * (x * x * x)))  # x * x * x: x**3 is far slower
    return 0.5 * x * (1 + t), (x, t, approximate)


def gelu_backward(dout, cache):
    x, inner, approximate = cache
    if approximate == "none":
        density = np.exp(-0.5 * x * x) * (0.5 * ROOT_2_OVER_PI)  # phi'(x) = exp(-x^2/2)/sqrt(2 pi)
        return (dout * (inner + x * density),)
    slope = ROOT_2_OVER_PI * (1 + 3 * 0.044715 * x * x)
    return (dout * 0.5 * (1 + inner + x * (1 - inner * inner) * slope),)


def erf(x):
    """The error function; NumPy has none, SciPy's keeps float32."""
    from scipy import special  # 0.1 s to import, and only exact GELU needs it

    return special.erf(x)


def normalised_exp(x, dim):
    """exp(x) / sum exp(x) along ``dim``; the peak is taken off first, so nothing overflows."""
    out = np.exp(x - x.max(axis=dim, keepdims=True))
    out /= out.sum(axis=dim, keepdims=True)
    return out


def softmax_forward(x, *, dim):
    out = normalised_exp(x, dim)
    return out, (out, dim)


def softmax_backward(dout, cache):
    out, dim = cache
    # The Jacobian is diag(out) - out out^T; applied to dout without ever being built.
    return (out * (dout - (dout * out).sum(axis=dim, keepdims=True)),)


def log_softmax_forward(x, *, dim):
    shifted = x - x.max(axis=dim, keepdims=True)
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
