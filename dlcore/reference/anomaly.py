"""Where the first nan or inf comes from: every result and every gradient is looked at.

Switched on by ``dlcore.detect_anomaly()``, for all threads. It costs a pass over every array.
"""

import numpy as np

watching = 0  # how many switches are on
_layers = []  # the modules whose forward is running, outermost first


class AnomalyError(RuntimeError):
    """A nan or inf has come into being; the text names the rule and the layer.

    rule: str. layer: str, the path of the layer in its model and its class, "" outside of layers.
    """

    def __init__(self, message, rule, layer):
        super().__init__(message)
        self.rule, self.layer = rule, layer


class detect_anomaly:
    """``with detect_anomaly():`` the first nan or inf is an AnomalyError at its origin."""

    def __init__(self, check_nan=True):
        if not check_nan:
            raise ValueError("detect_anomaly: without check_nan nothing would be looked at")

    def _switch(self, on):
        global watching
        watching = max(0, watching + (1 if on else -1))
        if not watching:
            _layers.clear()

    def __enter__(self):
        self._switch(True)
        return self

    def __exit__(self, *exception):
        self._switch(False)


def call_layer(module, *args, **kwargs):
    """Run a module's forward, and know its name meanwhile."""
    _layers.append(module)
    try:
        return module.forward(*args, **kwargs)
    finally:
        if _layers:
            _layers.pop()


def current_layer():
    """The layer that is running, as ``layer_name`` tells it."""
    return layer_name(_layers)


def layer_name(running):
    """The last of nested modules as "path (Class)" in the first one; "" if there is none."""
    if not running:
        return ""
    root, layer = running[0], running[-1]
    path = next((name for name, module in root.named_modules() if module is layer), "")
    return f"{path} ({type(layer).__name__})" if path else type(layer).__name__


def check_forward(rule, inputs, arrays, out, options):
    """Raise if this call made the first nan or inf, or was handed a nan by the program."""
    results = out if type(out) is tuple else (out,)
    computed = [getattr(x, "_node", None) is not None for x in inputs]
    check_results(rule.name, results, arrays, options.values(), computed, current_layer())


def check_backward(node, dout, dins):
    """Raise if a finite gradient came in and nan or inf comes out."""
    douts = dout if type(dout) is tuple else (dout,)
    wanted = [d for d, needed in zip(dins, node.needs, strict=True) if needed]
    inputs = [getattr(x, "_array", x) for x in node.inputs]
    check_gradients(node.rule.name, wanted, douts, inputs, getattr(node, "layer", ""))


def check_results(name, results, arrays, options, computed, layer):
    """Raise if a call of rule ``name`` gave the first nan or inf.

    results, arrays: what it gave and was given. options: its further arguments. computed: for each
    of ``arrays``, whether it is itself a result. layer: as ``current_layer``.
    """
    kind = _worst(results)
    if kind is None:
        return
    before = _worst([*arrays, *options])
    # Masks hold -inf on purpose: what follows from them is no origin, but a nan is.
    if before == kind or before == "nan":
        handed = [i for i, a in enumerate(arrays) if _worst([a]) == "nan"]
        if kind == "inf" or not handed or computed[handed[0]]:
            return
        shape = np.shape(arrays[handed[0]])
        message = f"input {handed[0]} of {name!r}, of shape {shape}, holds nan already"
        advice = "It was not computed here: look at the data, or at the weights."
    else:
        message = f"{name!r} gave {kind} in {_count(results)}"
        advice = f"Its inputs: {_ranges(arrays)}."
    where = f" in layer {layer}" if layer else ""
    raise AnomalyError(f"{message}{where}. {advice}", name, layer)


def check_gradients(name, dins, douts, inputs, layer):
    """Raise if rule ``name`` made nan or inf out of a finite gradient."""
    kind = _worst(dins)
    if kind is None or _worst(douts) is not None:
        return
    where = f" in layer {layer}" if layer else ""
    raise AnomalyError(
        f"the gradient of {name!r} is {kind} in {_count(dins)}{where}, though the gradient that "
        f"came in is finite. Its inputs: {_ranges(inputs)}.",
        name,
        layer,
    )


def _is_number(a):
    return isinstance(a, (float, np.ndarray, np.floating)) and np.asarray(a).dtype.kind == "f"


def _worst(values):
    """ "nan", "inf" or None: the worst that the floats among the values hold."""
    floats = [a for a in values if _is_number(a)]
    if any(np.isnan(a).any() for a in floats):
        return "nan"
    return "inf" if any(np.isinf(a).any() for a in floats) else None


def _count(values):
    floats = [np.asarray(a) for a in values if _is_number(a)]
    bad = sum(int((~np.isfinite(a)).sum()) for a in floats)
    return f"{bad} of {sum(a.size for a in floats)} numbers"


def _ranges(arrays):
    """What the inputs were, in few words: that is where one looks next."""
    words = []
    for i, a in enumerate(arrays):
        if not _is_number(a):
            continue
        a = np.asarray(a)
        shape = f"shape {a.shape}" if a.ndim else "a number"
        finite = a[np.isfinite(a)]
        extent = f", from {finite.min():.3g} to {finite.max():.3g}" if finite.size else ""
        words.append(f"{i} ({shape}{extent})")
    return "; ".join(words) or "no floats"
