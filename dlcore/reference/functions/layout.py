"""Shapes, joining, indexing."""

import numpy as np

from ..kernels import indexing, shape
from ..tape import apply, is_grad_enabled
from ..tensor import Tensor


def unrecorded(input, name):
    """The array of an input that gets no gradient; RuntimeError if one is asked for."""
    if input._requires_grad and is_grad_enabled():
        raise RuntimeError(
            f"{name} has no rule in the reference backend, so no gradient can flow through it. "
            "PyTorch has it; here, use it on .detach() or under no_grad()."
        )
    return input._array


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
    start, end = start_dim % max(len(before), 1), end_dim % max(len(before), 1)
    return reshape(input, (*before[:start], -1, *before[end + 1 :]))


def permute(input, *dims):
    """Axes in a new order."""
    return apply(shape.permute, input, dims=sizes(dims))


def transpose(input, dim0, dim1):
    """Two axes exchanged."""
    dims = list(range(input.ndim))
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
    dim %= max(len(before), 1)
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
    target = tuple(before[i - offset] if n == -1 else n for i, n in enumerate(target))
    return apply(shape.expand, input, size=target)


def broadcast_to(input, size):
    """Copied along axes of length 1 until the shape is ``size``."""
    return expand(input, *size)


def cat(tensors, dim=0):
    """Joined along an axis that exists."""
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("cat: expected a non-empty list of tensors")
    try:
        return apply(shape.cat, *tensors, dim=dim)
    except ValueError as error:
        shapes = ", ".join(str(tuple(x.shape)) for x in tensors)
        raise RuntimeError(
            f"cat along axis {dim}: all other sizes must agree, received shapes {shapes}"
        ) from error


def stack(tensors, dim=0):
    """Joined along a new axis."""
    return cat([unsqueeze(x, dim) for x in tensors], dim)


def plain_index(index):
    """Tensors inside an index become arrays."""
    if isinstance(index, tuple):
        return tuple(plain_index(i) for i in index)
    if isinstance(index, Tensor):
        return index._array
    return np.asarray(index) if isinstance(index, list) else index


def getitem(input, index):
    """input[index]: integers, slices, None, ..., integer and bool tensors."""
    return apply(indexing.index, input, index=plain_index(index))


def setitem(input, index, value):
    """input[index] = value, in place: outside the tape only."""
    writable(input, "item assignment")
    input._array[plain_index(index)] = value._array if isinstance(value, Tensor) else value


def writable(input, name):
    """Count an in-place change; RuntimeError where it would make recorded gradients wrong."""
    if input._requires_grad and is_grad_enabled():
        what = "a leaf" if input._node is None else "a result on the tape"
        raise RuntimeError(
            f"{name} on {what} that requires grad: an in-place change would invalidate its "
            "gradient. Put it under `with no_grad():` (updates of weights), or write x = x + ... "
            "instead."
        )
    input._changes[0] += 1


def gather(input, dim, index):
    """out[i, j] = input[index[i, j], j] for dim = 0, and so on."""
    return apply(indexing.gather, input, dim=dim, index=index._array)


def clone(input):
    """A copy through which gradients flow."""
    return apply(shape.clone, input)
