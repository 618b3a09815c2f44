"""Networks that read a sequence: one rule for a whole layer and direction, not one for each time.

    h[t] = f(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)

Back-propagation through time: the state h[t] is used twice, as an output of time t and by time
t + 1, so its gradient is the sum of the two, and it is found by going through the times backwards.
Every time uses the same weights, so their gradients are sums over the times; these sums are matrix
products over all rows of all times, after the loop.

Sequences may be packed (``batch_sizes``): the rows (M, D) of time 0, then those of time 1, ...,
longest sequence first, so that the n sequences which are still there are always the first n. A
sequence of T equal times is the special case of M = T N rows, n = N at each time.

Here stand the plain network of Elman and what all three networks share.
"""

import numpy as np

from ..rule import register


def steps(x, batch_sizes, reverse):
    """The times in the order they are read: pairs (number n of sequences, their rows as a slice).

    Read in reverse, a shorter sequence joins later, with its first state; read forwards, it stops
    earlier and keeps its last one. Either way time t changes the first n rows of the state.
    """
    sizes = [x.shape[1]] * x.shape[0] if batch_sizes is None else batch_sizes
    times, start = [], 0
    for n in sizes:
        times.append((n, slice(start, start + n)))
        start += n
    return times[::-1] if reverse else times


def by_gate(w, gates):
    """A weight (G H, D) as G matrices (G, D, H), a bias (G H,) as G rows (G, 1, H).

    With them rows @ w is gate-major, (G, M, H), and not (M, G H): each gate is then a contiguous
    block, and element-wise functions on it are two to three times faster than on columns cut out
    of long rows.
    """
    return np.ascontiguousarray(w.reshape(gates, w.shape[0] // gates, -1).swapaxes(1, 2))


def weight_gradient(dz, rows):
    """dz (G, M, H), rows (M, D) -> (G H, D): the sum over the rows of all times."""
    return np.matmul(dz.swapaxes(1, 2), rows).reshape(-1, rows.shape[1])


def input_gradient(dz, w):
    """dz (G, n, H), w (G H, D) -> (n, D): the sum over the gates, as one matrix product."""
    return dz.swapaxes(0, 1).reshape(dz.shape[1], len(w)) @ w


def rnn_forward(
    x, h0, w_ih, w_hh, b_ih=None, b_hh=None, *, nonlinearity="tanh", batch_sizes=None, reverse=False
):
    """x (T, N, D) or (M, D), h0 (N, H), w_ih (H, D), w_hh (H, H) -> y (T, N, H) or (M, H), h_n."""
    times = steps(x, batch_sizes, reverse)
    rows = x.reshape(-1, x.shape[-1])  # (M, D)
    f = {"tanh": np.tanh, "relu": lambda z, out: np.maximum(z, 0, out=out)}[nonlinearity]
    y = rows @ w_ih.T  # (M, H): what does not depend on h, for all times at once
    if b_ih is not None:
        y += b_ih + b_hh
    h, before = h0.copy(), np.empty_like(y)
    for n, now in times:
        before[now] = h[:n]
        y[now] += h[:n] @ w_hh.T
        h[:n] = f(y[now], out=y[now])
    cache = rows, x.shape, before, y, w_ih, w_hh, b_ih, nonlinearity, times
    # A copy goes out: backward needs y as it is now, and the caller may change it in place.
    return (y.reshape(*x.shape[:-1], len(w_hh)).copy(), h), cache


def rnn_backward(dout, cache, needs=(True,) * 6):
    """dy (T, N, H) or (M, H), dh_n (N, H) -> gradients of x, h0, w_ih, w_hh, b_ih, b_hh."""
    rows, shape, before, y, w_ih, w_hh, b_ih, nonlinearity, times = cache
    dy, dh = dout[0].reshape(y.shape), dout[1].copy()
    dz = 1 - y * y if nonlinearity == "tanh" else (y > 0).astype(y.dtype)  # f', then times dh
    for n, now in reversed(times):
        dz[now] *= dh[:n] + dy[now]
        dh[:n] = dz[now] @ w_hh
    dx = (dz @ w_ih).reshape(shape) if needs[0] else None
    dw_ih, dw_hh = dz.T @ rows, dz.T @ before
    if b_ih is None:
        return dx, dh, dw_ih, dw_hh
    return dx, dh, dw_ih, dw_hh, dz.sum(axis=0), dz.sum(axis=0)


rnn = register(
    "rnn",
    rnn_forward,
    rnn_backward,
    torch="rnn_tanh",
    source="Elman 1990, Cognitive Science 14; through time: Werbos 1990, Proc. IEEE 78",
)
