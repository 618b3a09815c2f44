"""Whole mistakes: what a rule would give if something in it were forgotten or exchanged.

diagnosis.py looks at two arrays. Here the right rule is run again on inputs or options that are
wrong in a typical way; if that gives what the student's function gave, the mistake has a name.
"""

import inspect
import itertools

import numpy as np

from .differences import call_backward
from .guard import parameters

GATES = {"lstm": "ifgo", "lstm_cell": "ifgo", "gru": "rzn", "gru_cell": "rzn"}


def mistaken(truth, inputs, options, dout=None):
    """Yield (sentence, results): a tuple of outputs, or of gradients if ``dout`` is given."""
    for sentence, wrong_inputs, wrong_options in _calls(truth, inputs, options):
        try:
            with np.errstate(all="ignore"):
                out, cache = truth.forward(*wrong_inputs, **wrong_options)
                results = _tuple(out)
                if dout is not None:
                    if [np.shape(o) for o in results] != [np.shape(d) for d in _tuple(dout)]:
                        continue
                    results = call_backward(truth, dout, cache, _needs(inputs))
        except Exception:  # not every exchange is a call that can be made
            continue
        yield sentence, results
    if dout is not None:
        yield from _of_gradients(truth, inputs, options, dout)
    elif truth.name in ("layer_norm", "batch_norm"):
        yield _unbiased(truth, inputs, options)


def _calls(truth, inputs, options):
    """(sentence, inputs, options): the same call with one thing wrong."""
    known = parameters(truth.forward)
    for key, value in options.items():
        default = known[key].default if key in known else value
        if default is not inspect.Parameter.empty and default != value:
            yield f"as if {key}={value!r} were {default!r}", inputs, {**options, key: default}
        if isinstance(value, tuple) and len(value) == 2 and value[0] != value[1]:
            turned = value[::-1]
            yield f"as if {key}={value!r} were {turned!r}", inputs, {**options, key: turned}
    for sentence, wrong in _OPTIONS.get(truth.name, ()):
        yield sentence, inputs, {**options, **wrong}
    for i, x in enumerate(inputs):
        name = truth.input_name(i)
        if isinstance(x, np.ndarray) and x.dtype == bool:
            yield f"as if True and False in {name} were exchanged", _put(inputs, i, ~x), options
        if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
            continue
        if x.ndim > 2:
            turned = _put(inputs, i, x[..., ::-1, ::-1])
            yield f"as if {name} were reversed along its last two axes", turned, options
        yield f"as if {name} were zero: it is not used", _put(inputs, i, x * 0), options
        yield f"as if {name} were all ones: it is not used", _put(inputs, i, x * 0 + 1), options
        yield f"as if {name} had the opposite sign", _put(inputs, i, -x), options
        for j in range(i):
            y = inputs[j]
            if isinstance(y, np.ndarray) and y.shape == x.shape and y.dtype == x.dtype:
                both = _put(_put(inputs, i, y), j, x)
                yield f"as if {truth.input_name(j)} and {name} were exchanged", both, options
    if (gates := GATES.get(truth.name)) is not None:
        yield from _gate_orders(gates, inputs, options)


def _gate_orders(gates, inputs, options):
    """The blocks of a recurrent network's weights and biases in another order."""
    blocks = [
        i
        for i, x in enumerate(inputs)
        if isinstance(x, np.ndarray) and x.shape[0] == len(gates) * _width(inputs)
    ]
    for order in itertools.permutations(range(len(gates))):
        if list(order) == sorted(order):
            continue
        wrong = list(inputs)
        for i in blocks:
            wrong[i] = np.concatenate([np.split(inputs[i], len(gates))[k] for k in order])
        # Block k of our weights then is what stood at place order[k].
        theirs = "".join(gates[order.index(k)] for k in range(len(gates)))
        yield (
            f"as if the gates stood in the order {' '.join(theirs)}; it is {' '.join(gates)}",
            wrong,
            options,
        )


def _width(inputs):
    return next(x.shape[-1] for x in inputs[1:] if isinstance(x, np.ndarray))


def _of_gradients(truth, inputs, options, dout):
    out, cache = truth.forward(*inputs, **options)
    needs = _needs(inputs)
    for k in range(len(dout) if isinstance(dout, tuple) else 0):
        douts = tuple(d * (j != k) for j, d in enumerate(dout))
        yield (
            f"as if dout[{k}] were zero: it is not used",
            call_backward(truth, douts, cache, needs),
        )
    if truth.name in ("conv2d", "max_pool2d", "avg_pool2d"):
        yield from _windows(truth, inputs, options, out, cache, dout)
    for sentence, i, gradient in _BACKWARDS.get(truth.name, lambda *_: ())(
        inputs, options, out, dout
    ):
        yield sentence, tuple(gradient if j == i else None for j in range(len(inputs)))


