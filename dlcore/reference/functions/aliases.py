"""Second names of functions: NumPy's, and older ones of torch's own."""

from . import elementary, layout, logic, parts, pointwise

absolute, negative, clip = elementary.abs, elementary.neg, elementary.clamp
arccos, arccosh = elementary.acos, elementary.acosh
arcsin, arcsinh = elementary.asin, elementary.asinh
arctan, arctanh, arctan2 = elementary.atan, elementary.atanh, pointwise.atan2
multiply, subtract, divide = pointwise.mul, pointwise.sub, pointwise.div
greater, greater_equal, less = logic.gt, logic.ge, logic.lt
less_equal, not_equal = logic.le, logic.ne
concat = concatenate = layout.cat
row_stack = parts.vstack


def true_divide(input, other):
    """input / other; integers are divided as floats."""
    return pointwise.div(input, other)


METHODS = (
    "absolute negative clip arccos arccosh arcsin arcsinh arctan arctanh arctan2 multiply subtract "
    "divide true_divide greater greater_equal less less_equal not_equal"
)
