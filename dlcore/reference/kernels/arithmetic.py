"""Arithmetic of two arrays with broadcasting, and how a gradient is un-broadcast.

Broadcasting copies a small array along the missing axes. A copy is a use, and a value that is used
several times receives the sum of its gradients: un-broadcasting is a sum over the copied axes.
"""

import numpy as np

from ..rule import register

CALCULUS = "differential calculus: sum, product and quotient rule"


def unbroadcast(d, shape):
    """Sum ``d`` over the axes along which an array of ``shape`` was copied; returns that shape."""
    if d.shape == shape:
        return d
    added = d.ndim - len(shape)
    stretched = [added + i for i, n in enumerate(shape) if n == 1 and d.shape[added + i] != 1]
    return d.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape)


def add_forward(a, b):
    return a + b, (np.shape(a), np.shape(b))


def add_backward(dout, cache):
    a_shape, b_shape = cache
    return unbroadcast(dout, a_shape), unbroadcast(dout, b_shape)


def sub_forward(a, b):
    return a - b, (np.shape(a), np.shape(b))


def sub_backward(dout, cache):
    a_shape, b_shape = cache
    return unbroadcast(dout, a_shape), unbroadcast(-dout, b_shape)


def mul_forward(a, b):
    return a * b, (a, b)


def mul_backward(dout, cache, needs=(True, True)):
    a, b = cache
    da = unbroadcast(dout * b, np.shape(a)) if needs[0] else None
    db = unbroadcast(dout * a, np.shape(b)) if needs[1] else None
    return da, db


def div_forward(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):  # 1 / 0 = inf, quietly, as in PyTorch
        return a / b, (a, b)


def div_backward(dout, cache, needs=(True, True)):
    a, b = cache
    da = unbroadcast(dout / b, np.shape(a)) if needs[0] else None
    db = unbroadcast(-dout * a / (b * b), np.shape(b)) if needs[1] else None
    return da, db


def pow_forward(a, b):
    # NumPy's power of floats is 20 times slower than the product that it stands for.
    if isinstance(b, (int, float)) and b == 2:
        return a * a, (a, b, None)
    out = np.power(a, b)
    return out, (a, b, out)


def pow_backward(dout, cache, needs=(True, True)):
    a, b, out = cache
    if out is None:
        return dout * (2 * a), None
    da = db = None
    if needs[0]:
        # At b = 0 the power is the constant 1, also where a = 0 makes a**(b-1) infinite.
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(np.equal(b, 0), 0, b * np.power(a, b - 1))
        da = unbroadcast((dout * slope).astype(dout.dtype, copy=False), np.shape(a))
    if needs[1]:
        # d(a**b)/db = a**b log a, and the limit 0 at a = 0 for b >= 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where((np.equal(a, 0)) & (np.asarray(b) >= 0), 0, out * np.log(a))
        db = unbroadcast((dout * slope).astype(dout.dtype, copy=False), np.shape(b))
    return da, db


def maximum_forward(a, b):
    return np.maximum(a, b), (a, b)


def maximum_backward(dout, cache):
    a, b = cache
    return _to_the_chosen(dout, a, b, a > b)


def minimum_forward(a, b):
    return np.minimum(a, b), (a, b)


def minimum_backward(dout, cache):
    a, b = cache
    return _to_the_chosen(dout, a, b, a < b)


def _to_the_chosen(dout, a, b, a_chosen):
    """The gradient goes to the element that was taken; at a tie each gets half, as in PyTorch."""
    share = np.where(a == b, 0.5, a_chosen).astype(dout.dtype)
    return unbroadcast(dout * share, np.shape(a)), unbroadcast(dout * (1 - share), np.shape(b))


def where_forward(condition, a, b):
    return np.where(condition, a, b), (condition, np.shape(a), np.shape(b))


def where_backward(dout, cache):
    condition, a_shape, b_shape = cache
    zero = np.zeros((), dout.dtype)
    da = unbroadcast(np.where(condition, dout, zero), a_shape)
    db = unbroadcast(np.where(condition, zero, dout), b_shape)
    return None, da, db


add = register("add", add_forward, add_backward, torch="add", source=CALCULUS)
sub = register("sub", sub_forward, sub_backward, torch="sub", source=CALCULUS)
mul = register("mul", mul_forward, mul_backward, torch="mul", source=CALCULUS)
div = register("div", div_forward, div_backward, torch="div", source=CALCULUS)
pow = register("pow", pow_forward, pow_backward, torch="pow", source=CALCULUS)
maximum = register(
    "maximum", maximum_forward, maximum_backward, torch="maximum", source="a subgradient of max"
)
minimum = register(
    "minimum", minimum_forward, minimum_backward, torch="minimum", source="a subgradient of min"
)
where = register(
    "where", where_forward, where_backward, torch="where", source="a choice passes its gradient on"
)
