"""What kind of mistake makes this array out of that one?

A wrong array is rarely random: a sign is lost, a mean is forgotten, two axes are exchanged, a term
is missing. Each of these is tried on the right array; the first that gives the received one names
the mistake. What none explains is described: how many entries, where, and the first of them.
"""

import itertools

import numpy as np

from .finding import Compare, Finding, in_words
from .shapes import explain_shape

_CHAIN_RULE = ": every gradient starts with it (chain rule)"


def explain(received, expected, known=(), tolerance=1e-6):
    """The Finding that turns ``expected`` into ``received``, or None if they are equal.

    known: pairs (name, array) of what the student had at hand: the inputs, ``dout``, the output and
    the gradients of the other inputs; a mistake that uses one of them is named after it.
    tolerance: what counts as equal, relative to the largest entry of ``expected``. An entry that is
    wrong by less than that is taken as right.
    """
    received, expected = np.asarray(received), np.asarray(expected)
    if received.shape != expected.shape:
        return explain_shape(received, expected, known, tolerance)
    compare = Compare(received, expected, tolerance)
    if compare.with_(expected):
        return None
    if (finding := _not_finite(received, expected, known)) is not None:
        return finding
    for look in (_factor, _missing_factor, _another, _moved, _missing_term, _factor_per_axis):
        if (finding := look(compare, known)) is not None:
            return finding
    return _entries(compare, known)


# One way to look at it each --------------------------------------------------------------------


def _not_finite(received, expected, known):
    bad = ~np.isfinite(received) & np.isfinite(expected)
    if not bad.any():
        return None
    place = _first(bad)
    what = "nan" if np.isnan(received[place]) else "infinite"
    there = [f"{name} is {a[place]:.6g}" for name, a in known if a.shape == received.shape]
    at = f"at {place}" + (f", where {there[0]}" if there else "")
    return Finding(
        "nan",
        f"is {what} in {bad.sum()} of {bad.size} entries, first {at}; look for a division by zero, "
        "a logarithm of zero or the exponential of a large number",
    )


def _factor(compare, known):
    received, expected = compare.received, compare.expected
    if not received.any():
        return Finding("factor", "is zero everywhere; it should not be", 0.0)
    square = float(np.sum(expected * expected))
    if not square:
        return None
    factor = float(np.sum(received * expected)) / square
    if not np.isfinite(factor) or not factor or not compare.with_(factor * expected):
        return None
    text = f"is {_written(factor)} times what it should be, in every entry"
    # The dout of a loss is one number, and 1 in every training: easily forgotten.
    for name, a in known:
        if name == "dout" and a.ndim == 0 and np.isclose(factor * a, 1):
            return Finding("term", f"is not multiplied by dout{_CHAIN_RULE}")
        if name == "dout" and a.ndim == 0 and np.isclose(factor, a):
            return Finding("term", "is multiplied by dout once too often")
    hints = ["the sign is reversed"] * (factor < 0) + _meaning(abs(factor), known)
    return Finding("factor", text + (f" ({'; '.join(hints)})" if hints else ""), factor)


def _meaning(factor, known):
    """What a factor may be, in words: a number of entries or a length, upside down perhaps."""
    # dout and the inputs first: they are what a student counts by.
    by_interest = sorted(known, key=lambda pair: not pair[0].startswith(("dout", "input")))
    for value, mistake in (
        (factor, "a sum stands where the mean is expected"),
        (1 / factor, "a mean stands where the sum is expected"),
    ):
        n = round(value)
        if n < 3 or not np.isclose(value, n, rtol=1e-6):
            continue
        for name, a in by_interest:
            if n == a.size:
                return [f"perhaps {mistake}: {n} is the number of entries of {name}"]
            for count in range(1, a.ndim):
                for axes in itertools.combinations(range(a.ndim), count):
                    if n == np.prod([a.shape[i] for i in axes]):
                        return [
                            f"perhaps {mistake}: {n} is the length of {in_words(axes)} of {name}"
                        ]
    for square in (factor**2, 1 / factor**2):
        n = round(square)
        for name, a in by_interest if n > 2 and np.isclose(square, n, rtol=1e-6) else ():
            if n in a.shape[-1:]:
                return [f"a root of {n}, which is the length of the last axis of {name}"]
    if np.isclose(factor, 0.5) and any(name == "dout" for name, _ in known):
        return ["the derivative of a square has a 2"]
    return []


