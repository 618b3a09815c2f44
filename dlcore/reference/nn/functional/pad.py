"""Borders around tensors."""

from ...kernels import pad as kernels
from ...tape import apply
from .checks import tensors

MODES = "constant", "reflect", "replicate", "circular"


def pad(input, pad, mode="constant", value=None):
    """The input with a border along its last axes.

    pad: (left, right), then (top, bottom) and so on, counted from the last axis; negative numbers
    cut off. mode: "constant" for a border of ``value`` (0 if None); "reflect", "replicate" or
    "circular" for one of the input's own elements.
    RuntimeError for sizes that do not fit.
    """
    tensors("pad", input)
    pad = tuple(pad)
    if mode not in MODES:
        raise NotImplementedError(f"pad: mode must be one of {', '.join(MODES)}, received {mode!r}")
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise RuntimeError(
            f"pad: expected two numbers for each of up to {input.ndim} axes, received {pad}"
        )
    sides = [(0, 0)] * (input.ndim - len(pad) // 2)
    sides += reversed([(int(pad[i]), int(pad[i + 1])) for i in range(0, len(pad), 2)])
    for axis, (before, after) in enumerate(sides):
        _check(axis, input.shape[axis], before, after, mode)
    if mode == "constant":
        return apply(kernels.constant_pad, input, sides=sides, value=value or 0)
    if input.ndim - len(pad) // 2 not in (1, 2):
        raise NotImplementedError(
            f"pad: mode {mode!r} pads all axes behind N and C, two numbers for each; received "
            f"{pad} for an input of shape {tuple(input.shape)}"
        )
    if value is not None:
        raise RuntimeError(f"pad: a value belongs to mode 'constant', not to {mode!r}")
    return apply(kernels.border_pad, input, sides=sides, mode=mode)


def _check(axis, size, before, after, mode):
    if mode == "constant":
        if size + before + after < 0:
            raise RuntimeError(
                f"pad: axis {axis} has {size} elements, ({before}, {after}) cuts off more"
            )
        return
    most = {"reflect": size - 1, "circular": size, "replicate": max(before, after)}[mode]
    if min(before, after) < 0 or max(before, after) > most or not size:
        raise RuntimeError(
            f"pad: mode {mode!r} adds 0 to {most} elements at each end of axis {axis}, of size "
            f"{size}; received ({before}, {after})"
        )
