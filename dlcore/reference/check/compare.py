"""compare: does a pair of functions do what a rule does? If not, what is wrong with it?

In this order: the form, shape and values of forward's result; the number, form, shape and values of
the gradients; what was changed in place; a second backward; the types in float32.
"""

import numpy as np

from .diagnosis import explain
from .differences import GradientMismatch, call_backward, known_arrays, weights
from .finding import Finding
from .guard import WIDER, described, fitting, noted, parted, widened
from .typical import mistaken

TOLERANCE = 1e-6


def compare(mine, truth, inputs, options, seed=0, wrt=None, both=True):
    """GradientMismatch unless both rules do the same on these float64 inputs.

    both: compare the gradients too, not only the values of forward.
    """
    rng = np.random.default_rng(seed)
    out, cache = truth.forward(*_copies(inputs), **options)
    dout = tuple(weights(rng, o) for o in _tuple(out))
    dout = dout if isinstance(out, tuple) else dout[0]
    needs = tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in inputs)
    dins = call_backward(truth, dout, cache, needs)
    if wrt is None:
        wrt = [i for i, d in enumerate(dins) if d is not None]

    narrow = [_narrow(x) for x in inputs]
    cache = _compare_forward(mine, truth, inputs, narrow, options, out)
    if not both:
        return
    _compare_backward(mine, truth, inputs, cache, dout, dins, wrt, out, options)
    # And once more in float32, where only the types are looked at.
    cache = _forward(mine, truth, narrow, _narrow_all(options))[1]
    small = tuple(map(_narrow, dout)) if isinstance(dout, tuple) else _narrow(dout)
    received = _backward(mine, small, cache, needs)
    for i in wrt:
        if widened(np.asarray(received[i]).dtype, narrow):
            raise _wrong(
                mine,
                f"the gradient of {truth.input_name(i)} is {received[i].dtype} for float32 inputs; "
                f"{WIDER}",
                "dtype",
                "backward",
                i,
            )


# Forward -----------------------------------------------------------------------------------------


def _compare_forward(mine, truth, inputs, narrow, options, expected):
    """The cache of a forward whose values, types and manners are right."""
    out, cache = _forward(mine, truth, inputs, options)
    outs, right = _tuple(out), _tuple(expected)
    if isinstance(out, tuple) != isinstance(expected, tuple) or len(outs) != len(right):
        raise _wrong(
            mine,
            f"forward returned {_number(out)} and should return {_number(expected)}",
            "count",
            "forward",
        )
    known = [(truth.input_name(j), x) for j, x in enumerate(inputs) if isinstance(x, np.ndarray)]
    for k, (o, e) in enumerate(zip(outs, right, strict=True)):
        what = f"result {k} of forward" if isinstance(out, tuple) else "the result of forward"
        others = [(f"result {j}", np.asarray(x)) for j, x in enumerate(right) if j != k]
        if (finding := explain(o, e, known + others, TOLERANCE)) is not None:
            variants = mistaken(truth, inputs, options)
            finding = _better(finding, o, e, ((s, r[k]) for s, r in variants))
            raise _wrong(
                mine, f"{what} {finding.text}", finding.kind, "forward", factor=finding.factor
            )
    for o in _tuple(_forward(mine, truth, narrow, _narrow_all(options))[0]):
        if widened(o.dtype, narrow) and "dtype" not in options:
            raise _wrong(
                mine,
                f"the result of forward is {o.dtype} for float32 inputs; {WIDER}",
                "dtype",
                "forward",
            )
    return cache


def _forward(mine, truth, inputs, options):
    given = _copies(inputs)
    chosen = fitting(truth, mine.forward, options)
    call = described(truth, inputs, chosen)
    # A result that is nan or infinite is reported as such, and needs no warning beside.
    with noted(f"forward of {mine.name!r}", call), np.errstate(all="ignore"):
        result = mine.forward(*given, **chosen)
    try:
        out, cache = parted(mine.name, result)
    except TypeError as error:
        raise GradientMismatch(str(error), "form", function="forward") from None
    _unchanged(mine, "forward", given, inputs, truth.input_name)
    return out, cache


def _number(out):
    return f"a tuple of {len(out)} arrays" if isinstance(out, tuple) else "one array"


# Backward ----------------------------------------------------------------------------------------


