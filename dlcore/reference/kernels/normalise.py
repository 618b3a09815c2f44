"""Normalisation: every example to mean 0 and variance 1, then scaled and shifted by learnt numbers.

With n = (x - mean) / std over D features, mean and std depend on every x as well. Their part of
the chain rule takes two components out of the gradient: the one that would shift all n, and the one
that would stretch them.
"""

import math

import numpy as np

from ..rule import register


def layer_norm_forward(x, weight=None, bias=None, *, normalized_shape, eps=1e-5):
    """x (..., D), weight (D,), bias (D,) -> (..., D); D stands for the axes of normalized_shape."""
    D = math.prod(normalized_shape)
    rows = x.reshape(math.prod(x.shape[: x.ndim - len(normalized_shape)]), D)
    normal = rows - row_means(rows)
    variance = np.vecdot(normal, normal)[:, None] / x.dtype.type(D)
    scale = 1 / np.sqrt(variance + x.dtype.type(eps))
    normal *= scale
    out = normal.copy() if weight is None else normal * weight.reshape(D)
    if bias is not None:
        out += bias.reshape(D)
    return out.reshape(x.shape), (normal, scale, weight, bias, x.shape)


def layer_norm_backward(dout, cache):
    normal, scale, weight, bias, shape = cache
    dout = dout.reshape(normal.shape)
    dnormal = dout if weight is None else dout * weight.reshape(-1)
    stretch = np.vecdot(dnormal, normal)[:, None] / scale.dtype.type(normal.shape[1])
    # scale * (dnormal - normal * stretch - shift), in one buffer.
    dx = normal * -stretch
    dx += dnormal
    dx -= row_means(dnormal)
    dx *= scale
    dins = [dx.reshape(shape)]
    if weight is not None:
        dins.append(np.einsum("nd,nd->d", dout, normal).reshape(weight.shape))
    if bias is not None:
        dins.append(dout.sum(axis=0).reshape(bias.shape))
    return tuple(dins)


def row_means(x):
    """The mean of each row of x (N, D), as (N, 1): a matrix product is its fastest sum."""
    return (x @ np.ones((x.shape[1], 1), x.dtype)) / x.dtype.type(x.shape[1])


def rms_norm_forward(x, weight=None, *, normalized_shape, eps=None):
    """x (..., D), weight (D,) -> (..., D): x / sqrt(mean of x^2); no mean is taken off.

    eps: by default the distance from 1 to the next number of x's type.
    """
    D, eps = math.prod(normalized_shape), np.finfo(x.dtype).eps if eps is None else eps
    rows = x.reshape(math.prod(x.shape[: x.ndim - len(normalized_shape)]), D)
    squares = np.vecdot(rows, rows)[:, None] / x.dtype.type(D)
    scale = 1 / np.sqrt(squares + x.dtype.type(eps))
    normal = rows * scale
    out = normal.copy() if weight is None else normal * weight.reshape(D)
    return out.reshape(x.shape), (normal, scale, weight, x.shape)


def rms_norm_backward(dout, cache):
    normal, scale, weight, shape = cache
    dout = dout.reshape(normal.shape)
    dnormal = dout if weight is None else dout * weight.reshape(-1)
    # scale * (dnormal - normal * stretch), in one buffer.
    dx = normal * (-np.vecdot(dnormal, normal)[:, None] / scale.dtype.type(normal.shape[1]))
    dx += dnormal
    dx *= scale
    if weight is None:
        return (dx.reshape(shape),)
    return dx.reshape(shape), np.einsum("nd,nd->d", dout, normal).reshape(weight.shape)


layer_norm = register(
    "layer_norm",
    layer_norm_forward,
    layer_norm_backward,
    torch="nn.functional.layer_norm",
    source="Ba, Kiros, Hinton 2016, arXiv:1607.06450",
)
rms_norm = register(
    "rms_norm",
    rms_norm_forward,
    rms_norm_backward,
    torch="nn.functional.rms_norm",
    source="Zhang, Sennrich 2019, NeurIPS 32, arXiv:1910.07467",
)
