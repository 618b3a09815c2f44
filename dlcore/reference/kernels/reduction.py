"""Reductions: many numbers become one, and the gradient of the one goes back to the many."""

import numpy as np

from ..rule import register

CALCULUS = "differential calculus: partial derivatives of a sum"


def axes(dim, ndim):
    """``dim`` as a tuple of axes from the front; None stands for all of them."""
    if dim is None:
        return tuple(range(ndim))
    return tuple(d % ndim if ndim else 0 for d in (dim if isinstance(dim, tuple) else (dim,)))


def restore(d, shape, dim):
    """``d`` with its reduced axes put back as axes of length 1, ready to broadcast to ``shape``."""
    kept = axes(dim, len(shape))
    return np.reshape(d, [1 if i in kept else n for i, n in enumerate(shape)])


def sum_forward(x, *, dim=None, keepdim=False):
    return x.sum(axis=dim, keepdims=keepdim), (x.shape, dim)


def sum_backward(dout, cache):
    shape, dim = cache
    return (np.broadcast_to(restore(dout, shape, dim), shape),)


def mean_forward(x, *, dim=None, keepdim=False):
    return x.mean(axis=dim, keepdims=keepdim), (x.shape, dim)


def mean_backward(dout, cache):
    shape, dim = cache
    count = np.prod([shape[i] for i in axes(dim, len(shape))], dtype=dout.dtype)
    return (np.broadcast_to(restore(dout, shape, dim) / count, shape),)


def amax_forward(x, *, dim=(), keepdim=False):
    dim = dim or None if isinstance(dim, tuple) else dim
    out = x.max(axis=dim, keepdims=True)
    return (out if keepdim else np.reshape(out, _dropped(x.shape, dim))), (x, out, dim)


def amin_forward(x, *, dim=(), keepdim=False):
    dim = dim or None if isinstance(dim, tuple) else dim
    out = x.min(axis=dim, keepdims=True)
    return (out if keepdim else np.reshape(out, _dropped(x.shape, dim))), (x, out, dim)


def extreme_backward(dout, cache):
    x, out, dim = cache
    chosen = (x == out).astype(dout.dtype)
    # Elements that tie share the gradient evenly, as in torch.amax. (max and min along one axis,
    # which also return an index, give all of it to the element of that index.)
    chosen /= chosen.sum(axis=axes(dim, x.ndim), keepdims=True)
    return (chosen * restore(dout, x.shape, dim),)


def _dropped(shape, dim):
    gone = axes(dim, len(shape))
    return [n for i, n in enumerate(shape) if i not in gone]


def logsumexp_forward(x, *, dim, keepdim=False):
    peak = x.max(axis=dim, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0)  # a row of -inf has no peak to take off
    with np.errstate(divide="ignore"):
        out = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return (out if keepdim else np.reshape(out, _dropped(x.shape, dim))), (x, out, dim)


def logsumexp_backward(dout, cache):
    x, out, dim = cache
    return (restore(dout, x.shape, dim) * np.exp(x - np.where(np.isfinite(out), out, 0)),)


sum = register("sum", sum_forward, sum_backward, torch="sum", source=CALCULUS)
mean = register("mean", mean_forward, mean_backward, torch="mean", source=CALCULUS)
amax = register("amax", amax_forward, extreme_backward, torch="amax", source="a subgradient of max")
amin = register("amin", amin_forward, extreme_backward, torch="amin", source="a subgradient of min")
logsumexp = register(
    "logsumexp",
    logsumexp_forward,
    logsumexp_backward,
    torch="logsumexp",
    source="Boyd, Vandenberghe, Convex Optimization, 2004, section 3.1.5",
)
