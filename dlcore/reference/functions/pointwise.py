"""Element by element: arithmetic with broadcasting, elementary functions, comparisons."""

import numpy as np

from .. import dtypes
from ..kernels import activation, arithmetic, elementary, shape
from ..tape import apply
from ..tensor import Tensor


def operand(x):
    """A tensor's array; an array or a Python number as it is; TypeError for anything else."""
    if isinstance(x, Tensor):
        return x._array
    if not isinstance(x, np.ndarray):
        dtypes.of_scalar(x)
    return x


def cast(x, kind):
    """``x`` as a tensor or array of NumPy dtype ``kind``; recorded, since a cast has a gradient."""
    if isinstance(x, Tensor):
        return x if x._array.dtype == kind else apply(shape.to, x, dtype=kind)
    return np.asarray(x, kind)


def binary(rule, a, b, needs_float=False):
    """Bring two operands to one type by torch's rule, and apply."""
    x, y = operand(a), operand(b)
    # The common case costs one comparison: two tensors of one type.
    if (
        not (isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and x.dtype == y.dtype)
        or needs_float
    ):
        kind = dtypes.result_type(x, y)
        if needs_float and kind.kind != "f":
            kind = dtypes.FLOAT32
        a, b = cast(a, kind), cast(b, kind)
    try:
        return apply(rule, a, b)
    except ValueError as error:
        raise _no_broadcast(rule.name, x, y) from error


def _no_broadcast(name, x, y):
    return RuntimeError(
        f"{name}: shapes {np.shape(x)} and {np.shape(y)} do not broadcast; counted from the last "
        "axis, two sizes must be equal or one of them 1"
    )


def add(input, other, *, alpha=1):
    """input + alpha * other."""
    return binary(arithmetic.add, input, other if alpha == 1 else mul(other, alpha))


def sub(input, other, *, alpha=1):
    """input - alpha * other."""
    return binary(arithmetic.sub, input, other if alpha == 1 else mul(other, alpha))


def mul(input, other):
    """input * other."""
    return binary(arithmetic.mul, input, other)


def div(input, other):
    """input / other; integers are divided as float32."""
    return binary(arithmetic.div, input, other, needs_float=True)


def maximum(input, other):
    """The larger of two, element by element; at a tie each gets half the gradient."""
    return binary(arithmetic.maximum, input, other)


def minimum(input, other):
    """The smaller of two, element by element; at a tie each gets half the gradient."""
    return binary(arithmetic.minimum, input, other)


def pow(input, exponent):
    """input to the power of ``exponent``; either may be a number."""
    if isinstance(exponent, (int, float)) and isinstance(input, Tensor):
        kind = dtypes.result_type(input._array, exponent)
        return apply(arithmetic.pow, cast(input, kind), exponent)
    return binary(arithmetic.pow, input, exponent)


def square(input):
    """input * input."""
    return pow(input, 2)


def where(condition, input, other):
    """``input`` where the bool tensor ``condition`` is true, ``other`` elsewhere."""
    if not isinstance(condition, Tensor) or condition._array.dtype != dtypes.BOOL:
        raise TypeError("where: condition must be a bool tensor, such as x > 0")
    kind = dtypes.result_type(operand(input), operand(other))
    return apply(arithmetic.where, condition, cast(input, kind), cast(other, kind))


def _unary(rule, doc):
    def function(input):
        x = operand(input)
        if x.dtype.kind != "f":
            input = cast(input, dtypes.FLOAT32)
        return apply(rule, input)

    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = f"{doc} Integers are taken as float32."
    return function


exp = _unary(elementary.exp, "e to the power of each element.")
log = _unary(elementary.log, "The natural logarithm of each element.")
log1p = _unary(elementary.log1p, "log(1 + x), exact also for small x.")
sqrt = _unary(elementary.sqrt, "The square root of each element.")
sin = _unary(elementary.sin, "The sine of each element, in radians.")
cos = _unary(elementary.cos, "The cosine of each element, in radians.")
sigmoid = _unary(activation.sigmoid, "1 / (1 + exp(-x)).")
tanh = _unary(activation.tanh, "The hyperbolic tangent of each element.")


def neg(input):
    """-input."""
    return apply(elementary.neg, input)


def abs(input):
    """The absolute value; its slope at 0 is taken as 0."""
    return apply(elementary.abs, input)


def relu(input):
    """max(0, x); its slope at 0 is taken as 0."""
    return apply(activation.relu, input)


def clamp(input, min=None, max=None):
    """Cut every element to [min, max]; either bound may be None, not both."""
    if min is None and max is None:
        raise RuntimeError("clamp: at least one of 'min' or 'max' must not be None")
    bounds = [b for b in (min, max) if b is not None]
    if any(isinstance(b, Tensor) for b in bounds):
        raise TypeError("clamp: the bounds are numbers here; use maximum and minimum for tensors")
    return apply(
        elementary.clamp, cast(input, dtypes.result_type(input._array, *bounds)), min=min, max=max
    )


def _comparison(name, ufunc):
    def function(input, other):
        x, y = operand(input), operand(other)
        if isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and x.dtype != y.dtype:
            kind = dtypes.result_type(x, y)
            x, y = x.astype(kind), y.astype(kind)
        try:
            return Tensor._wrap(ufunc(x, y))
        except ValueError as error:
            raise _no_broadcast(name, x, y) from error

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{ufunc.__name__.replace('_', ' ')}, element by element: a bool tensor."
    return function


eq, ne = _comparison("eq", np.equal), _comparison("ne", np.not_equal)
lt, le = _comparison("lt", np.less), _comparison("le", np.less_equal)
gt, ge = _comparison("gt", np.greater), _comparison("ge", np.greater_equal)
logical_and = _comparison("logical_and", np.logical_and)
logical_or = _comparison("logical_or", np.logical_or)


def _bitwise(name, ufunc):
    """``&`` and its like: on bool the logical operation, on integers bit by bit."""

    def function(input, other):
        x, y = operand(input), operand(other)
        kind = dtypes.result_type(x, y)
        if kind.kind == "f":
            raise RuntimeError(f"{name} is for bool and integer tensors, received floats")
        return Tensor._wrap(ufunc(np.asarray(x, kind), np.asarray(y, kind)))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{ufunc.__name__.replace('_', ' ')}, element by element."
    return function


bitwise_and = _bitwise("bitwise_and", np.bitwise_and)
bitwise_or = _bitwise("bitwise_or", np.bitwise_or)


def bitwise_not(input):
    """Not: on bool the logical operation, on integers bit by bit."""
    if input.is_floating_point():
        raise RuntimeError("bitwise_not is for bool and integer tensors, received floats")
    return Tensor._wrap(np.invert(input._array))


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether |input - other| <= atol + rtol |other| everywhere: a Python bool."""
    return bool(np.allclose(operand(input), operand(other), rtol, atol, equal_nan))


def logical_not(input):
    """Not, element by element: a bool tensor."""
    return Tensor._wrap(np.logical_not(input._array))


def isfinite(input):
    """Where an element is neither infinite nor nan."""
    return Tensor._wrap(np.isfinite(input._array))


def isnan(input):
    """Where an element is nan."""
    return Tensor._wrap(np.isnan(input._array))


def sign(input):
    """-1, 0 or 1; no gradient is recorded."""
    return Tensor._wrap(np.sign(input._array))  # its gradient is zero wherever it exists


def round(input):
    """To the nearest integer, halves to even; no gradient is recorded."""
    return Tensor._wrap(np.round(input._array))


def floor(input):
    """Down to an integer; no gradient is recorded."""
    return Tensor._wrap(np.floor(input._array))