def _compare_backward(mine, truth, inputs, cache, dout, dins, wrt, out, options):
    """Gradients of the right number, shape and value, in every call, and nothing else touched."""
    every = tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in inputs)
    received = _backward(mine, dout, cache, every)
    if len(received) != len(inputs):
        names = ", ".join(truth.input_name(i) for i in range(len(inputs)))
        raise _wrong(
            mine,
            f"backward returned {len(received)} gradient{'s' * (len(received) != 1)} for "
            f"{len(inputs)} inputs; return one for "
            f"each, in this order: {names} (None for an input that has none)",
            "count",
            "backward",
        )
    for i in wrt:
        _compare_gradient(mine, truth, i, inputs, received, dout, dins, out, options)
    again = _backward(mine, dout, cache, every)
    for i in wrt:
        if explain(again[i], dins[i]) is not None:
            raise _wrong(
                mine,
                f"the gradient of {truth.input_name(i)} is right in the first call of backward and "
                "wrong in a second one with the same cache: backward changes the cache in place",
                "cache",
                "backward",
                i,
            )
    for i in wrt if mine.takes_needs else ():
        alone = _backward(mine, dout, cache, tuple(j == i for j in range(len(inputs))))[i]
        if alone is None or explain(alone, dins[i]) is not None:
            raise _wrong(
                mine,
                f"the gradient of {truth.input_name(i)} is wrong when it alone is wanted: look at "
                f"needs[{i}]",
                "needs",
                "backward",
                i,
            )


def _compare_gradient(mine, truth, i, inputs, received, dout, dins, out, options):
    name, d = truth.input_name(i), received[i]
    if d is None:
        raise _wrong(
            mine,
            f"the gradient of {name} is None; return an array of shape {inputs[i].shape}",
            "none",
            "backward",
            i,
        )
    if not isinstance(d, (np.ndarray, np.generic)):
        raise _wrong(
            mine,
            f"the gradient of {name} is of type {type(d).__name__}; return an array of shape "
            f"{inputs[i].shape}",
            "form",
            "backward",
            i,
        )
    known = known_arrays(truth, i, inputs, dins, dout, out)
    if (finding := explain(d, dins[i], known, TOLERANCE)) is not None:
        variants = mistaken(truth, inputs, options, dout)
        finding = _better(finding, d, dins[i], ((s, r[i]) for s, r in variants))
        raise _wrong(
            mine,
            f"the gradient of {name} {finding.text}",
            finding.kind,
            "backward",
            i,
            finding.factor,
        )


def _backward(mine, dout, cache, needs):
    douts = _tuple(dout)
    given = tuple(np.copy(d) for d in douts)
    shapes = "dout " + ", ".join(str(np.shape(d)) for d in douts)
    with noted(f"backward of {mine.name!r}", shapes), np.errstate(all="ignore"):
        received = call_backward(mine, given if isinstance(dout, tuple) else given[0], cache, needs)
    _unchanged(mine, "backward", given, douts, lambda k: "dout")
    return received


def _better(finding, received, right, variants):
    """The mistake of typical.py that gives ``received``, where the arrays alone tell little."""
    if finding.kind not in ("entries", "shape", "factor per axis"):
        return finding
    for sentence, wrong in variants:
        if wrong is None or explain(received, wrong) is not None:
            continue
        # What the mistake does not change cannot show that it was made.
        if explain(wrong, right) is not None:
            return Finding("typical", f"{finding.text.split(';')[0]}: it is {sentence}")
    return finding


# Both --------------------------------------------------------------------------------------------


def _unchanged(mine, function, given, before, name):
    for i, (x, y) in enumerate(zip(given, before, strict=True)):
        if isinstance(x, np.ndarray) and not np.array_equal(x, y, equal_nan=x.dtype.kind == "f"):
            raise _wrong(
                mine,
                f"your {function} changed {name(i)} in place, which others use too: write "
                "x = x * 2 instead of x *= 2, or work on x.copy()",
                "changed",
                function,
                i if function == "forward" else None,
            )


def _wrong(mine, message, kind, function, input=None, factor=None):
    return GradientMismatch(f"{mine.name}: {message}", kind, input, factor, function)


def _tuple(out):
    return out if isinstance(out, tuple) else (out,)


def _copies(inputs):
    return [np.copy(x) if isinstance(x, np.ndarray) else x for x in inputs]


def _narrow(x):
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def _narrow_all(options):
    return {key: _narrow(value) for key, value in options.items()}
