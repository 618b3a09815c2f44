"""Functions of one tensor, element by element: elementary, special, rounding and cutting."""

import numpy as np

from .. import dtypes
from ..kernels import activation, elementary, exponential, special, trigonometric
from ..tape import apply
from ..tensor import Tensor
from .operands import cast, operand, plain
from .pointwise import flat, refused, unrecorded, where


def _unary(rule, doc):
    def function(input):
        x = operand(input)
        if x.dtype.kind != "f":
            input = cast(input, dtypes.default_float())
        return apply(rule, input)

    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = f"{doc} Integers are taken as floats."
    return function


exp = _unary(elementary.exp, "e to the power of each element.")
log = _unary(elementary.log, "The natural logarithm of each element.")
log1p = _unary(elementary.log1p, "log(1 + x), exact also for small x.")
sqrt = _unary(elementary.sqrt, "The square root of each element.")
sin = _unary(elementary.sin, "The sine of each element, in radians.")
cos = _unary(elementary.cos, "The cosine of each element, in radians.")
sigmoid = _unary(activation.sigmoid, "1 / (1 + exp(-x)).")
tanh = _unary(activation.tanh, "The hyperbolic tangent of each element.")
exp2 = _unary(exponential.exp2, "2 to the power of each element.")
expm1 = _unary(exponential.expm1, "exp(x) - 1, exact also for small x.")
log2 = _unary(exponential.log2, "The logarithm to base 2.")
log10 = _unary(exponential.log10, "The logarithm to base 10.")
reciprocal = _unary(exponential.reciprocal, "1 / x.")
rsqrt = _unary(exponential.rsqrt, "1 / sqrt(x).")
sinh = _unary(exponential.sinh, "The hyperbolic sine.")
cosh = _unary(exponential.cosh, "The hyperbolic cosine.")
tan = _unary(trigonometric.tan, "The tangent of each element, in radians.")
asin = _unary(trigonometric.asin, "The angle in radians whose sine it is.")
acos = _unary(trigonometric.acos, "The angle in radians whose cosine it is.")
atan = _unary(trigonometric.atan, "The angle in radians whose tangent it is.")
asinh = _unary(trigonometric.asinh, "The number whose hyperbolic sine it is.")
acosh = _unary(trigonometric.acosh, "The number whose hyperbolic cosine it is.")
atanh = _unary(trigonometric.atanh, "The number whose hyperbolic tangent it is.")
erf = _unary(special.erf, "2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.")
erfc = _unary(special.erfc, "1 - erf(x), exact also where erf(x) is nearly 1.")
erfinv = _unary(special.erfinv, "The number whose erf it is.")
lgamma = _unary(special.lgamma, "log |gamma(x)|, where gamma(n + 1) = n!.")


def digamma(input):
    """The derivative of lgamma; it has no gradient of its own here."""
    x = unrecorded(input, "digamma")
    kind = x.dtype if x.dtype.kind == "f" else dtypes.default_float()
    return Tensor._wrap(np.asarray(special.scipy_special().digamma(x), kind))


def deg2rad(input):
    """Degrees as radians."""
    return input * (np.pi / 180)


def rad2deg(input):
    """Radians as degrees."""
    return input * (180 / np.pi)


def logit(input, eps=None):
    """log(x / (1 - x)); with ``eps``, x is first cut to [eps, 1 - eps]."""
    if isinstance(eps, Tensor):
        raise TypeError("logit: argument 'eps' must be float, not Tensor")
    x = cast(input, dtypes.float_of(input._array.dtype))
    x = x if eps is None else clamp(x, eps, 1 - eps)
    return log(x / (1 - x))


def neg(input):
    """-input; RuntimeError for bool."""
    if input._array.dtype == dtypes.BOOL:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return apply(elementary.neg, input)


def positive(input):
    """The input itself; RuntimeError for bool."""
    if input._array.dtype == dtypes.BOOL:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def abs(input):
    """The absolute value; its slope at 0 is taken as 0."""
    if input._array.dtype == dtypes.BOOL:
        raise refused("abs", dtypes.BOOL)
    return apply(elementary.abs, input)


def relu(input):
    """max(0, x); its slope at 0 is taken as 0."""
    if input._array.dtype == dtypes.BOOL:
        raise RuntimeError("Boolean inputs not supported for relu")
    return apply(activation.relu, input)


