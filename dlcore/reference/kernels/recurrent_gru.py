"""The gated recurrent unit: one state, which is a mixture of its last value and a new one.

    r, z = sigma(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)        (blocks 0 and 1 of the rows)
    q = W_hh h[t-1] + b_hh                                     (block 2)
    n = tanh(W_ih x[t] + b_ih + r q)                           (block 2)
    h[t] = (1 - z) n + z h[t-1]

The reset gate r multiplies after the matrix, as in the first version of Cho's paper and in PyTorch
(its third version has it before); that is why the two biases of block 2 do not merge into one.
"""

import numpy as np

from ..rule import register
from .recurrent import by_gate, input_gradient, steps, weight_gradient


def halves(dtype):
    """What r, z and n are multiplied by before their tanh: sigma(a) = 1/2 + 1/2 tanh(a/2)."""
    return np.array([0.5, 0.5, 1], dtype).reshape(3, 1, 1)


def gru_forward(x, h0, w_ih, w_hh, b_ih=None, b_hh=None, *, batch_sizes=None, reverse=False):
    """x (T, N, D) or (M, D), h0 (N, H), w_ih (3H, D), w_hh (3H, H), biases (3H,)
    -> y (T, N, H) or (M, H), h_n (N, H).
    """
    times = steps(x, batch_sizes, reverse)
    rows, half = x.reshape(-1, x.shape[-1]), halves(x.dtype)
    w = by_gate(w_hh, 3) * half
    b = 0 if b_ih is None else by_gate(b_hh, 3) * half
    kept = np.empty((5, len(rows), h0.shape[1]), x.dtype)  # gates, h before the step, q
    gates, before, qs = kept[:3], kept[3], kept[4]
    np.matmul(rows, by_gate(w_ih, 3) * half, out=gates)  # needs no h: for all times at once
    if b_ih is not None:
        gates += by_gate(b_ih, 3) * half
    h, y = h0.copy(), np.empty_like(before)
    for m, now in times:
        before[now] = h[:m]
        s = h[:m] @ w  # (3, m, H)
        s += b
        qs[now] = s[2]
        rz, n = gates[:2, now], gates[2, now]
        rz += s[:2]
        np.tanh(rz, out=rz)
        rz *= half[0]
        rz += half[0]
        r, z = rz
        n += r * s[2]
        np.tanh(n, out=n)
        y[now] = h[:m] = n + z * (h[:m] - n)
    cache = rows, x.shape, w_ih, w_hh, b_ih, gates, before, qs, times
    return (y.reshape(*x.shape[:-1], y.shape[-1]), h), cache


def gru_backward(dout, cache, needs=(True,) * 6):
    """dy, dh_n, shaped as the outputs -> gradients of the inputs, in their order."""
    rows, shape, w_ih, w_hh, b_ih, gates, before, qs, times = cache
    dy, dh = dout[0].reshape(qs.shape), dout[1].copy()
    ds, dn, z = gru_slopes(gates, before, qs)
    for m, now in reversed(times):
        dh[:m] += dy[now]
        ds[:, now] *= dh[:m]
        dn[now] *= dh[:m]
        dh[:m] *= z[now]
        dh[:m] += input_gradient(ds[:, now], w_hh)
    dw_hh, db_hh = weight_gradient(ds, before), ds.sum(axis=1).reshape(-1)
    ds[2] = dn  # from here on the gradient of what comes from x: it reaches n without r
    dx = input_gradient(ds, w_ih).reshape(shape) if needs[0] else None
    dw_ih = weight_gradient(ds, rows)
    if b_ih is None:
        return dx, dh, dw_ih, dw_hh
    return dx, dh, dw_ih, dw_hh, ds.sum(axis=1).reshape(-1), db_hh


def gru_slopes(gates, before, qs):
    """What multiplies dh to give the gradients of W_hh h + b_hh (3, M, H) and of n's argument.

    None of it depends on dh, so it is computed for all times at once, outside the loop.
    """
    r, z, n = gates
    dn = (1 - z) * (1 - n * n)
    ds = np.empty_like(gates)
    ds[2] = dn * r
    ds[0] = ds[2] * qs * (1 - r)
    ds[1] = (before - n) * z * (1 - z)
    return ds, dn, z


gru = register(
    "gru",
    gru_forward,
    gru_backward,
    torch="gru",
    source="Cho et al. 2014, arXiv:1406.1078v1",
)
