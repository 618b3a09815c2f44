"""Comparisons, logic and bits: what comes out is true or false, or an integer."""

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .pointwise import broadcasting, common, no_broadcast, operand, refused


def _comparison(name, ufunc):
    def function(input, other):
        x, y = operand(input), operand(other)
        if not (type(x) is type(y) is np.ndarray and x.dtype == y.dtype):
            (x, y), _ = common(name, input, other)
        try:
            return Tensor._wrap(ufunc(x, y))
        except ValueError as error:
            raise no_broadcast(name, x, y) from error

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{ufunc.__name__.replace('_', ' ')}, element by element: a bool tensor."
    return function


eq, ne = _comparison("eq", np.equal), _comparison("ne", np.not_equal)
lt, le = _comparison("lt", np.less), _comparison("le", np.less_equal)
gt, ge = _comparison("gt", np.greater), _comparison("ge", np.greater_equal)
logical_and = _comparison("logical_and", np.logical_and)
logical_or = _comparison("logical_or", np.logical_or)
logical_xor = _comparison("logical_xor", np.logical_xor)


def _bitwise(name, ufunc, bools=True):
    """``&`` and its like: on bool the logical operation, on integers bit by bit."""

    def function(input, other):
        (x, y), kind = common(name, input, other)
        if kind.kind == "f" or (kind == dtypes.BOOL and not bools):
            raise refused(name, kind)
        with broadcasting(name, x, y):
            return Tensor._wrap(ufunc(x, y))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{ufunc.__name__.replace('_', ' ')} of integers, element by element."
    return function


bitwise_and = _bitwise("bitwise_and", np.bitwise_and)
bitwise_or = _bitwise("bitwise_or", np.bitwise_or)
bitwise_xor = _bitwise("bitwise_xor", np.bitwise_xor)
bitwise_left_shift = _bitwise("bitwise_left_shift", np.left_shift, bools=False)
bitwise_right_shift = _bitwise("bitwise_right_shift", np.right_shift, bools=False)


def bitwise_not(input):
    """Not: on bool the logical operation, on integers bit by bit."""
    if input.is_floating_point():
        raise refused("bitwise_not", input._array.dtype)
    return Tensor._wrap(np.invert(input._array))


def logical_not(input):
    """Not, element by element: a bool tensor."""
    return Tensor._wrap(np.logical_not(input._array))


def _test(ufunc, doc):
    def function(input):
        return Tensor._wrap(ufunc(input._array))

    function.__name__ = function.__qualname__ = ufunc.__name__
    function.__doc__ = f"{doc}: a bool tensor."
    return function


isfinite = _test(np.isfinite, "Where an element is neither infinite nor nan")
isnan = _test(np.isnan, "Where an element is nan")
isinf = _test(np.isinf, "Where an element is infinite")
isposinf = _test(np.isposinf, "Where an element is +inf")
isneginf = _test(np.isneginf, "Where an element is -inf")
signbit = _test(np.signbit, "Where an element is negative, -0.0 among them")


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Where |input - other| <= atol + rtol |other|: a bool tensor."""
    x, y = input._array, other._array
    if x.dtype != y.dtype:
        raise RuntimeError(f"{input.dtype} did not match {other.dtype}")
    with broadcasting("isclose", x, y):
        return Tensor._wrap(np.asarray(np.isclose(x, y, rtol, atol, equal_nan)))


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether |input - other| <= atol + rtol |other| everywhere: a Python bool."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input, other):
    """Whether both have the same shape and the same elements: a Python bool."""
    x, y = operand(input), operand(other)
    return x.shape == y.shape and bool(np.all(x == y))


def isin(elements, test_elements, *, assume_unique=False, invert=False):
    """Where an element is one of ``test_elements``; either may be a number."""
    elements, test_elements = (np.asarray(operand(x)) for x in (elements, test_elements))
    if dtypes.BOOL in (elements.dtype, test_elements.dtype):
        raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    found = np.isin(elements, test_elements, assume_unique, invert)
    return Tensor._wrap(np.asarray(found))
