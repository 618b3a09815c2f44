"""Writing to chosen places: the transpose of gathering from them.

``index`` says, for each element of ``src``, its place along ``dim``; along every other axis it
keeps its own. ``index`` may be smaller than ``src``, which is then used from its beginning on.
"""

import numpy as np

from ..rule import register
from .indexing import SCATTER, add_at, grid, numbers


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
    places = numbers(grid(index, dim), x.shape)
    add_at(out, places, _used(src, index))
    return out, (places, np.shape(src))


def scatter_add_backward(dout, cache):
    places, shape = cache
    return dout, _spread(np.take(dout, places), shape)


def index_add_forward(x, source, *, dim, index, alpha=1):
    """x with ``source`` slice i, times alpha, added to slice index[i] along ``dim``."""
    out = x.copy(order="C")
    positions = list(np.indices(source.shape, sparse=True))
    positions[dim] = index.reshape(positions[dim].shape)
    add_at(out, numbers(positions, x.shape), source if alpha == 1 else source * x.dtype.type(alpha))
    return out, (dim, index, alpha)


def index_add_backward(dout, cache):
    dim, index, alpha = cache
    dsource = np.take(dout, index, axis=dim)
    return dout, dsource if alpha == 1 else dsource * dout.dtype.type(alpha)


def scatter_extreme_forward(x, src, *, dim, index, largest=True, include_self=True):
    """The largest (or smallest) of what arrives at each place; with x's own unless told not."""
    out, places = x.copy(order="C"), grid(index, dim)
    if not include_self:
        out[places] = _least(x.dtype) if largest else _greatest(x.dtype)
    flat = np.ravel_multi_index(places, x.shape)
    extreme = np.maximum if largest else np.minimum
    extreme.at(out.reshape(-1), flat.reshape(-1), _used(src, index).reshape(-1))
    kept, won = x == out, _used(src, index) == out[places]
    return out, (dim, index, np.shape(src), kept, won, include_self)


def scatter_extreme_backward(dout, cache):
    dim, index, shape, kept, won, include_self = cache
    places = grid(index, dim)
    ties = kept.astype(dout.dtype)  # they share the gradient; as in PyTorch, x is always counted
    add_at(ties, np.ravel_multi_index(places, kept.shape), won.astype(dout.dtype))
    share = dout / np.maximum(ties, 1)
    dx = share * kept
    if not include_self:
        dx[places] = 0
    return dx, _spread(share[places] * won, shape)


def _used(src, index):
    """The part of ``src`` that ``index`` speaks of."""
    return src[tuple(slice(n) for n in index.shape)] if isinstance(src, np.ndarray) else src


def _least(kind):
    return -np.inf if kind.kind == "f" else np.iinfo(kind).min


def _greatest(kind):
    return np.inf if kind.kind == "f" else np.iinfo(kind).max


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
scatter_extreme = register(
    "scatter_extreme",
    scatter_extreme_forward,
    scatter_extreme_backward,
    torch="scatter_reduce",
    source="the slope of a maximum is that of its largest argument; ties share it",
)
