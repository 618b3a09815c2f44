"""check_rule: is a hand-written backward the derivative of its forward?

A small step h along a direction v changes <u, f(x)> by h <u, J v>; backward claims that this is
h <J^T u, v>. One comparison in a random direction sees every entry of the gradient at once: a
check of
single entries would have to visit all of them. Only when it fails are entries computed one by one,
to say what kind of mistake it is.
"""

import numpy as np

from .rule import Rule


class GradientMismatch(AssertionError):
    """A backward function is not the derivative of its forward; the text says in what way.

    kind: "shape", "count", "none", "factor", "entries"; input: index of the input concerned;
    factor: for kind "factor", received / expected.
    """

    def __init__(self, message, kind, input=None, factor=None):
        super().__init__(message)
        self.kind, self.input, self.factor = kind, input, factor


def check_rule(rule, *inputs, step=1e-6, tolerance=1e-6, seed=0, wrt=None, **options):
    """Compare a backward function with central differences of its forward, in float64.

    rule: a Rule, its name, or a pair (forward, backward).
    inputs: arrays for forward; float arrays are taken as float64 and checked, others are passed on.
    wrt: indices of the inputs to check; by default every float array.
    options: keywords for forward.
    Returns the largest relative error seen; raises GradientMismatch above ``tolerance``.
    Source: the directional check as in Baydin et al. 2018, JMLR 18, section 2.1 (numerical
    differentiation).
    """
    forward, backward, name, takes_needs = _pair(rule)
    inputs = [_as_float64(x) for x in inputs]
    if wrt is None:
        wrt = [i for i, x in enumerate(inputs) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    if not wrt:
        raise ValueError("check_rule: no input is an array of floats, so there is nothing to check")
    rng = np.random.default_rng(seed)

    out, cache = forward(*[np.copy(x) if i in wrt else x for i, x in enumerate(inputs)], **options)
    outs = out if isinstance(out, tuple) else (out,)
    us = tuple(rng.standard_normal(np.shape(o)) for o in outs)
    dout = us if isinstance(out, tuple) else us[0]
    needs = tuple(i in wrt for i in range(len(inputs)))
    dins = backward(dout, cache, needs) if takes_needs else backward(dout, cache)
    dins = dins if isinstance(dins, tuple) else (dins,)
    _check_form(name, dins, inputs, wrt)

    def projected(i, x):
        """<u, f(..., x, ...)> as a function of input i alone."""
        value = forward(*[x if j == i else np.copy(y) for j, y in enumerate(inputs)], **options)[0]
        values = value if isinstance(value, tuple) else (value,)
        return sum(float(np.sum(u * v)) for u, v in zip(us, values, strict=True))

    worst = 0.0
    for i in wrt:
        if not inputs[i].size:
            continue
        v = rng.standard_normal(inputs[i].shape)
        claimed = float(np.sum(dins[i] * v))
        ahead, behind = (projected(i, inputs[i] + s * v) for s in (step, -step))
        measured = (ahead - behind) / (2 * step)
        scale = max(abs(claimed), abs(measured), 1.0)
        error = abs(claimed - measured) / scale
        if not error <= tolerance:
            raise _diagnosis(name, i, inputs[i], dins[i], lambda x, i=i: projected(i, x), step)
        worst = max(worst, error)
    return worst


def _pair(rule):
    if isinstance(rule, str):
        from .rule import rule as lookup

        rule = lookup(rule)
    if not isinstance(rule, Rule):
        forward, backward = rule
        rule = Rule(getattr(backward, "__name__", "the pair"), forward, backward, "", "")
    return rule.forward, rule.backward, rule.name, rule.takes_needs


def _as_float64(x):
    if isinstance(x, (np.ndarray, list)) and np.asarray(x).dtype.kind == "f":
        return np.array(x, np.float64)
    return x


def _check_form(name, dins, inputs, wrt):
    if len(dins) != len(inputs):
        raise GradientMismatch(
            f"{name}: backward returned {len(dins)} gradients for {len(inputs)} inputs; return "
            "one for each input, in the same order",
            "count",
        )
    for i in wrt:
        if dins[i] is None:
            raise GradientMismatch(f"{name}: the gradient of input {i} is None", "none", i)
        if np.shape(dins[i]) != inputs[i].shape:
            raise GradientMismatch(
                f"{name}: the gradient of input {i} has shape {np.shape(dins[i])}, the input has "
                f"shape {inputs[i].shape}; a gradient has the shape of what it belongs to",
                "shape",
                i,
            )


def _diagnosis(name, i, x, claimed, function, h):
    """Compute the gradient entry by entry and name the mistake."""
    expected = np.empty_like(x)
    for place in np.ndindex(x.shape):
        along = np.zeros_like(x)
        along[place] = h
        expected[place] = (function(x + along) - function(x - along)) / (2 * h)
    claimed = np.asarray(claimed, np.float64)
    close = np.isclose(claimed, expected, rtol=1e-4, atol=1e-5)
    where = f"{name}: the gradient of input {i}"
    if np.all(claimed == 0):
        return GradientMismatch(f"{where} is zero everywhere; it should not be", "factor", i, 0.0)
    denominator = float(np.sum(expected * expected))
    factor = float(np.sum(claimed * expected)) / denominator if denominator else np.nan
    # One factor for all entries is the commonest mistake: a sign, a 2, a missing mean.
    if np.isfinite(factor) and np.allclose(claimed, factor * expected, rtol=1e-4, atol=1e-5):
        hint = " (the sign is reversed)" if np.isclose(factor, -1) else ""
        return GradientMismatch(
            f"{where} is {factor:.4g} times what it should be, in every entry{hint}",
            "factor",
            i,
            factor,
        )
    wrong = np.argwhere(~close)
    place = tuple(int(n) for n in wrong[0]) if len(wrong) else ()
    return GradientMismatch(
        f"{where} is wrong in {len(wrong)} of {x.size} entries; for example at {place} it is "
        f"{claimed[place]:.6g} and should be {expected[place]:.6g}",
        "entries",
        i,
    )
