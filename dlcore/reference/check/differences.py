"""check_rule: is a hand-written backward the derivative of its forward?

A small step h along a direction v changes <u, f(x)> by h <u, J v>; backward claims that this is
h <J^T u, v>. One comparison in a random direction sees every entry of the gradient at once: a
check of single entries would have to visit all of them. Only when it fails are entries computed one
by one, to say what kind of mistake it is.

What the check guarantees. The numbers of u and v have random signs and sizes between 1 and 2, none
near 0, so that no entry is looked at with a weight too small to see. An entry that is wrong by
delta changes the claim by at least delta, and the check finds it if

    delta > tolerance * (the largest entry of the gradient) + rounding

where rounding, about 1e-11 times the sum of |u f(x)|, is what a difference of float64 numbers
cannot resolve. So a zeroed entry is found unless it is a millionth of the largest one, also in a
gradient whose entries are all tiny. Several wrong entries could cancel each other only by a
coincidence of real numbers, which has probability 0.
"""

import numpy as np

from ..rule import Rule
from ..rule import rule as find
from .diagnosis import explain
from .guard import described, gradients, noted
from .shapes import shape_hint


class GradientMismatch(AssertionError):
    """A pair of functions is not what it should be; the text says in what way.

    kind: a short stable name. Of form: "form", "count", "none", "shape", "dtype"; of value:
    "factor" (all entries, sign included), "factor per axis", "swapped", "other", "transposed",
    "flipped", "shifted", "term", "typical", "nan", "entries"; of behaviour: "changed", "cache",
    "needs".
    input: index of the input concerned, None where it is no input's gradient.
    factor: for kind "factor", received / expected.
    function: "forward" or "backward", whichever is wrong.
    """

    def __init__(self, message, kind, input=None, factor=None, function="backward"):
        super().__init__(message)
        self.kind, self.input, self.factor, self.function = kind, input, factor, function


