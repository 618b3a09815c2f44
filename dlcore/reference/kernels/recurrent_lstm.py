"""Long short-term memory: a cell c that is only added to, and gates that decide what and when.

    i, f, g, o = W_ih x[t] + b_ih + W_hh h[t-1] + b_hh        (four blocks of rows, in this order)
    c[t] = sigma(f) c[t-1] + sigma(i) tanh(g)
    h[t] = sigma(o) tanh(c[t])

Along c the gradient is multiplied by the forget gate alone, not by a matrix: where the gate is
open, it neither dies out nor explodes.
"""

import math

import numpy as np

from ..rule import register
from .recurrent import by_gate, input_gradient, steps, weight_gradient


def joined(w_ih, w_hh, b_ih, b_hh):
    """The weights side by side, (4, D+H+1, H): with rows [x, h, 1] a step is one matrix product.

    Halved for i, f and o, because sigma(z) = 1/2 + 1/2 tanh(z/2): one call of tanh then serves all
    four gates, and in float32 it costs half of exp.
    """
    b = np.zeros_like(w_ih[:, :1]) if b_ih is None else (b_ih + b_hh)[:, None]
    return by_gate(np.concatenate([w_ih, w_hh, b], axis=1), 4) * halves(w_ih.dtype)


def halves(dtype):
    """What each of the four gates is multiplied by, before and after its tanh, (4, 1, 1)."""
    return np.array([0.5, 0.5, 1, 0.5], dtype).reshape(4, 1, 1)


def lstm_forward(x, h0, c0, w_ih, w_hh, b_ih=None, b_hh=None, *, batch_sizes=None, reverse=False):
    """x (T, N, D) or (M, D), h0 and c0 (N, H), w_ih (4H, D), w_hh (4H, H), biases (4H,)
    -> y (T, N, H) or (M, H), h_n (N, H), c_n (N, H).
    """
    times = steps(x, batch_sizes, reverse)
    (*leading, D), H = x.shape, h0.shape[1]
    rows = np.ones((math.prod(leading), D + H + 1), x.dtype)  # x, h before the step, 1
    rows[:, :D] = x.reshape(-1, D)
    w, half = joined(w_ih, w_hh, b_ih, b_hh), halves(x.dtype)
    kept = np.empty((5, len(rows), H), x.dtype)  # the gates, and c before each step
    gates, c_before = kept[:4], kept[4]
    h, c, y = h0.copy(), c0.copy(), np.empty_like(c_before)
    for n, now in times:
        rows[now, D:-1], c_before[now] = h[:n], c[:n]
        z = np.matmul(rows[now], w, out=gates[:, now])  # (4, n, H)
        np.tanh(z, out=z)
        z *= half
        z += 1 - half  # 1/2 + 1/2 tanh(z/2) for i, f, o, and tanh(z) for g
        i, f, g, o = z
        c[:n] *= f
        c[:n] += i * g
        h[:n] = np.multiply(o, np.tanh(c[:n]), out=y[now])
    cache = rows, x.shape, w_ih, w_hh, b_ih, gates, c_before, times
    return (y.reshape(*leading, H), h, c), cache


def lstm_backward(dout, cache, needs=(True,) * 7):
    """dy, dh_n, dc_n, shaped as the outputs -> gradients of the inputs, in their order."""
    rows, shape, w_ih, w_hh, b_ih, gates, c_before, times = cache
    dy, dh, dc = dout[0].reshape(c_before.shape), dout[1].copy(), dout[2].copy()
    D, f = shape[-1], gates[1]
    dz, dc_dh = lstm_slopes(gates, c_before)
    for n, now in reversed(times):
        dh[:n] += dy[now]
        dc[:n] += dh[:n] * dc_dh[now]  # c[t] is used by h[t] and by c[t+1]
        dz[:3, now] *= dc[:n]
        dz[3, now] *= dh[:n]
        dc[:n] *= f[now]
        dh[:n] = input_gradient(dz[:, now], w_hh)
    dx = input_gradient(dz, w_ih).reshape(shape) if needs[0] else None
    dw = weight_gradient(dz, rows)  # (4H, D+H+1)
    dins = dx, dh, dc, dw[:, :D].copy(), dw[:, D:-1].copy()
    return dins if b_ih is None else (*dins, dw[:, -1].copy(), dw[:, -1].copy())


def lstm_slopes(gates, c_before):
    """What multiplies dc (rows 0 to 2) or dh (row 3) to give dz, and dh to give dc.

    None of it depends on dh or dc, so it is computed for all times at once, outside the loop.
    """
    i, f, g, o = gates
    tanh_c = np.tanh(f * c_before + i * g)
    dz = np.empty_like(gates)
    dz[0] = g * i * (1 - i)
    dz[1] = c_before * f * (1 - f)
    dz[2] = i * (1 - g * g)
    dz[3] = tanh_c * o * (1 - o)
    return dz, o * (1 - tanh_c * tanh_c)


lstm = register(
    "lstm",
    lstm_forward,
    lstm_backward,
    torch="lstm",
    source="Hochreiter, Schmidhuber 1997, Neural Computation 9; forget gate: Gers et al. 2000",
)
