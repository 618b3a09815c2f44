"""Arithmetic with broadcasting, element by element; and how operands come to one type."""

import contextlib

import numpy as np

from .. import dtypes
from ..grad_mode import is_grad_enabled
from ..in_place import stale
from ..kernels import arithmetic, division
from ..tape import apply
from ..tensor import Tensor
from .operands import cast, operand, plain

_NUMBERS = (float, int)


def binary(rule, a, b, needs_float=False):
    """Bring two operands to one type by torch's rule, and apply."""
    # The common cases are cheap: two tensors of one type, and floats with a Python number.
    x = a._array if isinstance(a, Tensor) else operand(a)
    y = b._array if isinstance(b, Tensor) else operand(b)
    if (
        type(x) is type(y) is np.ndarray
        and x.dtype == y.dtype
        and (not needs_float or x.dtype.kind == "f")
    ):
        pass
    elif type(y) in _NUMBERS and type(x) is np.ndarray and x.dtype.kind == "f":
        b = x.dtype.type(y)
    elif type(x) in _NUMBERS and type(y) is np.ndarray and y.dtype.kind == "f":
        a = y.dtype.type(x)
    else:
        kind = dtypes.result_type(x, y)
        if needs_float and kind.kind != "f":
            kind = dtypes.default_float()
        a, b = cast(a, kind), cast(b, kind)
    try:
        return apply(rule, a, b)
    except ValueError as error:
        raise no_broadcast(rule.name, x, y) from error


def no_broadcast(name, x, y):
    """The error for two operands whose shapes do not go together."""
    return RuntimeError(
        f"{name}: shapes {np.shape(x)} and {np.shape(y)} do not broadcast; counted from the last "
        "axis, two sizes must be equal or one of them 1"
    )


@contextlib.contextmanager
def broadcasting(name, x, y):
    """NumPy's ValueError for such shapes as the error that names the function and both shapes."""
    try:
        yield
    except ValueError as error:
        raise no_broadcast(name, x, y) from error


def common(name, *values):
    """The arrays of values brought to their common type, and that type; nothing is recorded."""
    for x in values:
        if isinstance(x, Tensor) and not x._changes:
            raise stale(name)
    arrays = [operand(x) for x in values]
    kind = dtypes.result_type(*arrays)
    return [cast(x, kind) if np.ndim(x) == 0 else x.astype(kind, copy=False) for x in arrays], kind


def refused(name, kind):
    """The error for a type that a function does not take."""
    return NotImplementedError(f"{name!r} not implemented for {dtypes.of_numpy(kind)}")


def unrecorded(input, name):
    """The array of an input that gets no gradient; RuntimeError if one is asked for."""
    if input._requires_grad and is_grad_enabled():
        raise RuntimeError(
            f"{name} has no rule in the reference backend, so no gradient can flow through it. "
            "PyTorch has it; here, use it on .detach() or under no_grad()."
        )
    return input._array


def flat(input, array):
    """A result that is constant wherever it has a derivative: its gradient is zero everywhere."""
    if not input._requires_grad:
        return Tensor._wrap(array)
    return apply(arithmetic.where, np.zeros((), bool), input, array)


def add(input, other, *, alpha=1):
    """input + alpha * other."""
    return binary(arithmetic.add, input, other if alpha == 1 else _times(other, alpha))


def _times(other, alpha):
    """alpha * other; of two numbers a number, which leaves the type to the tensor beside it."""
    if alpha == 1:
        return other
    return mul(other, alpha) if isinstance(other, Tensor) else other * alpha


def sub(input, other, *, alpha=1):
    """input - alpha * other; RuntimeError for bool, which has ^ instead."""
    refuse_bool(operand(input), operand(other))
    return binary(arithmetic.sub, input, _times(other, alpha))


def refuse_bool(*operands):
    """RuntimeError if one of the operands of a subtraction is bool."""
    for x in operands:
        if x is True or x is False or (type(x) is np.ndarray and x.dtype.char == "?"):
            raise RuntimeError(
                "Subtraction, the `-` operator, with a bool tensor is not supported. Use the `^` "
                "or `logical_xor()` operator, or `~` to invert a mask."
            )


def rsub(input, other, *, alpha=1):
    """other - alpha * input."""
    return sub(other, input, alpha=alpha)


def mul(input, other):
    """input * other."""
    return binary(arithmetic.mul, input, other)


def div(input, other, *, rounding_mode=None):
    """input / other; integers are divided as floats.

    rounding_mode: "floor" or "trunc" keep the type and round the quotient; its gradient is zero.
    """
    if rounding_mode is None:
        return binary(arithmetic.div, input, other, needs_float=True)
    if rounding_mode not in ("floor", "trunc"):
        raise RuntimeError(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
            f"{rounding_mode!r}"
        )
    result = Tensor._wrap(_quotient("div", input, other, rounding_mode))
    for x in (input, other):
        if isinstance(x, Tensor) and x._requires_grad:
            result = flat(cast(x, result._array.dtype), result)
    return result


