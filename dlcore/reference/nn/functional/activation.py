"""Activations."""

from ...kernels import activation as kernels
from ...tape import apply
from .checks import floats


def leaky_relu(input, negative_slope=0.01):
    """x where positive, negative_slope * x elsewhere."""
    return apply(kernels.leaky_relu, floats("leaky_relu", input), negative_slope=negative_slope)


def gelu(input, approximate="none"):
    """x times the normal distribution function of x, exact or by tanh."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"gelu: approximate must be 'none' or 'tanh', received {approximate!r}")
    return apply(kernels.gelu, floats("gelu", input), approximate=approximate)


def silu(input):
    """x * sigmoid(x)."""
    return apply(kernels.silu, floats("silu", input))


def softplus(input, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta: a smooth relu."""
    return apply(kernels.softplus, floats("softplus", input), beta=beta, threshold=threshold)


def softmax(input, dim):
    """exp(x) / sum exp(x) along ``dim``."""
    return apply(kernels.softmax, floats("softmax", input), dim=dim)


def log_softmax(input, dim):
    """log softmax(x) along ``dim``, without overflow."""
    return apply(kernels.log_softmax, floats("log_softmax", input), dim=dim)
