"""Shapes, joining, indexing."""

import functools

import numpy as np

from .. import dtypes
from ..kernels import indexing, shape
from ..tape import apply, is_grad_enabled
from ..tensor import Tensor
from .pointwise import cast


def unrecorded(input, name):
    """The array of an input that gets no gradient; RuntimeError if one is asked for."""
    if input._requires_grad and is_grad_enabled():
        raise RuntimeError(
            f"{name} has no rule in the reference backend, so no gradient can flow through it. "
            "PyTorch has it; here, use it on .detach() or under no_grad()."
        )
    return input._array


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
    return reshape(input, (*before[:start], -1, *before[end + 1 :]))


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


def t(input):
    """The transpose of a matrix; a vector stays as it is."""
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return transpose(input, 0, 1) if input.ndim == 2 else input


def squeeze(input, dim=None):
    """Without its axes of length 1, or without that one."""
    before = input._array.shape
    if dim is None:
        return reshape(input, tuple(n for n in before if n != 1))
    dim = axis(input, dim)
    if not before or before[dim] != 1:
        return input
    return reshape(input, before[:dim] + before[dim + 1 :])


def unsqueeze(input, dim):
    """With a new axis of length 1 at position ``dim``."""
    before = input._array.shape
    if not -len(before) - 1 <= dim <= len(before):
        raise IndexError(f"unsqueeze: dimension {dim} is out of range for {len(before)} axes")
    dim %= len(before) + 1
    return reshape(input, (*before[:dim], 1, *before[dim:]))


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
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("cat: expected a non-empty list of tensors")
    kind = functools.reduce(dtypes.promote, (x._array.dtype for x in tensors))
    axis(tensors[0], dim)
    try:
        return apply(shape.cat, *(cast(x, kind) for x in tensors), dim=dim)
    except ValueError as error:
        shapes = ", ".join(str(tuple(x.shape)) for x in tensors)
        raise RuntimeError(
            f"cat along axis {dim}: all other sizes must agree, received shapes {shapes}"
        ) from error


def stack(tensors, dim=0):
    """Joined along a new axis."""
    return cat([unsqueeze(x, dim) for x in tensors], dim)


def plain_index(index):
    """An index as NumPy takes it, in two steps of the same result: (integers and slices, arrays).

    PyTorch applies integers and slices first. NumPy would count an integer beside an array as an
    array too, and put the axes in another order. Arrays are copied: backward needs them unchanged.
    """
    first, second = [], []
    for part in index if isinstance(index, tuple) else (index,):
        part = _array_or_basic(part)
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
    if isinstance(part, (list, Tensor)):
        array = part._array.copy() if isinstance(part, Tensor) else np.asarray(part)
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


def setitem(input, index, value):
    """input[index] = value, in place: outside the tape only."""
    writable(input, "item assignment", value)
    first, second = plain_index(index)
    target = input._array[first]
    second = ... if second is None else second
    try:
        target[second] = value._array if isinstance(value, Tensor) else value
    except ValueError as error:
        raise RuntimeError(
            f"item assignment: a value of shape {np.shape(value)} does not fit into "
            f"{target[second].shape}"
        ) from error


def writable(input, name, value=None):
    """Count an in-place change; RuntimeError where it would make recorded gradients wrong."""
    if input._requires_grad and is_grad_enabled():
        what = "a leaf" if input._node is None else "a result on the tape"
        raise RuntimeError(
            f"{name} on {what} that requires grad: an in-place change would invalidate its "
            "gradient. Put it under `with no_grad():` (updates of weights), or write x = x + ... "
            "instead."
        )
    if isinstance(value, Tensor) and value._requires_grad and is_grad_enabled():
        raise RuntimeError(
            f"{name} with a value that requires grad: no gradient can flow through an in-place "
            "change here. Write total = total + value, or use value.detach()."
        )
    input._changes[0] += 1


def gather(input, dim, index):
    """out[i, j] = input[index[i, j], j] for dim = 0, and so on."""
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


def clone(input):
    """A copy through which gradients flow."""
    return apply(shape.clone, input)
