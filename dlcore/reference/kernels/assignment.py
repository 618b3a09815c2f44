"""Writing into part of an array, without changing the array: x with ``value`` at ``index``."""

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast


def assign_forward(x, value, *, index):
    """x with ``value``, broadcast, at x[first][second]; index = (first, second), first basic."""
    first, second = index
    out = np.array(x, order="K")
    out[first][second] = value
    return out, (index, np.shape(value))


def assign_backward(dout, cache):
    (first, second), value_shape = cache
    dx = np.array(dout, order="K")  # an array also of no axes, to be written to
    dx[first][second] = 0  # what was overwritten has no influence any more
    return dx, unbroadcast(np.asarray(dout[first][second]), value_shape)


assign = register(
    "assign",
    assign_forward,
    assign_backward,
    torch="Tensor.index_put",
    source="each number of the result is a copy of one input: the gradient goes to that one",
)
