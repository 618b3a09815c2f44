"""Sequences of different lengths: padded to a rectangle, or packed to the rows that exist."""

import numpy as np

from ..rule import register


def pack_forward(x, *, time, place):
    """Padded x (T, N, ...) -> rows (M, ...), row m being x[time[m], place[m]]."""
    return x[time, place], (x.shape, time, place)


def pack_backward(dout, cache):
    shape, time, place = cache
    dx = np.zeros(shape, dout.dtype)  # padding was not used: no gradient
    dx[time, place] = dout  # each place occurs once, so nothing has to be added
    return (dx,)


def unpack_forward(rows, *, time, place, shape, padding_value=0.0):
    """Rows (M, ...) -> padded (T, N, ...), with ``padding_value`` where no row belongs."""
    out = np.full((*shape, *rows.shape[1:]), padding_value, rows.dtype)
    out[time, place] = rows
    return out, (time, place)


def unpack_backward(dout, cache):
    time, place = cache
    return (dout[time, place],)


pack = register(
    "pack",
    pack_forward,
    pack_backward,
    torch="nn.utils.rnn.pack_padded_sequence",
    source="a selection of rows: its transpose puts them back, with zeros elsewhere",
)
unpack = register(
    "unpack",
    unpack_forward,
    unpack_backward,
    torch="nn.utils.rnn.pad_packed_sequence",
    source="rows put into zeros: its transpose selects them",
)