def check_rule(rule, *inputs, step=1e-4, tolerance=1e-6, seed=0, wrt=None, like=None, **options):
    """Compare a backward function with central differences of its forward, in float64.

    rule: a Rule, its name, or a pair (forward, backward).
    inputs: arrays for forward; float arrays are taken as float64 and checked, others are passed on.
    step: the length of a step; points up to four steps away are looked at, so keep away from kinks.
    tolerance: relative to the gradient's largest entry, see the text of this file.
    wrt: indices of the inputs to check; by default every float array.
    like: the rule, or its name, whose pair this is meant to be. Then the values of forward are
    compared with that rule's as well, and so is every entry of the gradients.
    options: keywords for forward.
    Returns the largest error beyond rounding, relative to the gradient's largest entry; raises
    GradientMismatch above ``tolerance``.
    Source: the directional check as in Baydin et al. 2018, JMLR 18, section 2.1 (numerical
    differentiation); the five-point difference: Abramowitz, Stegun 1964, 25.3.6.
    """
    rule = as_rule(rule, like)
    inputs = [as_float64(x) for x in inputs]
    if wrt is None:
        wrt = [i for i, x in enumerate(inputs) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    if not wrt:
        raise ValueError("check_rule: no input is an array of floats, so there is nothing to check")
    if like is not None:
        from .compare import compare

        compare(rule, find(like) if isinstance(like, str) else like, inputs, options, seed)
    rng = np.random.default_rng(seed)

    with noted(f"forward of {rule.name!r}", described(rule, inputs, options)):
        out, cache = rule.forward(*_copies(inputs), **options)
    us = tuple(weights(rng, o) for o in (out if isinstance(out, tuple) else (out,)))
    if not all(np.isfinite(o).all() for o in (out if isinstance(out, tuple) else (out,))):
        raise GradientMismatch(
            f"{rule.name}: forward returns nan or infinity for these inputs, so there is no "
            "difference to compare with; check it on others",
            "nan",
        )
    dout = us if isinstance(out, tuple) else us[0]
    needs = tuple(i in wrt for i in range(len(inputs)))
    with noted(f"backward of {rule.name!r}", "dout " + ", ".join(str(np.shape(u)) for u in us)):
        dins = call_backward(rule, dout, cache, needs)
    check_form(rule, dins, inputs, wrt)

    def projected(i, x):
        """<u, f(..., x, ...)> as a function of input i alone, and the sum of |u f|."""
        copies = _copies(inputs)
        copies[i] = x
        value = rule.forward(*copies, **options)[0]
        values = value if isinstance(value, tuple) else (value,)
        parts = [np.multiply(u, o) for u, o in zip(us, values, strict=True) if u.dtype.kind == "f"]
        return sum(float(p.sum()) for p in parts), sum(float(np.abs(p).sum()) for p in parts)

    worst = 0.0
    for i in wrt:
        if not inputs[i].size:
            continue
        v = weights(rng, inputs[i])
        claimed = float(np.sum(dins[i] * v))
        measured, rounding = slope(lambda s, i=i, v=v: projected(i, inputs[i] + s * v), step)
        scale = float(np.max(np.abs(dins[i])))
        error = abs(claimed - measured)
        if not error <= tolerance * scale + rounding:
            raise _diagnosis(
                rule, i, inputs, dins, lambda x, i=i: projected(i, x), step, tolerance, dout
            )
        worst = max(worst, (error - rounding) / scale) if scale else worst
    return worst


def as_rule(rule, like=None):
    """A Rule from a Rule, a name, or a pair of functions."""
    if isinstance(rule, str):
        rule = find(rule)
    if isinstance(rule, Rule):
        return rule.standing
    forward, backward = rule
    name = getattr(backward, "__name__", "the pair")
    if like is not None:
        name = like if isinstance(like, str) else like.name
    return Rule(name, forward, backward, "", "")


def as_float64(x):
    """``x``, and if it is an array (or list) of floats, a copy in float64."""
    if isinstance(x, (np.ndarray, list)) and np.asarray(x).dtype.kind == "f":
        return np.array(x, np.float64)
    return x


def _copies(inputs):
    return [np.copy(x) if isinstance(x, np.ndarray) else x for x in inputs]


def weights(rng, like):
    """Random signs times sizes between 1 and 2; zeros where ``like`` is of integers."""
    shape, dtype = np.shape(like), np.asarray(like).dtype
    if dtype.kind != "f":
        return np.zeros(shape, dtype)
    sign = rng.integers(0, 2, shape) * 2 - 1
    return np.asarray(sign * rng.uniform(1, 2, shape))


def slope(f, h):
    """The derivative at 0 of the first result of ``f``, and how much of it may be rounding.

    f: s -> (value, sum of the sizes of its terms). The error of the difference is of order h^4.
    """
    (a, size), (b, _), (c, _), (d, _) = (f(s) for s in (-2 * h, -h, h, 2 * h))
    return (a - 8 * b + 8 * c - d) / (12 * h), 4 * np.finfo(np.float64).eps * max(size, 1e-300) / h


def call_backward(rule, dout, cache, needs):
    """The gradients as a tuple, one for each input."""
    if rule.takes_needs:
        return gradients(rule.backward(dout, cache, needs), needs)
    return gradients(rule.backward(dout, cache), needs)


def check_form(rule, dins, inputs, wrt):
    """One gradient for each input, of that input's shape; GradientMismatch if not."""
    if len(dins) != len(inputs):
        raise GradientMismatch(
            f"{rule.name}: backward returned {len(dins)} gradients for {len(inputs)} inputs; "
            "return one for each input, in the same order",
            "count",
        )
    for i in wrt:
        where = f"{rule.name}: the gradient of {rule.input_name(i)}"
        if dins[i] is None:
            raise GradientMismatch(
                f"{where} is None; return an array of shape {inputs[i].shape}", "none", i
            )
        if np.shape(dins[i]) != inputs[i].shape:
            hint = shape_hint(np.shape(dins[i]), inputs[i].shape)
            raise GradientMismatch(
                f"{where} has shape {np.shape(dins[i])}, the input has shape {inputs[i].shape}; "
                + (f"{hint}; " if hint else "")
                + "a gradient has the shape of what it belongs to",
                "shape",
                i,
            )


MOST = 400  # entries that are looked at one by one


def _diagnosis(rule, i, inputs, dins, function, h, tolerance, dout):
    """Compute the gradient entry by entry and name the mistake."""
    x, claimed = inputs[i], np.asarray(dins[i], np.float64)
    places = np.arange(x.size)
    if x.size > MOST:
        places = np.sort(np.random.default_rng(0).choice(x.size, MOST, replace=False))
    expected, rounding = np.empty(len(places)), 0.0
    for k, place in enumerate(places):
        along = np.zeros(x.size)
        along[place] = 1
        along = along.reshape(x.shape)
        expected[k], rounding = slope(lambda s, along=along: function(x + s * along), h)
    where = f"{rule.name}: the gradient of {rule.input_name(i)}"
    known = []
    if x.size <= MOST:
        expected = expected.reshape(x.shape)
        known = known_arrays(rule, i, inputs, dins, dout)
    else:
        claimed = claimed.ravel()[places]
        where += f" (of {x.size} entries {MOST} were looked at)"
    largest = float(np.max(np.abs(expected))) or 1.0
    tolerance += 2 * rounding / largest
    for j, d in enumerate(dins):
        same = j != i and isinstance(d, np.ndarray) and d.shape == expected.shape
        if same and explain(d, expected, (), tolerance) is None:
            return GradientMismatch(
                f"{where} is what backward returned for {rule.input_name(j)}: the two are swapped",
                "swapped",
                i,
            )
    finding = explain(claimed, expected, known, tolerance)
    if finding is None:
        return GradientMismatch(
            f"{where} differs from the difference in a random direction, and no single entry that "
            "was looked at does: is forward a smooth function here, and the same in every call?",
            "entries",
            i,
        )
    return GradientMismatch(f"{where} {finding.text}", finding.kind, i, finding.factor)


def known_arrays(rule, i, inputs, dins, dout, out=None):
    """What a wrong gradient of input ``i`` may have been mistaken for, with names."""
    known = [
        (f"the gradient of {rule.input_name(j)}", np.asarray(d))
        for j, d in enumerate(dins)
        if j != i and isinstance(d, np.ndarray)
    ]
    several = isinstance(dout, tuple)
    known += [
        (f"dout[{k}]" if several else "dout", np.asarray(d))
        for k, d in enumerate(dout if several else (dout,))
    ]
    if out is not None and not isinstance(out, tuple):
        known.append(("out", np.asarray(out)))
    return known + [
        (rule.input_name(j), x) for j, x in enumerate(inputs) if isinstance(x, np.ndarray)
    ]
