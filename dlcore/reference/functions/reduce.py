"""Sums, means, extremes, norms."""

from typing import NamedTuple

import numpy as np

from .. import dtypes
from ..kernels import reduction
from ..tape import apply
from ..tensor import Tensor
from . import layout
from .pointwise import cast


class Extreme(NamedTuple):
    """What ``max`` and ``min`` along one axis return."""

    values: Tensor
    indices: Tensor


def axis(input, dim):
    """``dim`` as NumPy wants it: None for all axes; IndexError if the tensor has no such axis."""
    if isinstance(dim, (tuple, list)):
        return tuple(layout.axis(input, d) for d in dim) or None
    if dim is None:
        return None
    return layout.axis(input, dim) if input._array.ndim else None


def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum over ``dim``: an axis, a tuple, or None for all. Integers and bool add as int64."""
    kind = dtypes.to_numpy(dtype) if dtype is not None else input._array.dtype
    if kind.kind != "f":
        kind = dtypes.INT64
    return apply(reduction.sum, cast(input, kind), dim=axis(input, dim), keepdim=keepdim)


def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean over ``dim``; RuntimeError for integers, whose mean is no integer."""
    if dtype is not None:
        input = cast(input, dtypes.to_numpy(dtype))
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"mean(): input dtype should be floating point, got {input.dtype}; use .float() first"
        )
    return apply(reduction.mean, input, dim=axis(input, dim), keepdim=keepdim)


def var(input, dim=None, *, correction=1, keepdim=False):
    """The variance over ``dim``, divided by (count - correction)."""
    return apply(reduction.var, input, dim=axis(input, dim), correction=correction, keepdim=keepdim)


def std(input, dim=None, *, correction=1, keepdim=False):
    """The square root of ``var``; where it is 0 its slope is taken as 0."""
    return apply(reduction.std, input, dim=axis(input, dim), correction=correction, keepdim=keepdim)


def amax(input, dim=(), keepdim=False):
    """The largest element over ``dim``; elements that tie share the gradient."""
    return apply(reduction.amax, input, dim=axis(input, dim), keepdim=keepdim)


def amin(input, dim=(), keepdim=False):
    """The smallest element over ``dim``; elements that tie share the gradient."""
    return apply(reduction.amin, input, dim=axis(input, dim), keepdim=keepdim)


def _extreme(input, dim, keepdim, whole, arg):
    if not input.numel():
        raise RuntimeError("the largest or smallest of no elements does not exist")
    if dim is None:
        return apply(whole, input, dim=None, keepdim=False)
    if input.ndim == 0:
        axis(input, dim)
        return Extreme(input, Tensor._wrap(np.zeros((), np.int64)))
    dim = axis(input, dim)
    indices = np.asarray(arg(input._array, axis=dim, keepdims=True))
    values = layout.gather(input, dim, Tensor._wrap(indices))
    if keepdim:
        return Extreme(values, Tensor._wrap(indices))
    return Extreme(layout.squeeze(values, dim), Tensor._wrap(indices.squeeze(dim)))


def max(input, dim=None, keepdim=False):
    """The largest element, or along ``dim`` the pair (values, indices): the first at a tie."""
    return _extreme(input, dim, keepdim, reduction.amax, np.argmax)


def min(input, dim=None, keepdim=False):
    """The smallest element, or along ``dim`` the pair (values, indices): the first at a tie."""
    return _extreme(input, dim, keepdim, reduction.amin, np.argmin)


def argmax(input, dim=None, keepdim=False):
    """Index of the largest element, along ``dim`` or in all; the first at a tie."""
    return Tensor._wrap(
        np.argmax(input._array, axis=axis(input, dim), keepdims=keepdim and dim is not None)
    )


def argmin(input, dim=None, keepdim=False):
    """Index of the smallest element, along ``dim`` or in all; the first at a tie."""
    return Tensor._wrap(
        np.argmin(input._array, axis=axis(input, dim), keepdims=keepdim and dim is not None)
    )


def all(input, dim=None, keepdim=False):
    """Whether all elements are true."""
    return Tensor._wrap(np.all(input._array, axis=dim, keepdims=keepdim))


def any(input, dim=None, keepdim=False):
    """Whether any element is true."""
    return Tensor._wrap(np.any(input._array, axis=dim, keepdims=keepdim))


def cumsum(input, dim):
    """Running sums along ``dim``; not recorded on the tape."""
    return Tensor._wrap(np.cumsum(layout.unrecorded(input, "cumsum"), axis=dim))


def logsumexp(input, dim, keepdim=False):
    """log sum exp along ``dim`` without overflow."""
    return apply(reduction.logsumexp, input, dim=axis(input, dim), keepdim=keepdim)


def norm(input, p="fro", dim=None, keepdim=False):
    """The p-norm over ``dim``, (sum |x|^p)^(1/p): p positive or infinite, "fro" stands for 2."""
    order = 2.0 if p == "fro" else float(p)
    if order in (float("inf"), float("-inf")):
        extreme = amax if order > 0 else amin
        return extreme(input.abs(), () if dim is None else dim, keepdim)
    if order <= 0:
        raise RuntimeError(f"norm: p must be positive or infinite here, received {p}")
    return apply(reduction.norm, input, p=order, dim=axis(input, dim), keepdim=keepdim)
