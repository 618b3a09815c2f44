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
    # In the type of x: NumPy would add small integers up as int64.
    return x.sum(axis=dim, keepdims=keepdim, dtype=x.dtype), (x.shape, dim)


def sum_backward(dout, cache):
    shape, dim = cache
    return (np.broadcast_to(restore(dout, shape, dim), shape),)


def count(shape, dim):
    """How many numbers go into each result."""
    return int(np.prod([shape[i] for i in axes(dim, len(shape))], dtype=np.int64))


def mean_forward(x, *, dim=None, keepdim=False):
    with np.errstate(invalid="ignore"):  # the mean of nothing is nan, quietly, as in PyTorch
        total = x.sum(axis=dim, keepdims=keepdim)
        return total / total.dtype.type(count(x.shape, dim)), (x.shape, dim)


def mean_backward(dout, cache):
    shape, dim = cache
    share = restore(dout, shape, dim) / dout.dtype.type(count(shape, dim))
    return (np.broadcast_to(share, shape),)


def var_forward(x, *, dim=None, correction=1, keepdim=False):
    every = axes(dim, x.ndim)
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = x - x.sum(axis=every, keepdims=True) / x.dtype.type(count(x.shape, dim))
        divisor = x.dtype.type(max(count(x.shape, dim) - correction, 0))
        out = (centred * centred).sum(axis=every, keepdims=keepdim) / divisor
    return out, (centred, divisor, dim)


def var_backward(dout, cache):
    centred, divisor, dim = cache
    # The mean depends on x too, but sum(centred) = 0 makes that part vanish.
    return (restore(dout, centred.shape, dim) * 2 * centred / divisor,)


def std_forward(x, *, dim=None, correction=1, keepdim=False):
    variance, cache = var_forward(x, dim=dim, correction=correction, keepdim=keepdim)
    out = np.sqrt(variance)
    return out, (out, cache)


def std_backward(dout, cache):
    out, cache = cache
    return var_backward(divide_or_zero(dout, 2 * out), cache)


def norm_forward(x, *, p, dim=None, keepdim=False):
    powers = x * x if p == 2 else np.abs(x) ** p
    out = (
        np.sqrt(powers.sum(axis=dim, keepdims=keepdim))
        if p == 2
        else (powers.sum(axis=dim, keepdims=keepdim) ** x.dtype.type(1 / p))
    )
    return out, (x, out, p, dim)


def norm_backward(dout, cache):
    x, out, p, dim = cache
    # d|x|_p / dx_i = sign(x_i) |x_i|^(p-1) / |x|_p^(p-1), and 0 where the norm is 0.
    scale = restore(divide_or_zero(dout, out ** (p - 1)), x.shape, dim)
    if p == 2:
        return (scale * x,)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(x == 0, 0, np.sign(x) * np.abs(x) ** (p - 1)).astype(x.dtype)
    return (scale * slope,)


def divide_or_zero(a, b):
    """a / b, and 0 where b is 0: at a kink, 0 is a subgradient like any other, and does no harm."""
    a, b = np.asarray(a), np.asarray(b)
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


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
    peak = x.max(axis=dim, keepdims=True, initial=-np.inf)  # also of no number at all
    peak = np.where(np.isfinite(peak), peak, 0)  # a row of -inf has no peak to take off
    with np.errstate(divide="ignore"):
        out = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return (out if keepdim else np.reshape(out, _dropped(x.shape, dim))), (x, out, dim)


def logsumexp_backward(dout, cache):
    x, out, dim = cache
    return (restore(dout, x.shape, dim) * np.exp(x - np.where(np.isfinite(out), out, 0)),)


sum = register("sum", sum_forward, sum_backward, torch="sum", source=CALCULUS)
mean = register("mean", mean_forward, mean_backward, torch="mean", source=CALCULUS)
var = register("var", var_forward, var_backward, torch="var", source=CALCULUS)
std = register("std", std_forward, std_backward, torch="std", source=CALCULUS)
norm = register(
    "norm",
    norm_forward,
    norm_backward,
    torch="linalg.vector_norm",
    source="differential calculus; the subgradient 0 at 0",
)
amax = register("amax", amax_forward, extreme_backward, torch="amax", source="a subgradient of max")
amin = register("amin", amin_forward, extreme_backward, torch="amin", source="a subgradient of min")
logsumexp = register(
    "logsumexp",
    logsumexp_forward,
    logsumexp_backward,
    torch="logsumexp",
    source="Boyd, Vandenberghe, Convex Optimization, 2004, section 3.1.5",
)