def _windows(truth, inputs, options, out, cache, dout):
    """What a loop over the windows makes of the gradient of x if its last line is wrong."""
    x = inputs[0]
    kernel = options.get("kernel_size") or inputs[1].shape[2:]
    window = list(zip(kernel, options["stride"], options["padding"], strict=True))
    if set(options.get("dilation", (1,))) != {1}:
        return
    assigned, shared = np.zeros_like(x), np.zeros_like(x)
    for place in np.ndindex(dout.shape[2:]):
        here = (..., *place)
        alone = np.zeros_like(dout)
        alone[here] = dout[here]
        starts = [i * s - p for i, (_, s, p) in zip(place, window, strict=True)]
        ends = [a + k for a, (k, _, _) in zip(starts, window, strict=True)]
        inside = (..., *(slice(max(a, 0), max(b, 0)) for a, b in zip(starts, ends, strict=True)))
        assigned[inside] = call_backward(truth, alone, cache, _needs(inputs))[0][inside]
        if truth.name == "max_pool2d":
            winners = x[inside] == out[here][..., None, None]
            shared[inside] += winners * dout[here][..., None, None]
    others = (None,) * (len(inputs) - 1)
    yield (
        "as if a window wrote over what the one before it had added (= instead of +=)",
        (assigned, *others),
    )
    if truth.name == "max_pool2d":
        yield (
            "as if all that equal the largest received the gradient: in a tie the first one alone "
            "does",
            (shared, *others),
        )


# Mistakes of single rules: functions of (inputs, options, out, dout) that yield (sentence, input,
# wrong gradient).


def _softmax(inputs, options, out, dout):
    yield (
        "as if every entry depended on its own input alone: p (1 - p) is the diagonal of the "
        "Jacobian, and the rest of it is missing",
        0,
        dout * out * (1 - out),
    )


def _axes_and_affine(inputs, options):
    """The axes of a normalisation, and its weight and bias laid along x."""
    x = inputs[0]
    affine = [*inputs[1:], None, None][:2]
    if "normalized_shape" in options:
        return tuple(range(x.ndim - len(options["normalized_shape"]), x.ndim)), *affine
    affine = [None if a is None else a.reshape(-1, *[1] * (x.ndim - 2)) for a in affine]
    return (0, *range(2, x.ndim)), *affine


def _unbiased(truth, inputs, options):
    axes, weight, bias = _axes_and_affine(inputs, options)
    x = inputs[0]
    variance = x.var(axis=axes, keepdims=True, ddof=1)
    out = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(variance + options["eps"])
    out = out if weight is None else out * weight
    sentence = "as if the variance were divided by n - 1; here it is divided by n"
    return sentence, (out if bias is None else out + bias,)


def _normalised(inputs, options, out, dout):
    x = inputs[0]
    axes, weight, _ = _axes_and_affine(inputs, options)
    scale = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + options["eps"])
    normal = (x - x.mean(axis=axes, keepdims=True)) * scale
    d = dout if weight is None else dout * weight
    yield "as if mean and variance did not depend on x", 0, scale * d
    shift = d.mean(axis=axes, keepdims=True)
    yield "as if the variance did not depend on x", 0, scale * (d - shift)
    stretch = normal * (d * normal).mean(axis=axes, keepdims=True)
    yield "as if the mean did not depend on x", 0, scale * (d - stretch)


def _cross_entropy(inputs, options, out, dout):
    x = inputs[0]
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    count = len(x) if options["reduction"] == "mean" else 1
    rows = np.reshape(dout, (-1, 1)) / count
    yield "as if no target were subtracted: it is probability minus one-hot target", 0, rows * p


def _embedding(inputs, options, out, dout):
    index, weight = inputs
    assigned = np.zeros_like(weight)
    assigned[index] = dout
    yield (
        "as if a row that is looked up twice received its last gradient alone: they add up "
        "(np.add.at)",
        1,
        assigned,
    )


_OPTIONS = {
    "scaled_dot_product_attention": [
        ("as if the scores were not divided by the root of D", {"scale": 1.0})
    ],
}
_BACKWARDS = {
    "embedding": _embedding,
    "softmax": _softmax,
    "layer_norm": _normalised,
    "batch_norm": _normalised,
    "cross_entropy": _cross_entropy,
}


def _put(inputs, i, x):
    return [x if j == i else y for j, y in enumerate(inputs)]


def _needs(inputs):
    return tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in inputs)


def _tuple(out):
    return out if isinstance(out, tuple) else (out,)
