"""Elements in another order or several times: flip, roll, repeat, and axes moved about."""

import numpy as np

from .. import dtypes
from ..kernels import arrange as kernels
from ..kernels import indexing
from ..tape import apply
from ..tensor import Tensor
from . import layout
from .layout import axis, by_name, sizes
from .logic import bitwise_xor


@by_name("dims")
def flip(input, *dims):
    """Axes read from their end."""
    if not dims:
        raise TypeError("flip() missing required argument: dims")
    dims = tuple(axis(input, d) for d in sizes(dims))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"flip: each axis is named once, received {dims}")
    return apply(kernels.flip, input, dims=dims)


def fliplr(input):
    """The second axis read from its end."""
    return flip(input, 1)


def flipud(input):
    """The first axis read from its end."""
    return flip(input, 0)


def roll(input, shifts, dims=None):
    """Shifted along ``dims``, or as one long row; what leaves at the end comes in at the front."""
    if dims is None or (isinstance(dims, (tuple, list)) and not dims):
        if isinstance(shifts, (tuple, list)):
            if len(shifts) != 1:
                raise RuntimeError("roll: several shifts need as many dims")
            (shifts,) = shifts
        return apply(kernels.roll, input, shifts=int(shifts), dims=None)
    shifts = tuple(shifts) if isinstance(shifts, (tuple, list)) else (shifts,)
    dims = tuple(dims) if isinstance(dims, (tuple, list)) else (dims,)
    if len(shifts) != len(dims):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}"
        )
    dims = tuple(axis(input, d) for d in dims)
    return apply(kernels.roll, input, shifts=shifts, dims=dims) if input.ndim else input.clone()


def rot90(input, k=1, dims=(0, 1)):
    """Turned by 90 degrees ``k`` times, from the first of two axes towards the second."""
    first, second = (axis(input, d) for d in dims)
    k %= 4
    if k == 0:
        return layout.clone(input)
    if k == 2:
        return flip(input, first, second)
    return layout.transpose(flip(input, second if k == 1 else first), first, second)


@by_name("repeats")
def repeat(input, *repeats):
    """The whole tensor repeats[i] times along axis i; missing axes are added in front."""
    repeats = tuple(int(n) for n in sizes(repeats))
    if len(repeats) < input.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            f"tensor: {len(repeats)} and {input.ndim}"
        )
    if min(repeats, default=0) < 0:
        raise RuntimeError(f"repeat: numbers of repetitions are not negative, received {repeats}")
    return apply(kernels.repeat, input, repeats=repeats)


@by_name("dims")
def tile(input, *dims):
    """As ``repeat``; missing numbers in front are taken as 1."""
    if not dims:
        raise TypeError("tile() missing required argument: dims")
    dims = sizes(dims)
    return repeat(input, (1,) * (input.ndim - len(dims)) + tuple(dims))


def repeat_interleave(input, repeats, dim=None, *, output_size=None):
    """Every element (or slice along ``dim``) several times in a row.

    repeats: a number, or a tensor with one number for each element.
    """
    if dim is None:
        input, dim = layout.reshape(input, -1), 0
    dim = axis(input, dim)
    count = repeats._array if isinstance(repeats, Tensor) else np.asarray(repeats)
    size = input._array.shape[dim]
    if count.ndim > 1 or (count.ndim and count.size not in (1, size)):
        raise RuntimeError(
            f"repeat_interleave: repeats must have the same size as input along dim, but got "
            f"repeats of shape {count.shape} and size {size}"
        )
    if count.size and count.min() < 0:
        raise RuntimeError("repeats can not be negative")
    if count.size == 1:
        count = int(count.reshape(()))
    places = np.repeat(np.arange(size), count)
    if output_size is not None and output_size != len(places):
        raise RuntimeError(f"repeat_interleave: output_size {output_size}, expected {len(places)}")
    return apply(indexing.index, input, index=(slice(None),) * dim + (places,))


def unflatten(input, dim, sizes):
    """Axis ``dim`` in the shape ``sizes``, one of which may be -1."""
    dim = axis(input, dim)
    before, sizes = input._array.shape, tuple(sizes)
    known = int(np.prod([n for n in sizes if n != -1], dtype=np.int64))
    size = before[dim] if before else 1
    if sizes.count(-1) > 1 or (size % known if -1 in sizes and known else size != known):
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {dim} "
            f"({size}) in the input tensor"
        )
    sizes = tuple(size // known if n == -1 and known else n for n in sizes)
    return layout.reshape(input, (*before[:dim], *sizes, *before[dim + 1 :]))


def view_as(input, other):
    """In the shape of another tensor."""
    return layout.reshape(input, other._array.shape)


def expand_as(input, other):
    """Copied along axes of length 1 to the shape of another tensor."""
    return layout.expand(input, other._array.shape)


def broadcast_tensors(*tensors):
    """All of them expanded to their common shape."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tensors[0]
    shape = broadcast_shapes(*(x._array.shape for x in tensors))
    return tuple(layout.expand(x, shape) for x in tensors)


def broadcast_shapes(*shapes):
    """The shape to which all of these broadcast."""
    from ..tensor import Size

    try:
        return Size(np.broadcast_shapes(*shapes))
    except ValueError:
        raise RuntimeError(
            f"Shape mismatch: {', '.join(str(tuple(s)) for s in shapes)} do not broadcast; counted "
            "from the last axis, two sizes must be equal or one of them 1"
        ) from None


def meshgrid(*tensors, indexing=None):
    """Coordinates of a grid: for vectors of lengths n, m, ... as many tensors (n, m, ...).

    indexing: "ij" (the default), or "xy", which exchanges the first two axes.
    """
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tensors[0]
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(
            f'meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}'
        )
    if any(x.ndim > 1 for x in tensors):
        raise RuntimeError("meshgrid: expected vectors or numbers")
    places = list(range(len(tensors)))
    if indexing == "xy" and len(tensors) > 1:
        places[:2] = 1, 0
    shape = [0] * len(tensors)
    for x, place in zip(tensors, places, strict=True):
        shape[place] = x.numel()
    grids = []
    for x, place in zip(tensors, places, strict=True):
        along = [-1 if i == place else 1 for i in range(len(shape))]
        grids.append(layout.expand(layout.reshape(x, along), tuple(shape)))
    return tuple(grids)


def cartesian_prod(*tensors):
    """All combinations of the elements of vectors, one in each row."""
    for x in tensors:
        if x.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {list(x.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return layout.stack([x.reshape(-1) for x in meshgrid(*tensors, indexing="ij")], 1)


def diff(input, n=1, dim=-1):
    """The differences of neighbours along ``dim``, ``n`` times over."""
    dim = axis(input, dim)
    if not input.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    every = (slice(None),) * dim
    for _ in range(n):
        after, before = input[(*every, slice(1, None))], input[(*every, slice(None, -1))]
        input = bitwise_xor(after, before) if input.dtype is dtypes.bool_ else after - before
    return input


def block_diag(*tensors):
    """Matrices one after the other along the diagonal, zeros elsewhere; vectors are rows."""
    blocks = [layout.reshape(x, (1, -1)) if x.ndim < 2 else x for x in tensors]
    width, rows, before = sum(b._array.shape[1] for b in blocks), [], 0
    for block in blocks:
        height, own = block._array.shape
        left, right = (
            Tensor._wrap(np.zeros((height, n), block._array.dtype))
            for n in (before, width - before - own)
        )
        rows.append(layout.cat([left, block, right], 1))
        before += own
    return layout.cat(rows, 0)
