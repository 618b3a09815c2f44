"""Normalisation over axes of each example."""

import numpy as np

from ...functions.create import from_numpy
from ...functions.linalg import matmul
from ...kernels import batchnorm
from ...kernels import normalise as kernels
from ...tape import apply
from .checks import floats, one_dtype


def _last_axes(name, input, normalized_shape, **learnt):
    """``normalized_shape`` as a tuple, after checking that input and weights fit it."""
    given = normalized_shape
    shape = (given,) if isinstance(given, int) else tuple(given)
    floats(name, input)
    if not shape or tuple(input._array.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"{name}: the last axes of the input should be {shape}, its shape is "
            f"{tuple(input.shape)}"
        )
    for role, p in learnt.items():
        if p is not None and p._array.shape != shape:
            raise RuntimeError(
                f"{name}: {role} should have the shape {shape} of the normalised axes, received "
                f"{p._array.shape}"
            )
    one_dtype(name, input, **learnt)
    return shape


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Mean 0 and variance 1 over the last axes (normalized_shape); times weight, plus bias."""
    shape = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    if weight is None and bias is not None:
        return apply(kernels.layer_norm, input, normalized_shape=shape, eps=eps) + bias
    learnt = [p for p in (weight, bias) if p is not None]
    return apply(kernels.layer_norm, input, *learnt, normalized_shape=shape, eps=eps)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divided by the root of the mean square over the last axes (normalized_shape); times weight.

    eps is added to the mean square; None stands for the distance from 1 to the next number.
    """
    shape = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    learnt = [] if weight is None else [weight]
    return apply(kernels.rms_norm, input, *learnt, normalized_shape=shape, eps=eps)


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """input (N, C, ...): each group of C / num_groups channels of an example to mean 0, variance 1.

    weight (C,) and bias (C,) scale and shift channels.
    """
    floats("group_norm", input)
    x = input._array
    if x.ndim < 2:
        raise RuntimeError(f"group_norm: expected an input (N, C, ...), received shape {x.shape}")
    if num_groups < 1 or x.shape[1] % num_groups:
        raise RuntimeError(
            f"group_norm: the {x.shape[1]} channels (axis 1) of an input of shape {x.shape} do not "
            f"divide into {num_groups} groups"
        )
    per_channel("group_norm", input, weight=weight, bias=bias)
    return apply(batchnorm.group_norm, input, weight, bias, num_groups=num_groups, eps=eps)


def per_channel(name, input, **vectors):
    """RuntimeError unless each vector that is given has one number for each channel (axis 1)."""
    channels = input._array.shape[1]
    for role, p in vectors.items():
        if p is not None and p._array.shape != (channels,):
            raise RuntimeError(
                f"{name}: axis 1 of the input has {channels} channels (its shape is "
                f"{tuple(input.shape)}), but {role} has shape {tuple(p.shape)}; it must be "
                f"({channels},)"
            )
    one_dtype(name, input, **vectors)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """input (N, C, ...) / (k + alpha * mean square of ``size`` neighbouring channels)^beta.

    Source: Krizhevsky, Sutskever, Hinton 2012, NIPS 25, section 3.3.
    """
    floats("local_response_norm", input)
    x = input._array
    if x.ndim < 3:
        raise ValueError(
            f"Expected 3D or higher dimensionality input (got {x.ndim} dimensions): (N, C, ...)"
        )
    # Row c of the band holds 1/size at the channels around c; beyond the ends there are zeros.
    offset = np.arange(x.shape[1]) - np.arange(x.shape[1])[:, None]
    near = (offset >= -(size // 2)) & (offset <= (size - 1) // 2)
    band = from_numpy((near / size).astype(x.dtype))
    squares = (input * input).reshape(*x.shape[:2], -1)
    mean = matmul(band, squares).reshape(*x.shape)
    return input / (k + alpha * mean) ** beta
