"""Methods that end in ``_``: they change the tensor itself, on the tape or outside of it."""

import functools

import numpy as np

from .. import dtypes
from ..in_place import count_change, is_recorded, replace
from ..tensor import Tensor
from . import layout, pointwise
from .assign import assign
from .generator import default_generator


def in_place(function, name=None):
    """The method that computes ``function(self, ...)`` and puts the result into ``self``.

    RuntimeError if the result has another shape, or a type that does not fit (float into integer),
    or if self is a leaf that requires a gradient.
    """
    name = name or f"{function.__name__}_"

    @functools.wraps(function, assigned=("__doc__",))
    def method(self, *args, **kwargs):
        if is_recorded(self, *args, *kwargs.values()):
            replace(self, _fitting(name, self, function(self, *args, **kwargs)))
            return self
        result = _fitting(name, self, function(self, *args, **kwargs))
        count_change(self, name)
        self._array[...] = result._array
        return self

    method.__name__ = method.__qualname__ = name
    return method


def _fitting(name, target, result):
    """The result in the target's type; RuntimeError where torch refuses."""
    if result._array.shape != target._array.shape:
        raise RuntimeError(
            f"{name}: output with shape {list(target.shape)} doesn't match the broadcast shape "
            f"{list(result.shape)}"
        )
    check_category(target, result._array.dtype)
    return pointwise.cast(result, target._array.dtype)


def check_category(target, kind):
    """RuntimeError for a float result into integers, and the like."""
    if dtypes.CATEGORY[kind.kind] > dtypes.CATEGORY[target._array.dtype.kind]:
        raise RuntimeError(
            f"result type {dtypes.of_array(np.empty(0, kind))} can't be cast to the desired type "
            f"{target.dtype}"
        )


def arithmetic(function, ufunc):
    """``in_place`` for what optimisers do all day: outside the tape with no temporary array."""
    recorded = in_place(function)

    def method(self, other, *, alpha=1):
        if is_recorded(self, other):
            return recorded(self, other if alpha == 1 else pointwise.mul(other, alpha))
        value = pointwise.operand(other)
        if ufunc is np.subtract:
            pointwise.refuse_bool(self._array, value)
        kind = dtypes.result_type(self._array, value)
        if ufunc is np.divide and kind.kind != "f":
            kind = dtypes.FLOAT32
        check_category(self, kind)
        count_change(self, recorded.__name__)
        if alpha != 1:
            value = value * alpha
        try:
            ufunc(self._array, value, out=self._array, casting="unsafe")
        except ValueError as error:
            raise RuntimeError(
                f"{recorded.__name__}: a value of shape {np.shape(value)} does not fit into "
                f"{self._array.shape}"
            ) from error
        return self

    method.__name__ = method.__qualname__ = recorded.__name__
    method.__doc__ = function.__doc__
    return method


add_ = arithmetic(pointwise.add, np.add)
sub_ = arithmetic(pointwise.sub, np.subtract)
mul_ = arithmetic(pointwise.mul, np.multiply)
div_ = arithmetic(pointwise.div, np.divide)


def put(self, index, value):
    """Write ``value``, broadcast, to ``self`` at ``index``, a pair as ``plain_index`` makes it."""
    if is_recorded(self, value):
        replace(self, assign(self, index, value))
        return
    count_change(self, "item assignment")
    first, second = index
    self._array[first][second] = value._array if isinstance(value, Tensor) else value


def setitem(input, index, value):
    """input[index] = value, in place."""
    first, second = layout.plain_index(index)
    _one_dtype(input, second, value)
    second = ... if second is None else second
    try:
        put(input, (first, second), value)
    except ValueError as error:
        raise RuntimeError(
            f"item assignment: a value of shape {np.shape(pointwise.operand(value))} does not fit "
            f"into {input._array[first][second].shape}"
        ) from error


def _one_dtype(input, arrays, value):
    """RuntimeError for x[arrays] = a tensor of another type; x[slices] = ... and a mask convert."""
    if arrays is None or not isinstance(value, Tensor) or value._array.dtype == input._array.dtype:
        return
    chosen = [part for part in arrays if isinstance(part, np.ndarray)]
    if value._array.ndim or [part.dtype for part in chosen] != [dtypes.BOOL]:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{input.dtype} for the destination and {value.dtype} for the source."
        )


def copy_(self, src, non_blocking=False):
    """Take over the values of ``src``, broadcast to this shape."""
    setitem(self, ..., src)
    return self


def fill_(self, value):
    """Set every element to a number."""
    if isinstance(value, Tensor) and value.ndim:
        raise RuntimeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value.ndim} dimensions."
        )
    put(self, (..., ...), value)
    return self


def zero_(self):
    """Set every element to 0."""
    return fill_(self, 0)


def normal_(self, mean=0, std=1, *, generator=None):
    """Fill with normal random numbers."""
    rng = (generator or default_generator).numpy
    return fill_(self, rng.normal(mean, std, self._array.shape))


def uniform_(self, a=0, b=1, *, generator=None):
    """Fill with uniform random numbers of [a, b)."""
    rng = (generator or default_generator).numpy
    return fill_(self, rng.uniform(a, b, self._array.shape))
