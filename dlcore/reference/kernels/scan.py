"""Running sums and products, and the product of many: every earlier element acts on a later one."""

import numpy as np

from ..rule import register
from .reduction import axes, restore

CALCULUS = "differential calculus: partial derivatives of a product"


def cumsum_forward(x, *, dim):
    """out[i] = x[0] + ... + x[i] along ``dim``."""
    return np.cumsum(x, axis=dim, dtype=x.dtype), dim


def cumsum_backward(dout, cache):
    dim = cache
    # x[i] stands in every later sum: the gradient is a running sum from the end.
    return (np.flip(np.cumsum(np.flip(dout, dim), axis=dim), dim),)


def cumprod_forward(x, *, dim):
    """out[i] = x[0] * ... * x[i] along ``dim``."""
    out = np.cumprod(x, axis=dim, dtype=x.dtype)
    return out, (x, out, dim)


def cumprod_backward(dout, cache):
    x, out, dim = cache
    x, out, d = (np.moveaxis(a, dim, 0) for a in (x, out, dout))
    # d(out[j])/d(x[i]) is out[i-1] times x[i+1] ... x[j]. Without a division, so that zeros do no
    # harm: later = dout[i] + x[i+1] (dout[i+1] + x[i+2] (...)), from the end.
    dx, later = np.empty_like(d), np.zeros(d.shape[1:], d.dtype)
    for i in range(len(x) - 1, -1, -1):
        later = d[i] + (x[i + 1] * later if i + 1 < len(x) else 0)
        dx[i] = later * out[i - 1] if i else later
    return (np.moveaxis(dx, 0, dim),)


def prod_forward(x, *, dim=None, keepdim=False):
    """The product over ``dim``, one axis or None for all."""
    return np.prod(x, axis=dim, keepdims=keepdim, dtype=x.dtype), (x, dim)


def prod_backward(dout, cache):
    x, dim = cache
    shape, along = x.shape, axes(dim, x.ndim)
    rows = x.reshape(-1) if dim is None else np.moveaxis(x, along[0], -1)
    # The product of all others: of those before, times those after. Zeros then do no harm.
    before, after = np.ones_like(rows), np.ones_like(rows)
    before[..., 1:] = np.cumprod(rows[..., :-1], axis=-1)
    after[..., :-1] = np.cumprod(rows[..., :0:-1], axis=-1)[..., ::-1]
    others = before * after
    others = others.reshape(shape) if dim is None else np.moveaxis(others, -1, along[0])
    return (restore(dout, shape, dim) * others,)


def logcumsumexp_forward(x, *, dim):
    """out[i] = log(exp x[0] + ... + exp x[i]) along ``dim``, without overflow."""
    out = np.logaddexp.accumulate(x, axis=dim)
    return out, (x, out, dim)


def logcumsumexp_backward(dout, cache):
    x, out, dim = cache
    # d(out[j])/d(x[i]) = exp(x[i] - out[j]) for j >= i: at most 1, so term by term is safe.
    x, out, d = (np.moveaxis(a, dim, 0) for a in (x, out, dout))
    dx = np.empty_like(d)
    for i in range(len(x)):
        gap = x[i] - np.where(np.isneginf(out[i:]), 0, out[i:])
        dx[i] = (d[i:] * np.exp(gap)).sum(axis=0)
    return (np.moveaxis(dx, 0, dim),)


cumsum = register("cumsum", cumsum_forward, cumsum_backward, torch="cumsum", source=CALCULUS)
cumprod = register("cumprod", cumprod_forward, cumprod_backward, torch="cumprod", source=CALCULUS)
prod = register("prod", prod_forward, prod_backward, torch="prod", source=CALCULUS)
logcumsumexp = register(
    "logcumsumexp",
    logcumsumexp_forward,
    logcumsumexp_backward,
    torch="logcumsumexp",
    source="Blelloch, Prefix Sums and Their Applications, 1990",
)
