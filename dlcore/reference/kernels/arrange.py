"""Elements in another order, or several times: every copy sends its gradient back."""

import numpy as np

from ..rule import register
from .shape import MOVE


def flip_forward(x, *, dims):
    return np.flip(x, dims).copy(), dims


def flip_backward(dout, cache):
    dims = cache
    return (np.flip(dout, dims),)


def roll_forward(x, *, shifts, dims=None):
    """Shifted along the axes ``dims``; what leaves at the end comes in at the front."""
    return np.roll(x, shifts, dims), (shifts, dims)


def roll_backward(dout, cache):
    shifts, dims = cache
    back = tuple(-n for n in shifts) if isinstance(shifts, tuple) else -shifts
    return (np.roll(dout, back, dims),)


def repeat_forward(x, *, repeats):
    """The whole array ``repeats[i]`` times along axis i; missing axes are added in front."""
    return np.tile(x, repeats), (x.shape, repeats)


def repeat_backward(dout, cache):
    shape, repeats = cache
    sizes = (1,) * (len(repeats) - len(shape)) + shape
    both = [n for pair in zip(repeats, sizes, strict=True) for n in pair]
    copies = tuple(range(0, len(both), 2))  # (copies, size, copies, size, ...)
    return (dout.reshape(both).sum(axis=copies).reshape(shape),)


flip = register("flip", flip_forward, flip_backward, torch="flip", source=MOVE)
roll = register("roll", roll_forward, roll_backward, torch="roll", source=MOVE)
repeat = register(
    "repeat",
    repeat_forward,
    repeat_backward,
    torch="Tensor.repeat",
    source="a copy is a use: gradients of all copies add up",
)
