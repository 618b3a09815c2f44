"""Normalisation: every example to mean 0 and variance 1, then scaled and shifted by learnt numbers.

With n = (x - mean) / std over D features, mean and std depend on every x as well. Their part of
the chain rule takes two components out of the gradient: the one that would shift all n, and the one
that would stretch them.
"""

import numpy as np

from ..rule import register


def layer_norm_forward(x, weight=None, bias=None, *, normalized_shape, eps=1e-5):
    """x (..., D), weight (D,), bias (D,) -> (..., D); D stands for the axes of normalized_shape."""
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    centred = x - x.mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + x.dtype.type(eps))
    normal = centred * scale
    out = normal if weight is None else normal * weight
    return (out if bias is None else out + bias), (normal, scale, weight, bias, axes)


def layer_norm_backward(dout, cache):
    normal, scale, weight, bias, axes = cache
    leading = tuple(range(normal.ndim - len(axes)))
    dnormal = dout if weight is None else dout * weight
    shift = dnormal.mean(axis=axes, keepdims=True)
    stretch = (dnormal * normal).mean(axis=axes, keepdims=True)
    dins = [scale * (dnormal - shift - normal * stretch)]
    if weight is not None:
        dins.append((dout * normal).sum(axis=leading))
    if bias is not None:
        dins.append(dout.sum(axis=leading))
    return tuple(dins)


layer_norm = register(
    "layer_norm",
    layer_norm_forward,
    layer_norm_backward,
    torch="nn.functional.layer_norm",
    source="Ba, Kiros, Hinton 2016, arXiv:1607.06450",
)
