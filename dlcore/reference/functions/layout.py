"""Shapes, joining, indexing."""

import functools
import math

import numpy as np

from .. import dtypes
from ..kernels import indexing, shape
from ..memory_format import check as check_format
from ..memory_format import preserve_format
from ..tape import apply
from ..tensor import Tensor
from .pointwise import cast


def axis(input, dim):
    """``dim``, counted from the front; IndexError with the range if the tensor has no such axis."""
    ndim = max(input._array.ndim, 1)
    if not -ndim <= dim < ndim:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got "
            f"{dim})"
        )
    return dim % ndim


def sizes(arguments):
    """f(2, 3) and f((2, 3)) mean the same."""
    first = arguments[0] if len(arguments) == 1 else None
    return tuple(first) if isinstance(first, (tuple, list)) else arguments


def by_name(name):
    """Let the sizes of f(input, *sizes) come by their name too, as in flip(x, dims=[0])."""

    def decorate(function):
        @functools.wraps(function)
        def call(input, *sizes, **named):
            if named and not sizes and named.keys() == {name}:
                return function(input, tuple(named[name]))
            return function(input, *sizes, **named)

        return call

    return decorate


@by_name("shape")
def reshape(input, *shape_):
    """The same elements in another shape; one size may be -1."""
    target = sizes(shape_)
    try:
        return apply(shape.reshape, input, shape=target)
    except ValueError as error:
        raise RuntimeError(
            f"shape '{list(target)}' is invalid for input of size {input.numel()} (shape "
            f"{tuple(input.shape)})"
        ) from error


def flatten(input, start_dim=0, end_dim=-1):
    """Axes start_dim to end_dim become one."""
    before = input._array.shape
    start, end = axis(input, start_dim), axis(input, end_dim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    joined = math.prod(before[start : end + 1])  # -1 would not do for an empty tensor
    return reshape(input, (*before[:start], joined, *before[end + 1 :]))


@by_name("dims")
def permute(input, *dims):
    """Axes in a new order."""
    order = sizes(dims)
    if sorted(axis(input, d) for d in order) != list(range(input.ndim)):
        raise RuntimeError(
            f"permute: each of the {input.ndim} axes is named once, received {order}"
        )
    return apply(shape.permute, input, dims=order)


def transpose(input, dim0, dim1):
    """Two axes exchanged."""
    dims, dim0, dim1 = list(range(input.ndim)), axis(input, dim0), axis(input, dim1)
    if not dims:
        return input
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return apply(shape.permute, input, dims=tuple(dims))


def swapaxes(input, axis0, axis1):
    """Two axes exchanged."""
    return transpose(input, axis0, axis1)


def swapdims(input, dim0, dim1):
    """Two axes exchanged."""
    return transpose(input, dim0, dim1)


def movedim(input, source, destination):
    """Axes ``source`` (one, or several) at the places ``destination``, the others in order."""
    source, destination = (
        [axis(input, d) for d in (places if isinstance(places, (tuple, list)) else (places,))]
        for places in (source, destination)
    )
    if len(source) != len(destination):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: {source} and {destination} differ in "
            "number"
        )
    if len(set(source)) != len(source) or len(set(destination)) != len(destination):
        raise RuntimeError(f"movedim: repeated dim in {source} or {destination}")
    order = [d for d in range(input.ndim) if d not in source]
    for place, d in sorted(zip(destination, source, strict=True)):
        order.insert(place, d)
    return permute(input, order) if order else input


def moveaxis(input, source, destination):
    """As ``movedim``."""
    return movedim(input, source, destination)


def ravel(input):
    """All elements in one row."""
    return reshape(input, -1)


def t(input):
    """The transpose of a matrix; a vector stays as it is."""
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return transpose(input, 0, 1) if input.ndim == 2 else input


def squeeze(input, dim=None):
    """Without its axes of length 1, or without those of one or several ``dim``."""
    before = input._array.shape
    if dim is None:
        gone = range(len(before))
    else:
        gone = {axis(input, d) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))}
    after = tuple(n for i, n in enumerate(before) if n != 1 or i not in gone)
    return reshape(input, after) if dim is None or after != before else input


def unsqueeze(input, dim):
    """With a new axis of length 1 at position ``dim``."""
    before = input._array.shape
    if not -len(before) - 1 <= dim <= len(before):
        raise IndexError(f"unsqueeze: dimension {dim} is out of range for {len(before)} axes")
    dim %= len(before) + 1
    return reshape(input, (*before[:dim], 1, *before[dim:]))


@by_name("size")
def expand(input, *size):
    """Copied along axes of length 1; -1 keeps an axis."""
    target, before = sizes(size), input._array.shape
    offset = len(target) - len(before)
    if offset < 0:
        raise RuntimeError(f"expand: {before} has more axes than {target}")
    target = tuple(
        before[i - offset] if n == -1 and i >= offset else n for i, n in enumerate(target)
    )
    try:
        return apply(shape.expand, input, size=target)
    except ValueError as error:
        raise RuntimeError(
            f"expand: {before} does not expand to {target}; only axes of length 1 can grow"
        ) from error


