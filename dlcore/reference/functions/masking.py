"""Elements chosen by a mask or a triangle: masked_fill, tril, where they are not zero."""

import numpy as np

from .. import dtypes
from ..kernels import masking
from ..tape import apply
from ..tensor import Tensor
from . import layout
from .operands import as_kind, operand
from .pointwise import broadcasting
from .pointwise import where as choice


def masked_fill(input, mask, value):
    """``input`` with the number ``value`` where the bool tensor ``mask`` is true."""
    if mask._array.dtype != dtypes.BOOL:
        raise RuntimeError(
            f"masked_fill only supports boolean masks, but got mask of dtype {mask.dtype}; compare "
            "first, as in mask == 0"
        )
    filler = operand(value)
    if np.ndim(filler):
        raise RuntimeError(
            "masked_fill only supports a 0-dimensional value tensor, but got tensor with "
            f"{np.ndim(filler)} dimension(s)."
        )
    if not isinstance(filler, np.ndarray):
        as_kind(filler, input._array.dtype)
    with broadcasting("masked_fill", input._array, mask._array):
        return apply(masking.masked_fill, input, mask, value)


def masked_select(input, mask):
    """The elements where the bool tensor ``mask`` is true, as a vector."""
    if mask._array.dtype != dtypes.BOOL:
        raise RuntimeError(f"masked_select: expected BoolTensor for mask, received {mask.dtype}")
    with broadcasting("masked_select", input._array, mask._array):
        shape = np.broadcast_shapes(input._array.shape, mask._array.shape)
    return layout.expand(input, shape)[layout.expand(mask, shape)]


def where(condition, input=None, other=None):
    """``input`` where the bool tensor ``condition`` is true, ``other`` elsewhere.

    With the condition alone: the tuple of the indices along each axis where it is true.
    """
    if not isinstance(condition, Tensor):
        raise TypeError("where: condition must be a tensor, such as x > 0")
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if input is None or other is None:
        raise TypeError("where: give both values, or neither")
    return choice(condition, input, other)


def nonzero(input, *, as_tuple=False):
    """Where the elements are not zero: an (M, axes) tensor, or a tuple of one vector per axis."""
    if as_tuple:
        places = np.atleast_1d(input._array).nonzero()
        return tuple(Tensor._wrap(along) for along in places)
    return argwhere(input)


def argwhere(input):
    """Where the elements are not zero: a tensor (M, axes)."""
    return Tensor._wrap(np.argwhere(input._array))


def count_nonzero(input, dim=None):
    """How many elements are not zero, along ``dim`` or in all."""
    dims = () if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    axes = tuple(layout.axis(input, d) for d in dims) or None
    return Tensor._wrap(np.asarray(np.count_nonzero(input._array, axis=axes), np.int64))


def _triangle(rule, name, doc):
    def function(input, diagonal=0):
        if input._array.ndim < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return apply(rule, input, diagonal=diagonal)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


tril = _triangle(
    masking.tril,
    "tril",
    "The lower triangle of the last two axes, zeros above; ``diagonal`` moves its edge up.",
)
triu = _triangle(
    masking.triu,
    "triu",
    "The upper triangle of the last two axes, zeros below; ``diagonal`` moves its edge up.",
)


def _triangle_indices(places, name, doc):
    def function(row, col, offset=0, *, dtype=dtypes.int64, device=None):
        from .create import _finish

        array = np.stack(places(row, offset, col)).astype(dtypes.to_numpy(dtype))
        return _finish(array, device, False)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


tril_indices = _triangle_indices(
    np.tril_indices, "tril_indices", "Rows and columns (2, M) of the lower triangle's elements."
)
triu_indices = _triangle_indices(
    np.triu_indices, "triu_indices", "Rows and columns (2, M) of the upper triangle's elements."
)
