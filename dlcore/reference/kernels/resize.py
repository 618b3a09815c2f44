"""Resizing: each new pixel is the nearest old one, or a mean of its two neighbours on each axis.

One axis after the other, since a bilinear mean over a square is a linear mean over its rows and
then over its columns.
"""

import numpy as np

from ..rule import register


def interpolate_forward(x, *, size, mode, align_corners=False, scales=None):
    """x (N, C, ...) -> (N, C, *size).

    mode: "nearest", "nearest-exact" or "linear". scales: for each axis the factor by which it
    grows, where that shall count in place of the ratio of the sizes.
    """
    scales, shape = scales or [None] * len(size), x.shape
    neighbours = [
        mode_neighbours(*axis, mode, align_corners)
        for axis in zip(shape[2:], size, scales, strict=True)
    ]
    for axis, (lower, upper, t) in enumerate(neighbours, 2):
        t = along(t, axis, x)
        x = x.take(lower, axis) if t is None else weighted(x, lower, upper, t, axis)
    return x, (shape, neighbours)


def interpolate_backward(dout, cache):
    shape, neighbours = cache
    for axis, (lower, upper, t) in enumerate(neighbours, 2):
        dx = np.zeros((*dout.shape[:axis], shape[axis], *dout.shape[axis + 1 :]), dout.dtype)
        t = along(t, axis, dout)
        add_at(dx, lower, dout if t is None else dout * (1 - t), axis)
        if t is not None:
            add_at(dx, upper, dout * t, axis)
        dout = dx
    return (dout,)


def weighted(x, lower, upper, t, axis):
    return x.take(lower, axis) * (1 - t) + x.take(upper, axis) * t


def add_at(dx, places, dout, axis):
    """dx[places] += dout along an axis; a place that is named twice receives both."""
    dx, dout = np.moveaxis(dx, axis, 0), np.moveaxis(dout, axis, 0)
    for i, place in enumerate(places):
        dx[place] += dout[i]


def along(t, axis, x):
    """Weights (n,) in the type of x, shaped to lie along an axis of x."""
    if t is None:
        return None
    return t.astype(x.dtype).reshape(-1, *[1] * (x.ndim - axis - 1))


def mode_neighbours(old, new, scale, mode, align_corners):
    """For each of ``new`` places on an axis of ``old``: the two neighbours, and the second's share.

    The share is None where only the first counts.
    """
    step = old / new if scale is None else 1 / scale
    if mode != "linear":
        # In float32, as PyTorch counts: a place that falls on a border must fall to the same side.
        shift = np.float32(0.5 if mode == "nearest-exact" else 0)
        place = (np.arange(new, dtype=np.float32) + shift) * np.float32(step)
        lower = np.minimum(place.astype(np.int64), old - 1)
        return lower, lower, None
    if align_corners:  # the first and the last pixels' centres stay where they are
        place = np.arange(new) * ((old - 1) / (new - 1) if new > 1 else 0)
    else:  # the outer edges stay, and centres lie half a pixel inside
        place = np.maximum((np.arange(new) + 0.5) * step - 0.5, 0)
    lower = np.minimum(place.astype(np.int64), old - 1)
    return lower, np.minimum(lower + 1, old - 1), place - lower


interpolate = register(
    "interpolate",
    interpolate_forward,
    interpolate_backward,
    torch="nn.functional.interpolate",
    source="Gonzalez, Woods, Digital Image Processing, section 2.4: image interpolation",
)
