"""Elements kept or replaced by a mask: the gradient goes where the element came from."""

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast

CHOICE = "a choice passes its gradient on"


def masked_fill_forward(x, mask, value):
    """x with ``value`` (a number, or an array of no axes) where ``mask`` is true."""
    fill = np.asarray(value).astype(x.dtype, copy=False)
    return np.where(mask, fill, x), (mask, np.shape(x), np.shape(value))


def masked_fill_backward(dout, cache, needs=(True, False, True)):
    mask, shape, value_shape = cache
    zero = np.zeros((), dout.dtype)
    dx = unbroadcast(np.where(mask, zero, dout), shape) if needs[0] else None
    dvalue = unbroadcast(np.where(mask, dout, zero), value_shape) if needs[2] else None
    return dx, None, dvalue


def tril_forward(x, *, diagonal=0):
    """The lower triangle of the last two axes, up to the ``diagonal``-th above the main one."""
    return np.tril(x, diagonal), diagonal


def tril_backward(dout, cache):
    diagonal = cache
    return (np.tril(dout, diagonal),)


def triu_forward(x, *, diagonal=0):
    """The upper triangle of the last two axes, from the ``diagonal``-th above the main one."""
    return np.triu(x, diagonal), diagonal


def triu_backward(dout, cache):
    diagonal = cache
    return (np.triu(dout, diagonal),)


masked_fill = register(
    "masked_fill",
    masked_fill_forward,
    masked_fill_backward,
    torch="masked_fill",
    source=CHOICE,
)
tril = register("tril", tril_forward, tril_backward, torch="tril", source=CHOICE)
triu = register("triu", triu_forward, triu_backward, torch="triu", source=CHOICE)