def clamp(input, min=None, max=None):
    """Cut every element to [min, max]: numbers or tensors; either may be None, not both."""
    if min is None and max is None:
        raise RuntimeError("clamp: at least one of 'min' or 'max' must not be None")
    min, max = plain(min), plain(max)
    bounds = [b for b in (min, max) if b is not None]
    if any(isinstance(b, Tensor) for b in bounds):
        return _clamp_between(input, min, max)
    if input._array.dtype == dtypes.BOOL:
        raise refused("clamp", dtypes.BOOL)
    kind = dtypes.result_type(input._array, *bounds)
    return apply(elementary.clamp, cast(input, kind), min=min, max=max)


def _clamp_between(input, min, max):
    """With tensors as bounds: the gradient goes to what was taken."""
    if min is not None:
        input = where(_compare(min, input, _above), min, input)
    if max is not None:
        input = where(_compare(max, input, _below), max, input)
    return input


def _above(bound, x):
    return (bound > x) | np.isnan(bound)  # a bound of nan gives nan


def _below(bound, x):
    return (bound < x) | np.isnan(bound)


def _compare(a, b, ufunc):
    from .pointwise import broadcasting, common

    (x, y), _ = common("clamp", a, b)
    with broadcasting("clamp", x, y):
        return Tensor._wrap(ufunc(x, y))


def clamp_min(input, min):
    """The larger of each element and ``min``."""
    return clamp(input, min=min)


def clamp_max(input, max):
    """The smaller of each element and ``max``."""
    return clamp(input, max=max)


def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    """Numbers in the place of nan and infinities: by default 0 and the largest of the type."""
    if any(isinstance(x, Tensor) for x in (nan, posinf, neginf)):
        raise TypeError("nan_to_num: nan, posinf and neginf must be float, not Tensor")
    if input._array.dtype.kind != "f":
        return clone_of(input)
    limits, x = np.finfo(input._array.dtype), input._array
    kind = input._array.dtype.type
    nan = 0.0 if nan is None else nan
    high = limits.max if posinf is None else kind(posinf)
    low = limits.min if neginf is None else kind(neginf)
    whole = Tensor._wrap(np.isfinite(x))
    filled = np.where(np.isnan(x), kind(nan), np.where(x > 0, high, low)).astype(kind)
    return where(whole, input, Tensor._wrap(filled))


def clone_of(input):
    """A copy through which gradients flow."""
    from ..kernels import shape

    return apply(shape.clone, input)


# -- constant between jumps: the gradient is zero ----------------------------------------------


def _step(name, ufunc, doc, bools=False):
    def function(input):
        kind = input._array.dtype
        if kind == dtypes.BOOL and not bools:
            raise refused(name, kind)
        if kind.kind != "f" and not bools:
            return clone_of(input)
        return flat(input, np.asarray(ufunc(input._array)).astype(kind, copy=False))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{doc} Its gradient is zero."
    return function


def _sign(x):
    return x.copy() if x.dtype == dtypes.BOOL else np.subtract(x > 0, x < 0, dtype=x.dtype)


floor = _step("floor", np.floor, "Down to an integer.")
ceil = _step("ceil", np.ceil, "Up to an integer.")
trunc = _step("trunc", np.trunc, "Towards 0 to an integer.")
fix = _step("fix", np.trunc, "Towards 0 to an integer.")
sign = _step("sign", _sign, "-1, 0 or 1.", bools=True)
sgn = _step("sgn", _sign, "-1, 0 or 1.", bools=True)


def round(input, *, decimals=0):
    """To the nearest integer, or to ``decimals`` places; halves to even. Its gradient is zero."""
    kind = input._array.dtype
    if kind == dtypes.BOOL:
        raise refused("round", kind)
    if kind.kind != "f":
        return clone_of(input)
    return flat(input, np.asarray(np.round(input._array, decimals)))


def frac(input):
    """What is left of each element without ``trunc``."""
    if input._array.dtype.kind != "f":
        raise refused("frac", input._array.dtype)
    return input - Tensor._wrap(np.trunc(input._array))


def heaviside(input, values):
    """0 below 0, 1 above, ``values`` at 0; no gradient is recorded."""
    if input._array.dtype != values._array.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    out = np.where(input._array == 0, values._array, input._array > 0)
    return Tensor._wrap(out.astype(input._array.dtype))
