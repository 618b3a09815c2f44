"""Writing to chosen places: the transpose of gathering from them.

``index`` says, for each element of ``src``, its place along ``dim``; along every other axis it
keeps its own. ``index`` may be smaller than ``src``, which is then used from its beginning on.
"""

import numpy as np

from ..rule import register
from .indexing import SCATTER, add_at, grid


def scatter_forward(x, src, *, dim, index):
    """x with out[index[i, j], j] = src[i, j] for dim = 0. src may be a number."""
    out = x.copy()
    out[grid(index, dim)] = _used(src, index)
    return out, (dim, index, np.shape(src))


def scatter_backward(dout, cache, needs=(True, True)):
    dim, index, shape = cache
    dx = dsrc = None
    if needs[0]:
        dx = dout.copy()
        dx[grid(index, dim)] = 0  # what was overwritten is no longer in the result
    if needs[1]:
        dsrc = _spread(dout[grid(index, dim)], shape)
    return dx, dsrc


def scatter_add_forward(x, src, *, dim, index):
    """x with out[index[i, j], j] += src[i, j] for dim = 0."""
    out = x.copy(order="C")
    add_at(out, np.ravel_multi_index(grid(index, dim), x.shape), _used(src, index))
    return out, (dim, index, np.shape(src))


def scatter_add_backward(dout, cache):
    dim, index, shape = cache
    return dout, _spread(dout[grid(index, dim)], shape)


def index_add_forward(x, source, *, dim, index, alpha=1):
    """x with ``source`` slice i, times alpha, added to slice index[i] along ``dim``."""
    out = x.copy(order="C")
    places = np.take(np.arange(x.size).reshape(x.shape), index, axis=dim)
    add_at(out, places, source if alpha == 1 else source * x.dtype.type(alpha))
    return out, (dim, index, alpha)


def index_add_backward(dout, cache):
    dim, index, alpha = cache
    dsource = np.take(dout, index, axis=dim)
    return dout, dsource if alpha == 1 else dsource * dout.dtype.type(alpha)


def _used(src, index):
    """The part of ``src`` that ``index`` speaks of."""
    return src[tuple(slice(n) for n in index.shape)] if isinstance(src, np.ndarray) else src


def _spread(d, shape):
    """A gradient of the used part as one of the whole; a number receives the sum."""
    if d.shape == shape:
        return d
    if shape == ():
        return np.asarray(d.sum())
    whole = np.zeros(shape, d.dtype)
    whole[tuple(slice(n) for n in d.shape)] = d
    return whole


scatter = register("scatter", scatter_forward, scatter_backward, torch="scatter", source=SCATTER)
scatter_add = register(
    "scatter_add", scatter_add_forward, scatter_add_backward, torch="scatter_add", source=SCATTER
)
index_add = register(
    "index_add", index_add_forward, index_add_backward, torch="index_add", source=SCATTER
)
