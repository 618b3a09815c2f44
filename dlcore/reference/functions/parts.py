"""Cutting a tensor into parts, and joining parts in the usual ways."""

import itertools

import numpy as np

from .. import dtypes
from ..kernels import parts as kernels
from ..tape import apply
from . import layout
from .layout import axis
from .pointwise import refused


def split(tensor, split_size_or_sections, dim=0):
    """Parts along ``dim``: of one size (the last may be smaller), or of a list of sizes.

    The parts are views. RuntimeError if a list of sizes does not add up to the axis.
    """
    dim = _dim("split", tensor, dim)
    size, sections = tensor._array.shape[dim], split_size_or_sections
    if isinstance(sections, int):
        if sections < 0 or (sections == 0 and size):
            raise RuntimeError(
                f"split expects split_size be non-negative (and zero only for an empty axis), but "
                f"got split_size={sections}"
            )
        full, rest = divmod(size, sections) if sections else (1, 0)
        sections = [sections] * full + ([rest] if rest or not full else [])
    sections = [int(n) for n in sections]
    if sum(sections) != size or min(sections, default=0) < 0:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size "
            f"at dimension {dim}), but got split_sizes={sections}"
        )
    return apply(kernels.split, tensor, sizes=tuple(sections), dim=dim)


def chunk(input, chunks, dim=0):
    """At most ``chunks`` parts of equal size along ``dim``, but for a smaller last one."""
    if chunks < 1:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = _dim("chunk", input, dim)
    size = input._array.shape[dim]
    return split(input, -(-size // chunks) if size else [0] * chunks, dim)


def tensor_split(input, indices_or_sections, dim=0):
    """Parts of nearly equal size along ``dim``, or cut before each index of a list."""
    dim = _dim("tensor_split", input, dim)
    size, cuts = input._array.shape[dim], indices_or_sections
    if isinstance(cuts, int):
        if cuts < 1:
            raise RuntimeError(f"number of sections must be larger than 0, got {cuts}")
        small, larger = divmod(size, cuts)
        return split(input, [small + (i < larger) for i in range(cuts)], dim)
    edges = [0, *(slice(None, int(n)).indices(size)[1] for n in cuts), size]
    every = (slice(None),) * dim
    return tuple(input[(*every, slice(a, max(a, b)))] for a, b in itertools.pairwise(edges))


def unbind(input, dim=0):
    """The slices along ``dim`` as a tuple of views; the axis goes away."""
    dim = _dim("unbind", input, dim)
    return apply(kernels.unbind, input, dim=dim)


def _dim(name, input, dim):
    if not input._array.ndim:
        raise RuntimeError(f"{name} expects at least a 1-dimensional tensor")
    return axis(input, dim)


def hstack(tensors):
    """Joined along the second axis, vectors along their only one."""
    tensors = [atleast_1d(x) for x in layout.several("hstack", tensors)]
    return layout.cat(tensors, 0 if tensors[0].ndim == 1 else 1)


def vstack(tensors):
    """Joined along the first axis; a vector is a row."""
    return layout.cat([atleast_2d(x) for x in layout.several("vstack", tensors)], 0)


def dstack(tensors):
    """Joined along the third axis."""
    return layout.cat([atleast_3d(x) for x in layout.several("dstack", tensors)], 2)


def column_stack(tensors):
    """Joined along the second axis; a vector is a column."""
    tensors = layout.several("column_stack", tensors)
    return layout.cat([layout.reshape(x, (-1, 1)) if x.ndim < 2 else x for x in tensors], 1)


def _at_least(n, name, shape_of):
    def function(*tensors):
        if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
            tensors = tensors[0]
        elif len(tensors) == 1:
            (x,) = tensors
            return x if x.ndim >= n else layout.reshape(x, shape_of(x._array.shape))
        return tuple(function(x) for x in tensors)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"With at least {n} axes; one tensor, or a tuple of several."
    return function


def _as_3d(shape):
    return (1, *shape, 1) if len(shape) == 1 else ((*shape, 1) if shape else (1, 1, 1))


atleast_1d = _at_least(1, "atleast_1d", lambda shape: (1,))
atleast_2d = _at_least(2, "atleast_2d", lambda shape: (1, *(shape or (1,))))
atleast_3d = _at_least(3, "atleast_3d", _as_3d)


def diagonal(input, offset=0, dim1=0, dim2=1):
    """The elements (i, i + offset) of two axes, which become one, the last."""
    dim1, dim2 = axis(input, dim1), axis(input, dim2)
    if dim1 == dim2:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return apply(kernels.diagonal, input, offset=offset, dim1=dim1, dim2=dim2)


def trace(input):
    """The sum of a matrix's diagonal."""
    if input.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.ndim}")
    if input._array.dtype == dtypes.BOOL:
        raise refused("trace", dtypes.BOOL)
    return diagonal(input).sum()


def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """Matrices with the last axis of ``input`` on their diagonal (i, i + offset), else zeros."""
    from .create import zeros

    length = input._array.shape[-1]
    size = length + abs(offset)
    whole = zeros(*input._array.shape[:-1], size, size, dtype=input.dtype)
    rows = np.arange(length) + max(-offset, 0)
    columns = np.arange(length) + max(offset, 0)
    from .assign import assign

    whole = assign(whole, (..., (..., rows, columns)), input)
    return layout.movedim(whole, (-2, -1), (dim1, dim2))


def diag(input, diagonal=0):
    """The diagonal of a matrix, or the matrix with a vector on its diagonal."""
    if input.ndim == 1:
        return diag_embed(input, diagonal)
    if input.ndim == 2:
        return apply(kernels.diagonal, input, offset=diagonal, dim1=0, dim2=1)
    raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")


def unfold(input, dimension, size, step):
    """Windows of ``size`` elements, one every ``step`` along an axis, as a new last axis."""
    dimension = _dim("unfold", input, dimension)
    length = input._array.shape[dimension]
    if not 0 <= size <= length:
        raise RuntimeError(
            f"maximum size for tensor at dimension {dimension} is {length} but size is {size}"
        )
    if step < 1:
        raise RuntimeError(f"step is {step} but must be > 0")
    return apply(kernels.tensor_unfold, input, dimension=dimension, size=size, stride=step)
