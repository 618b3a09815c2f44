"""In-place methods that give a tensor another shape over the same memory, and fill_diagonal_."""

import functools

import numpy as np

from ..grad_mode import enable_grad
from ..in_place import is_recorded
from ..tensor import Tensor
from . import layout
from .masking import masked_fill


def in_place_view(function):
    """The method that gives ``self`` the shape and the history of ``function(self, ...)``.

    RuntimeError for a leaf that requires a gradient.
    """
    name = f"{function.__name__}_"

    @functools.wraps(function, assigned=("__doc__",))
    def method(self, *args, **kwargs):
        is_recorded(self)
        # The tape keeps what the tensor was, not what it becomes.
        before = Tensor._wrap(self._array, self._node, self._index, self._changes)
        with enable_grad():  # a shape is no arithmetic: also under no_grad the history stays
            new = function(before, *args, **kwargs)
        self._array, self._changes = new._array, new._changes
        self._node, self._index = new._node, new._index
        return self

    method.__name__ = method.__qualname__ = name
    return method


def fill_diagonal(input, fill_value, wrap=False):
    """A number on the main diagonal; ``wrap``: again after each block of a tall matrix."""
    shape = input._array.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise RuntimeError(
            "fill_diagonal_: expected a matrix, or equal sizes of more axes, received shape "
            f"{shape}"
        )
    chosen = np.zeros(shape, bool)
    np.fill_diagonal(chosen, True, wrap=wrap)
    return masked_fill(input, Tensor._wrap(chosen), fill_value)


METHODS = [
    in_place_view(function)
    for function in (
        layout.squeeze,
        layout.unsqueeze,
        layout.t,
        layout.transpose,
        layout.swapaxes,
        layout.swapdims,
    )
]
