"""Part of a tensor replaced, as a function: what item assignment is on the tape."""

import numpy as np

from ..kernels import assignment
from ..tape import apply
from ..tensor import Tensor


def assign(input, index, value):
    """``input`` with ``value`` at ``index``, a new tensor.

    index: a pair as ``plain_index`` makes it. value: a number, or a tensor that broadcasts to what
    the index picks.
    """
    if isinstance(value, Tensor) and value._array.dtype != input._array.dtype:
        value = value.to(input.dtype)
    target = np.empty(input._array.shape, bool)[index[0]][index[1]].shape
    extra = np.ndim(value._array if isinstance(value, Tensor) else value) - len(target)
    if extra > 0 and isinstance(value, Tensor):  # leading axes of length 1 are dropped
        value = value.reshape(value._array.shape[extra:])
    return apply(assignment.assign, input, value, index=index)
