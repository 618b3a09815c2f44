"""Padding: a border around an image, of one number or of the image's own pixels."""

import numpy as np

from ..rule import register


def constant_pad_forward(x, *, sides, value=0):
    """x with ``sides`` = ((before, after) for each axis) of ``value``; a negative side cuts off."""
    shape = [size + before + after for size, (before, after) in zip(x.shape, sides, strict=True)]
    out = np.empty_like(x, shape=shape)  # in the memory order of x
    out.fill(value)
    kept_out, kept_x = overlap(x.shape, sides)
    out[kept_out] = x[kept_x]
    return out, (x.shape, sides)


def constant_pad_backward(dout, cache):
    shape, sides = cache
    kept_out, kept_x = overlap(shape, sides)
    dx = np.zeros_like(dout, shape=shape)
    dx[kept_x] = dout[kept_out]
    return (dx,)


def border_pad_forward(x, *, sides, mode):
    """x with ``sides`` = ((before, after) for each axis) of its own pixels; see ``places``."""
    for axis, (before, after) in enumerate(sides):
        if before or after:
            x = x.take(places(x.shape[axis], before, after, mode), axis)
    return x, (sides, mode)


def border_pad_backward(dout, cache):
    sides, mode = cache
    dx = dout
    for axis, (before, after) in enumerate(sides):
        if before or after:
            dpadded = np.moveaxis(dx, axis, 0)
            size = len(dpadded) - before - after
            dx = np.zeros((size, *dpadded.shape[1:]), dout.dtype)
            for i, place in enumerate(places(size, before, after, mode)):
                dx[place] += dpadded[i]  # a pixel that was copied gathers what its copies receive
            dx = np.moveaxis(dx, 0, axis)
    return (dx,)


def overlap(shape, sides):
    """Where the old array stands in the new one, and which part of the old one that is."""
    pairs = list(zip(shape, sides, strict=True))
    new = tuple(slice(max(before, 0), max(before, 0) + n) for n, before in kept(pairs))
    old = tuple(slice(max(-before, 0), max(-before, 0) + n) for n, before in kept(pairs))
    return new, old


def kept(pairs):
    return [(size + min(before, 0) + min(after, 0), before) for size, (before, after) in pairs]


def places(size, before, after, mode):
    """Which pixel of an axis stands at each place of the padded axis."""
    wanted = np.arange(-before, size + after)
    if mode == "replicate":  # the last pixel goes on
        return wanted.clip(0, size - 1)
    if mode == "circular":  # the axis is a ring
        return wanted % size
    last = size - 1  # "reflect": back the way it came, the last pixel not twice
    return last - np.abs(last - np.abs(wanted))


constant_pad = register(
    "constant_pad",
    constant_pad_forward,
    constant_pad_backward,
    torch="nn.functional.pad",
    source="LeCun, Bottou, Bengio, Haffner 1998, Proc. IEEE 86: a border of the background",
)
border_pad = register(
    "border_pad",
    border_pad_forward,
    border_pad_backward,
    torch="nn.functional.pad",
    source="extension at the border: Mallat, A Wavelet Tour of Signal Processing, section 7.5",
)