def _written(factor):
    """A factor as a person writes it: 3, -0.25, 1/7."""
    n = round(1 / factor)
    if 2 < abs(n) < 1000 and np.isclose(factor * n, 1, rtol=1e-6):
        return f"{'-' * (n < 0)}1/{abs(n)}"
    return f"{factor:.4g}"


def _another(compare, known):
    for name, a in known:
        for sign, minus in ((1, ""), (-1, "minus ")):
            if compare.with_(sign * a):
                kind = "swapped" if name.startswith("the gradient") else "other"
                hint = {
                    "swapped": ": the two are swapped",
                    "other": ", and it should not be",
                }[kind]
                if name == "dout":
                    hint = " unchanged: the derivative of the function itself is missing"
                return Finding(kind, f"is equal to {minus}{name}{hint}")
    return None


def _moved(compare, known):
    expected = compare.expected
    for order in itertools.permutations(range(expected.ndim)) if expected.ndim < 5 else ():
        if list(order) != sorted(order) and compare.with_(expected.transpose(order)):
            how = "transposed" if expected.ndim == 2 else f"its axes are in the order {order}"
            return Finding("transposed", f"holds the right numbers, but {how}")
    long = [i for i, n in enumerate(expected.shape) if n > 1]
    for count in range(1, min(len(long), 4) + 1):
        for turned in itertools.combinations(long, count):
            if compare.with_(np.flip(expected, turned)):
                return Finding(
                    "flipped", f"holds the right numbers in reversed order along {in_words(turned)}"
                )
    for axis in long:
        for by in (1, -1):
            if compare.with_(np.roll(expected, by, axis)):
                return Finding(
                    "shifted", f"holds the right numbers, shifted by {by:+d} along axis {axis}"
                )
    return None


def _missing_factor(compare, known):
    received, expected = compare.received, compare.expected
    for name, a in known:
        if a.dtype.kind != "f" or name.startswith("the gradient"):
            continue
        for b, how in _placements(a, expected.shape):
            if compare.with_(expected * b):
                return Finding("term", f"is multiplied by {name}{how} once too often")
            # Not received = expected / b: b may be zero somewhere.
            if np.allclose(received * b, expected, 1e-6, compare.slack) and b.any():
                hint = _CHAIN_RULE if name == "dout" else ""
                return Finding("term", f"is not multiplied by {name}{how}{hint}")
    return None


def _missing_term(compare, known):
    difference = compare.received - compare.expected
    for name, a in known:
        if a.dtype.kind != "f" or not a.any():
            continue
        for b, how in _placements(a, difference.shape):
            factor = float(np.sum(difference * b) / np.sum(b * b))
            if abs(factor) > 1e-9 and compare.with_(compare.expected + factor * b):
                if np.isclose(factor, -1):
                    return Finding("term", f"misses {name}{how}: it is not added")
                if np.isclose(factor, 1):
                    return Finding("term", f"has {name}{how} added once too often")
                if np.isclose(factor, -2):
                    return Finding("term", f"has {name}{how} with the wrong sign")
                return Finding("term", f"differs by {factor:.4g} times {name}{how}")
    return None