def floor_divide(input, other):
    """input / other rounded down, of their common type; no gradient is recorded."""
    return Tensor._wrap(_quotient("floor_divide", input, other, "floor"))


def _quotient(name, input, other, rounding):
    (a, b), kind = common(name, input, other)
    _integers_divide(name, b, kind)
    with broadcasting(name, a, b), np.errstate(all="ignore"):
        if rounding == "floor":
            return np.floor_divide(a, b)
        # Of integers, a quotient that floor has rounded down below 0 comes up again.
        up = 0 if kind.kind == "f" else (a % b != 0) & ((a < 0) != (b < 0))
        quotient = np.trunc(a / b) if kind.kind == "f" else a // b + up
        return np.asarray(quotient).astype(kind, copy=False)


def _integers_divide(name, divisor, kind):
    if kind == dtypes.BOOL:
        raise refused(name, kind)
    if kind.kind in "iu" and not np.all(divisor):
        raise RuntimeError(f"ZeroDivisionError: {name} of integers by 0")


def remainder(input, other):
    """input - other * floor(input / other): it has the sign of ``other``, as Python's %."""
    _integers_divide("remainder", *_divisor(input, other))
    return binary(division.remainder, input, other)


def fmod(input, other):
    """input - other * trunc(input / other): it has the sign of ``input``, as C's %."""
    _integers_divide("fmod", *_divisor(input, other))
    return binary(division.fmod, input, other)


def _divisor(input, other):
    x, y = operand(input), operand(other)
    return y, dtypes.result_type(x, y)


def maximum(input, other):
    """The larger of two, element by element; at a tie each gets half the gradient."""
    return binary(arithmetic.maximum, input, other)


def minimum(input, other):
    """The smaller of two, element by element; at a tie each gets half the gradient."""
    return binary(arithmetic.minimum, input, other)


def pow(input, exponent):
    """input to the power of ``exponent``; either may be a number."""
    exponent = plain(exponent)
    x, y = operand(input), operand(exponent)
    kind = dtypes.result_type(x, y)
    if kind == dtypes.BOOL:
        raise refused("pow", kind)
    if kind.kind in "iu" and np.any(np.less(y, 0)):
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    if isinstance(exponent, (int, float)) and isinstance(input, Tensor):
        return apply(arithmetic.pow, cast(input, kind), exponent)
    return binary(arithmetic.pow, input, exponent)


def square(input):
    """input * input."""
    return pow(input, 2)


def where(condition, input, other):
    """``input`` where the bool tensor ``condition`` is true, ``other`` elsewhere."""
    if condition._array.dtype != dtypes.BOOL:
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype}; compare first, as in x > 0"
        )
    x, y = operand(input), operand(other)
    kind = dtypes.result_type(x, y)
    try:
        return apply(arithmetic.where, condition, cast(input, kind), cast(other, kind))
    except ValueError as error:
        raise RuntimeError(
            f"where: shapes {np.shape(condition._array)}, {np.shape(x)} and {np.shape(y)} do not "
            "broadcast"
        ) from error


def atan2(input, other):
    """The angle of the point (other, input), in radians of (-pi, pi]."""
    return binary(division.atan2, input, other, needs_float=True)


def _floats_only(name, *values):
    kind = dtypes.result_type(*map(operand, values))
    if kind.kind != "f":
        raise refused(name, kind)


def hypot(input, other):
    """sqrt(input^2 + other^2)."""
    _floats_only("hypot", input, other)
    return binary(division.hypot, input, other)


def logaddexp(input, other):
    """log(e^input + e^other), without overflow."""
    _floats_only("logaddexp", input, other)
    return binary(division.logaddexp, input, other)


def xlogy(input, other):
    """input * log(other), and 0 where ``input`` is 0."""
    return binary(division.xlogy, input, other, needs_float=True)


def lerp(input, end, weight):
    """input + weight * (end - input): from ``input`` (weight 0) to ``end`` (weight 1)."""
    return input + weight * (end - input)


def addcmul(input, tensor1, tensor2, *, value=1):
    """input + value * tensor1 * tensor2."""
    return input + (tensor1 * tensor2 if value == 1 else value * tensor1 * tensor2)


def addcdiv(input, tensor1, tensor2, *, value=1):
    """input + value * tensor1 / tensor2."""
    return input + (tensor1 / tensor2 if value == 1 else value * tensor1 / tensor2)
