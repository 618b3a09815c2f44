"""Activations made of straight pieces."""

from ...functions import elementary
from ...functions.generator import default_generator
from ...kernels import activation
from ...kernels import piecewise as kernels
from ...tape import apply
from ...tensor import Tensor
from .activation import finish
from .checks import floats, one_dtype


def relu(input, inplace=False):
    """max(0, x); its slope at 0 is taken as 0."""
    return finish(input, elementary.relu(input), inplace)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x where positive, negative_slope * x elsewhere."""
    x = floats("leaky_relu", input)
    out = apply(activation.leaky_relu, x, negative_slope=negative_slope)
    return finish(input, out, inplace)


def threshold(input, threshold, value, inplace=False):
    """x where above ``threshold``, ``value`` elsewhere."""
    x = floats("threshold", input)
    return finish(input, apply(kernels.threshold, x, threshold=threshold, value=value), inplace)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """x cut to [min_val, max_val]."""
    if min_val > max_val:
        raise ValueError(
            f"hardtanh: min_val cannot be greater than max_val, received {min_val} and {max_val}"
        )
    x = floats("hardtanh", input)
    return finish(input, apply(kernels.hardtanh, x, min_val=min_val, max_val=max_val), inplace)


def relu6(input, inplace=False):
    """x cut to [0, 6]."""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input, inplace=False):
    """x / 6 + 1 / 2 cut to [0, 1]."""
    return finish(input, apply(kernels.hardsigmoid, floats("hardsigmoid", input)), inplace)


def hardswish(input, inplace=False):
    """x * hardsigmoid(x)."""
    return finish(input, apply(kernels.hardswish, floats("hardswish", input)), inplace)


def hardshrink(input, lambd=0.5):
    """x where |x| is above ``lambd``, 0 elsewhere."""
    return apply(kernels.hardshrink, floats("hardshrink", input), lambd=lambd)


def softshrink(input, lambd=0.5):
    """x moved by ``lambd`` towards 0, which it does not pass."""
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd must be at least 0, received {lambd}")
    return apply(kernels.softshrink, floats("softshrink", input), lambd=lambd)


def prelu(input, weight):
    """x where positive, weight * x elsewhere: weight (C,) for axis 1, or (1,) for all."""
    floats("prelu", input)
    shape = input._array.shape
    channels = shape[1] if len(shape) > 1 else 1
    if weight._array.size not in (1, channels) or weight.ndim > 1:
        raise RuntimeError(
            f"prelu: weight must have 1 number or one for each of the {channels} channels (axis 1 "
            f"of an input of shape {shape}), received shape {tuple(weight.shape)}"
        )
    one_dtype("prelu", input, weight=weight)
    return apply(kernels.prelu, input, weight)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    """leaky_relu with a random slope of [lower, upper) for each element; in eval their middle.

    Source: Xu, Wang, Chen, Li 2015, arXiv:1505.00853.
    """
    if not lower <= upper:
        raise RuntimeError(
            f"rrelu: Lower bound should be less than or equal to the upper bound, received {lower} "
            f"and {upper}"
        )
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    x = floats("rrelu", input)._array
    slope = default_generator.numpy.uniform(lower, upper, x.shape)
    slope[x >= 0] = 1
    return finish(input, input * Tensor._wrap(slope.astype(x.dtype)), inplace)


# -- in place, under names of their own ------------------------------------------------------------


def relu_(input):
    """relu in place."""
    return relu(input, inplace=True)


def leaky_relu_(input, negative_slope=0.01):
    """leaky_relu in place."""
    return leaky_relu(input, negative_slope, inplace=True)


def threshold_(input, threshold, value):
    """threshold in place."""
    x = floats("threshold_", input)
    return finish(input, apply(kernels.threshold, x, threshold=threshold, value=value), True)


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    """hardtanh in place."""
    return hardtanh(input, min_val, max_val, inplace=True)


def rrelu_(input, lower=1.0 / 8, upper=1.0 / 3, training=False):
    """rrelu in place."""
    return rrelu(input, lower, upper, training, inplace=True)