def _factor_per_axis(compare, known):
    """Right up to a number for each row: a missing scale, or a missing mean."""
    received, expected = compare.received, compare.expected
    for axis in range(expected.ndim):
        others = tuple(i for i in range(expected.ndim) if i != axis)
        if not others or expected.shape[axis] < 2 or expected.size == expected.shape[axis]:
            continue
        square = np.sum(expected * expected, axis=others, keepdims=True)
        if not square.all():
            continue
        factor = np.sum(received * expected, axis=others, keepdims=True) / square
        if compare.with_(factor * expected):
            row = factor.ravel()
            return Finding(
                "factor per axis",
                f"is right up to a factor that differs along axis {axis}: it is {row[0]:.4g} times "
                f"what it should be at index 0 and {row[1]:.4g} times at index 1",
            )
    for axis in [i for i, n in enumerate(expected.shape) if 1 < n < expected.size]:
        difference = received - expected
        if compare.with_(expected + difference.mean(axis=axis, keepdims=True)):
            return Finding(
                "term",
                f"is off by a number that is the same along axis {axis}: a mean or a sum over that "
                "axis is missing, or there is one too many",
            )
        for name, a in known:
            if a.shape != expected.shape or a.dtype.kind != "f":
                continue
            with np.errstate(all="ignore"):
                square = (a * a).sum(axis=axis, keepdims=True)
                number = (difference * a).sum(axis=axis, keepdims=True) / square
                if np.isfinite(number).all() and compare.with_(expected + number * a):
                    return Finding(
                        "term",
                        f"is off by {name} times a number that is the same along axis {axis}: a "
                        "sum over that axis is missing in it, has the wrong sign, or is one too "
                        "many",
                    )
    return None


def _entries(compare, known):
    received, expected = compare.received, compare.expected
    wrong = ~compare.near(expected)
    place = _first(wrong)
    text = (
        f"is wrong in {wrong.sum()} of {wrong.size} entries; for example at {place} it is "
        f"{received[place]:.6g} and should be {expected[place]:.6g}"
    )
    if where := _region(wrong, known):
        text += f". All of them lie {where}"
    factors = received[wrong] / np.where(expected[wrong] == 0, np.nan, expected[wrong])
    if wrong.sum() > 1 and np.allclose(factors, factors[0], rtol=1e-4):
        text += ", and are " + (
            f"{factors[0]:.4g} times what they should be" if abs(factors[0]) > 1e-4 else "zero"
        )
    return Finding("entries", text)


def _region(wrong, known):
    """Where the wrong entries lie, if they have something in common that the right ones lack."""
    if wrong.all():
        return None
    for name, a in known:
        if a.shape != wrong.shape or a.dtype.kind != "f" or name.startswith("the gradient"):
            continue
        for sign, region in (("negative", a < 0), ("positive", a > 0), ("zero", a == 0)):
            if region.any() and not region.all() and np.array_equal(wrong, region):
                return f"where {name} is {sign}, and the others are right"
    for axis, n in enumerate(wrong.shape):
        found = np.flatnonzero(wrong.any(axis=tuple(i for i in range(wrong.ndim) if i != axis)))
        if len(found) == 1 and n > 2 and wrong.sum() > 1:
            return f"at index {found[0]} of axis {axis}"
    border = np.zeros(wrong.shape, bool)
    axes = range(max(wrong.ndim - 2, 0), wrong.ndim)
    for axis in axes:
        if wrong.shape[axis] > 2:
            np.moveaxis(border, axis, 0)[[0, -1]] = True
    if border.any() and not border.all() and wrong.sum() > 1 and not (wrong & ~border).any():
        return "at the border (the first or last index of the last two axes): look at the padding"
    return None


# Small helpers -----------------------------------------------------------------------------------


def _placements(a, shape):
    """``a`` laid along the axes of ``shape`` in every way that fits, with how to say it."""
    if a.shape == shape or a.ndim == 0:
        yield a, ""
        return
    if a.ndim > len(shape):
        return
    for places in itertools.combinations(range(len(shape)), a.ndim):
        if all(shape[i] == n for i, n in zip(places, a.shape, strict=True)):
            full = [1] * len(shape)
            for i in places:
                full[i] = shape[i]
            yield np.broadcast_to(a.reshape(full), shape), f" along {in_words(places)}"


def _first(mask):
    return tuple(int(n) for n in np.argwhere(mask)[0])
