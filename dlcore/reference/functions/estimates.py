"""What data tell: covariance, correlation, the area under a curve, runs of equal values."""

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from . import layout, linalg, parts, pointwise, reduce


def cov(input, *, correction=1):
    """The covariances (D, D) of D variables, one a row of ``input`` (D, N); a row (N,) is one.

    correction: what is taken off N in the divisor. RuntimeError for more than two axes.
    """
    if input.ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions, received {input.ndim}"
        )
    if input._array.dtype == dtypes.BOOL:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = layout.reshape(input, 1, -1) if input.ndim < 2 else input
    x = pointwise.cast(x, dtypes.float_of(x._array.dtype))
    x = x - reduce.mean(x, 1, True)
    found = linalg.matmul(x, layout.transpose(x, 0, 1)) / max(x._array.shape[1] - correction, 0)
    return layout.squeeze(found) if input.ndim < 2 else found


def corrcoef(input):
    """The correlations (D, D) of D variables, one a row of ``input`` (D, N)."""
    found = cov(input)
    if not found.ndim:
        return found / found
    scale = parts.diagonal(found) ** 0.5
    return (found / layout.unsqueeze(scale, 1) / scale).clamp(-1, 1)


def trapezoid(y, x=None, *, dx=None, dim=-1):
    """The area under ``y`` along ``dim`` by the trapezoid rule, at places ``x`` or ``dx`` apart.

    RuntimeError for both x and dx.
    """
    if x is not None and dx is not None:
        raise RuntimeError("trapezoid: give the places x or the distance dx, not both")
    if dtypes.BOOL in (y._array.dtype, None if x is None else x._array.dtype):
        raise RuntimeError("trapezoid: received a bool input, but bool is not supported")
    y = layout.movedim(y, dim, -1)
    sums = y[..., 1:] + y[..., :-1]
    if x is None:
        return reduce.sum(sums, -1) * ((1 if dx is None else dx) / 2)
    x = layout.movedim(x, dim if x.ndim > 1 else -1, -1)
    return reduce.sum(sums * (x[..., 1:] - x[..., :-1]), -1) / 2


def trapz(y, x=None, *, dx=None, dim=-1):
    """As ``trapezoid``."""
    return trapezoid(y, x, dx=dx, dim=dim)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """As ``unique``, but only neighbours that are equal count as one; the order stays."""
    x = input._array.reshape(-1) if dim is None else np.moveaxis(input._array, dim, 0)
    new = np.ones(len(x), bool)
    new[1:] = (x[1:] != x[:-1]).any(axis=tuple(range(1, x.ndim)))
    inverse = np.cumsum(new) - 1
    values = x[new] if dim is None else np.moveaxis(x[new], 0, dim)
    places = inverse.reshape(input._array.shape) if dim is None else inverse
    found = [values] + [places] * return_inverse + [np.bincount(inverse)] * return_counts
    tensors = tuple(Tensor._wrap(np.ascontiguousarray(a)) for a in found)
    return tensors if len(tensors) > 1 else tensors[0]
