"""How a tensor prints: as PyTorch's."""

import math

import numpy as np

from . import dtypes

PREFIX = "tensor("
PROFILES = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}
_options = {**PROFILES["default"], "sci_mode": None}


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """How tensors print from now on.

    precision: digits behind the point. threshold: the number of elements from which on only
    ``edgeitems`` are shown at each end of an axis. linewidth: in characters. profile: "default",
    "short" or "full" sets these four. sci_mode: True, False, or None where the numbers decide.
    """
    if profile is not None:
        if profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}, received {profile!r}")
        _options.update(PROFILES[profile])
    given = dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth)
    _options.update({k: v for k, v in given.items() if v is not None})
    _options["sci_mode"] = sci_mode


def to_text(tensor):
    """``tensor([...], dtype=...)``: four digits, and what is unusual about it."""
    array, kind = tensor._now(), tensor._array.dtype
    notes = []
    if not array.size and array.ndim != 1:
        notes.append(f"size={tuple(array.shape)}")
    # What the numbers show needs no name; of an empty tensor they show nothing.
    shown = (dtypes.INT64, dtypes.BOOL) if array.size else ()
    if kind not in (dtypes.default_float(), *shown):
        notes.append(f"dtype={tensor.dtype}")
    if tensor._node is not None:
        notes.append(f"grad_fn={tensor._node!r}")
    elif tensor._requires_grad:
        notes.append("requires_grad=True")
    text = PREFIX + (_body(array) if array.size else "[]")
    for note in notes:
        line = len(text) - text.rfind("\n") + 1
        fits = line + len(note) + 2 <= _options["linewidth"]
        text += f", {note}" if fits else f",\n{' ' * len(PREFIX)}{note}"
    return f"{text})"


def _body(array):
    cut = array.size > _options["threshold"]
    edge = _options["edgeitems"]
    write, width = _style(_ends(array, edge) if cut else array)

    def rows(array, indent):
        if not array.ndim:
            return write(array.item()).rjust(width)
        lines = array.ndim == 1
        gap = cut and len(array) > 2 * edge
        parts = [*array[:edge], *array[-edge:]] if gap else array
        cells = [rows(part, indent + 1) for part in parts]
        if gap:
            cells.insert(edge, " ..." if lines else "...")
        if lines:
            n = max((_options["linewidth"] - indent) // (width + 2), 1)
            cells = [", ".join(cells[i : i + n]) for i in range(0, len(cells), n)]
        between = "," + "\n" * max(array.ndim - 1, 1) + " " * (indent + 1)
        return f"[{between.join(cells)}]"

    return rows(array, len(PREFIX))


def _ends(array, edge):
    """The numbers that are shown of a large array: they alone decide how they look."""
    for axis, n in enumerate(array.shape):
        if n > 2 * edge:
            array = np.take(array, [*range(edge), *range(n - edge, n)], axis)
    return array


def _style(shown):
    """One form for all: how a number is written, and how wide the widest is."""
    if shown.dtype.kind != "f":
        return str, max(len(str(value)) for value in shown.reshape(-1).tolist())
    values = shown.astype(np.float64).reshape(-1)
    values = values[np.isfinite(values) & (values != 0)]
    sizes = np.abs(values) if values.size else np.ones(1)
    low, high = sizes.min(), sizes.max()
    whole = bool((values == np.ceil(values)).all())
    far_apart = high / low > 1e3 or high > 1e8 or (not whole and low < 1e-4)
    if far_apart if _options["sci_mode"] is None else _options["sci_mode"]:
        write = f"{{:.{_options['precision']}e}}".format
    elif whole:
        write = _with_point
    else:
        write = f"{{:.{_options['precision']}f}}".format
    return write, max((len(write(value)) for value in values.tolist()), default=1)


def _with_point(value):
    return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
