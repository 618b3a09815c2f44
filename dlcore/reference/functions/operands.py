"""What goes into an operation: tensors, arrays and numbers, and how they come to a type."""

import numpy as np

from .. import dtypes
from ..kernels import shape
from ..tape import apply
from ..tensor import Tensor


def operand(x):
    """A tensor's array; an array or a Python number as it is; TypeError for anything else."""
    if isinstance(x, Tensor):
        return x._array
    if not isinstance(x, np.ndarray):
        dtypes.of_scalar(x)
    return x


def plain(x):
    """A number of NumPy as Python's, which leaves the type to the tensor beside it."""
    return x.item() if isinstance(x, np.generic) else x


def cast(x, kind):
    """``x`` as a tensor or array of NumPy dtype ``kind``; recorded, since a cast has a gradient.

    A number that does not fit into an integer type wraps, as in PyTorch: 300 is 44 as uint8.
    """
    if isinstance(x, Tensor):
        return x if x._array.dtype == kind else apply(shape.to, x, dtype=kind)
    if isinstance(x, int) and kind.kind in "iu":
        return np.asarray(x).astype(kind)
    return np.asarray(x, kind)


def as_kind(value, kind):
    """A number as an array of no axes; RuntimeError if the type does not hold it."""
    array = np.asarray(value)
    with np.errstate(all="ignore"):
        converted = array.astype(kind)
    if kind.kind in "iu" and not np.array_equal(converted, array):
        raise RuntimeError(f"value {value} cannot be converted to type {kind} without overflow")
    return converted
