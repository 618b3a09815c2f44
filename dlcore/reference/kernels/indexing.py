"""Picking elements. An element that is picked twice receives two gradients: scatter must add."""

import numpy as np

from ..rule import register

SCATTER = "gather and scatter-add are transposes of each other"


def is_basic(index):
    """Whether an index is made of integers, slices, ... and None alone (then nothing repeats)."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, (int, np.integer)) and not isinstance(part, (bool, np.bool_)))
        for part in parts
    )


def index_forward(x, *, index):
    return x[index], (x.shape, index)


def index_backward(dout, cache):
    shape, index = cache
    dx = np.zeros(shape, dout.dtype)
    if is_basic(index):
        dx[index] = dout
    else:
        add_at(dx, np.arange(dx.size).reshape(shape)[index], dout)
    return (dx,)


def gather_forward(x, *, dim, index):
    places = numbers(grid(index, dim), x.shape)
    return np.take(x, places), (x.shape, places)


def gather_backward(dout, cache):
    shape, places = cache
    dx = np.zeros(shape, dout.dtype)
    add_at(dx, places, dout)
    return (dx,)


def add_at(out, places, values):
    """out[places] += values, in the memory's order; an element that occurs twice adds twice.

    out[places] += values would count it once. NumPy's add.at is 6 to 10 times faster on one axis
    than on several, so places are numbers of the flat array.
    """
    np.add.at(out.reshape(-1), places.reshape(-1), np.reshape(values, -1))


def grid(index, dim):
    """The full index: ``index`` along ``dim``, its own position along every other axis."""
    positions = list(np.indices(index.shape, sparse=True))
    positions[dim] = index
    return tuple(positions)


def numbers(positions, shape):
    """The elements at ``positions``, one array for each axis, counted in the memory's order.

    Picking and adding by number is three times as fast as by position.
    """
    total = np.zeros((), np.int64)
    for position, size in zip(positions, shape, strict=True):
        total = total * size + position
    return total


index = register("index", index_forward, index_backward, torch="Tensor.__getitem__", source=SCATTER)
gather = register("gather", gather_forward, gather_backward, torch="gather", source=SCATTER)