def broadcast_to(input, size):
    """Copied along axes of length 1 until the shape is ``size``."""
    return expand(input, *size)


def cat(tensors, dim=0):
    """Joined along an axis that exists."""
    tensors = several("cat", tensors)
    kind = functools.reduce(dtypes.promote, (x._array.dtype for x in tensors))
    # tensor([]) goes with anything: loops begin with it what they add to.
    tensors = tuple(x for x in tensors if x._array.shape != (0,)) or tensors[:1]
    axis(tensors[0], dim)
    try:
        return apply(shape.cat, *(cast(x, kind) for x in tensors), dim=dim)
    except ValueError as error:
        shapes = ", ".join(str(tuple(x.shape)) for x in tensors)
        raise RuntimeError(
            f"cat along axis {dim}: all other sizes must agree, received shapes {shapes}"
        ) from error


def several(name, tensors):
    """A non-empty tuple of tensors; a lone tensor would be taken for the tuple of its rows."""
    if isinstance(tensors, Tensor):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not Tensor")
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError(f"{name}: expected a non-empty list of tensors")
    return tensors


def stack(tensors, dim=0):
    """Joined along a new axis."""
    tensors = several("stack", tensors)
    if len({x._array.shape for x in tensors}) > 1:
        shapes = ", ".join(str(tuple(x.shape)) for x in tensors)
        raise RuntimeError(f"stack expects each tensor to be equal size, received shapes {shapes}")
    return cat([unsqueeze(x, dim) for x in tensors], dim)


def plain_index(index):
    """An index as NumPy takes it, in two steps of the same result: (integers and slices, arrays).

    PyTorch applies integers and slices first. NumPy would count an integer beside an array as an
    array too, and put the axes in another order. Arrays are copied: backward needs them unchanged.
    """
    first, second = [], []
    for part in index if isinstance(index, tuple) else (index,):
        part = _array_or_basic(part)
        if isinstance(part, np.ndarray) and part.dtype == bool and not part.ndim:
            first.append(None)  # a new axis, of length 1 for True and 0 for False
            second.append(np.zeros(int(part), np.int64))
            continue
        if isinstance(part, np.ndarray):
            first += [slice(None)] * (part.ndim if part.dtype == bool else 1)
            second.append(part)
            continue
        first.append(part)
        if part is Ellipsis or part is None or isinstance(part, slice):
            second.append(Ellipsis if part is Ellipsis else slice(None))
    if Ellipsis not in first:
        first.append(Ellipsis)  # even x[0] of a vector is then a view, of no axes
    arrays = any(isinstance(part, np.ndarray) for part in second)
    return tuple(first), tuple(second) if arrays else None


def _array_or_basic(part):
    if isinstance(part, (range, tuple)):
        part = list(part)
    if isinstance(part, (list, Tensor, np.ndarray, bool, np.bool_)):
        array = np.array(part._array if isinstance(part, Tensor) else part)
        if isinstance(part, list) and not part:
            array = array.astype(np.int64)  # of no numbers, NumPy makes floats
        if isinstance(part, list) and array.ndim > 1:
            raise TypeError("an index of nested lists is ambiguous; write tensor([[...], [...]])")
        if array.dtype == np.uint8 or array.dtype.kind not in "biu":
            raise IndexError(
                f"tensors used as indices must be long, int or bool tensors, not {array.dtype}"
            )
        return int(array) if array.ndim == 0 and array.dtype != bool else array
    if isinstance(part, slice) and part.step is not None and part.step < 1:
        raise ValueError("step must be greater than zero; flip has no rule here")
    return part


def getitem(input, index):
    """input[index]: integers, slices, None, ..., integer and bool tensors."""
    first, second = plain_index(index)
    out = apply(indexing.index, input, index=first)
    return out if second is None else apply(indexing.index, out, index=second)


def gather(input, dim, index):
    """out[i, j] = input[index[i, j], j] for dim = 0, and so on."""
    if index._array.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            f"gather(): Expected dtype int32/int64 for index, received {index.dtype}"
        )
    dim, places = axis(input, dim), index._array.copy()
    if places.ndim != input.ndim:
        raise RuntimeError(
            f"gather: index has {places.ndim} axes and the input {input.ndim}; they must agree"
        )
    if places.size and not 0 <= places.min() <= places.max() < input._array.shape[dim]:
        raise RuntimeError(
            f"gather: an index is out of bounds for axis {dim} of size {input._array.shape[dim]}"
        )
    return apply(indexing.gather, input, dim=dim, index=places)


def clone(input, *, memory_format=preserve_format):
    """A copy through which gradients flow."""
    check_format("clone", memory_format)
    return apply(shape.clone, input)
