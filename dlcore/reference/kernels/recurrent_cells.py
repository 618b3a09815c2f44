"""One step of each recurrent network, for loops over time that are written by hand.

The same formulas as in the rules for whole sequences, plainly: z = W_ih x + b_ih + W_hh h + b_hh.
"""

import numpy as np

from ..rule import register
from .activation import logistic


def affine(x, w, b):
    """x (N, D), w (K, D), b (K,) or None -> (N, K)."""
    return x @ w.T if b is None else x @ w.T + b


def cell_gradients(da, ds, cache, dh=0, *between):
    """da (N, G H) of W_ih x + b_ih and ds of W_hh h + b_hh -> the gradients of all inputs.

    dh: what reaches h past the matrix. between: gradients that stand between h's and the weights'.
    """
    x, h, w_ih, w_hh, b_ih = cache
    dins = da @ w_ih, ds @ w_hh + dh, *between, da.T @ x, ds.T @ h
    return dins if b_ih is None else (*dins, da.sum(axis=0), ds.sum(axis=0))


def rnn_cell_forward(x, h, w_ih, w_hh, b_ih=None, b_hh=None, *, nonlinearity="tanh"):
    """x (N, D), h (N, H) -> h (N, H)."""
    z = affine(x, w_ih, b_ih) + affine(h, w_hh, b_hh)
    out = np.tanh(z) if nonlinearity == "tanh" else np.maximum(z, 0)
    return out, (out, nonlinearity, (x, h, w_ih, w_hh, b_ih))


def rnn_cell_backward(dout, cache):
    out, nonlinearity, inputs = cache
    dz = dout * (1 - out * out) if nonlinearity == "tanh" else dout * (out > 0)
    return cell_gradients(dz, dz, inputs)


def lstm_cell_forward(x, h, c, w_ih, w_hh, b_ih=None, b_hh=None):
    """x (N, D), h and c (N, H) -> h (N, H), c (N, H)."""
    z = affine(x, w_ih, b_ih) + affine(h, w_hh, b_hh)
    i, f, g, o = np.split(z, 4, axis=1)
    i, f, g, o = logistic(i), logistic(f), np.tanh(g), logistic(o)
    c_next = f * c + i * g
    tanh_c = np.tanh(c_next)
    return (o * tanh_c, c_next), (c, i, f, g, o, tanh_c, (x, h, w_ih, w_hh, b_ih))


def lstm_cell_backward(dout, cache):
    c, i, f, g, o, tanh_c, inputs = cache
    dh_next, dc_next = dout
    dc_next = dc_next + dh_next * o * (1 - tanh_c * tanh_c)  # c is an output, and h is made of it
    di, df, dg, do = dc_next * g, dc_next * c, dc_next * i, dh_next * tanh_c
    dz = np.concatenate(
        [di * i * (1 - i), df * f * (1 - f), dg * (1 - g * g), do * o * (1 - o)], axis=1
    )
    return cell_gradients(dz, dz, inputs, 0, dc_next * f)


def gru_cell_forward(x, h, w_ih, w_hh, b_ih=None, b_hh=None):
    """x (N, D), h (N, H) -> h (N, H)."""
    a_r, a_z, a_n = np.split(affine(x, w_ih, b_ih), 3, axis=1)
    s_r, s_z, q = np.split(affine(h, w_hh, b_hh), 3, axis=1)
    r, z = logistic(a_r + s_r), logistic(a_z + s_z)
    n = np.tanh(a_n + r * q)
    return (1 - z) * n + z * h, (r, z, n, q, (x, h, w_ih, w_hh, b_ih))


def gru_cell_backward(dout, cache):
    r, z, n, q, inputs = cache
    h = inputs[1]
    da_n = dout * (1 - z) * (1 - n * n)
    da_z = dout * (h - n) * z * (1 - z)
    da_r = da_n * q * r * (1 - r)
    da = np.concatenate([da_r, da_z, da_n], axis=1)
    ds = np.concatenate([da_r, da_z, da_n * r], axis=1)  # h reaches n through r
    return cell_gradients(da, ds, inputs, dout * z)


rnn_cell = register(
    "rnn_cell",
    rnn_cell_forward,
    rnn_cell_backward,
    torch="rnn_tanh_cell",
    source="Elman 1990, Cognitive Science 14",
)
lstm_cell = register(
    "lstm_cell",
    lstm_cell_forward,
    lstm_cell_backward,
    torch="lstm_cell",
    source="Hochreiter, Schmidhuber 1997, Neural Computation 9; forget gate: Gers et al. 2000",
)
gru_cell = register(
    "gru_cell",
    gru_cell_forward,
    gru_cell_backward,
    torch="gru_cell",
    source="Cho et al. 2014, arXiv:1406.1078v1",
)
