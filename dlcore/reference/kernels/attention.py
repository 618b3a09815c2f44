"""Scaled dot-product attention: every query takes a weighted mean of the values.

The weights are a softmax over the keys of the scores <query, key> * scale. Letters beside the
glossary's: T queries, S keys, D features of a query and a key, E features of a value; all axes
before these (batch, heads) are equal in all three.

With p the weights of one query, out = sum_s p_s v_s. The chain rule back through the softmax takes
sum_s p_s dp_s off dp, and since dp_s = <dout, v_s>, that sum is <dout, out>: E products, not S.
"""

import math

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast


def attention_forward(q, k, v, mask=None, *, is_causal=False, scale=None, keep=None):
    """q (..., T, D), k (..., S, D), v (..., S, E) -> (..., T, E).

    mask: broadcasts to (..., T, S); bool, True where a query may look, or floats to add to the
    scores. is_causal: query t looks at the keys 0 to t. keep (..., T, S): what dropout multiplies
    the weights with.
    """
    scale = q.dtype.type(1 / math.sqrt(max(q.shape[-1], 1)) if scale is None else scale)
    bias = score_bias(mask, is_causal, q, k)
    out = np.empty_like(q, shape=(*q.shape[:-1], v.shape[-1]))  # axes in q's order in memory
    tiles = cut((*q.shape[:-1], k.shape[-2]), is_causal)
    weights = []
    for queries, keys, both in tiles:
        scores = (q[queries] * scale) @ k[keys].mT
        if bias is not None:
            scores += bias[both]
        p = softmax_of_rows(scores)
        np.matmul(p if keep is None else p * keep[both], v[keys], out=out[queries])
        weights.append(p)
    return out, (q, k, v, tiles, weights, keep, out, scale, mask is not None and mask.shape)


def attention_backward(dout, cache, needs=(True, True, True, True)):
    """dout (..., T, E) -> dq, dk, dv, and dmask if there is a mask that wants one."""
    q, k, v, tiles, weights, keep, out, scale, mask_shape = cache
    dq, dk, dv = np.empty_like(q), np.zeros_like(k), np.zeros_like(v)
    masked = mask_shape is not False
    dscores = np.zeros((*q.shape[:-1], k.shape[-2]), q.dtype) if masked and needs[3] else None
    for (queries, keys, both), p in zip(tiles, weights, strict=True):
        d = dout[queries]
        dv[keys] += (p if keep is None else p * keep[both]).mT @ d
        ds = d @ v[keys].mT
        if keep is not None:
            ds *= keep[both]
        ds -= np.vecdot(d, out[queries])[..., None]
        ds *= p
        np.matmul(ds, k[keys], out=dq[queries])
        dk[keys] += ds.mT @ q[queries]
        if dscores is not None:
            dscores[both] = ds
    dq *= scale
    dk *= scale
    if not masked:
        return dq, dk, dv
    return dq, dk, dv, unbroadcast(dscores, mask_shape) if needs[3] else None


def score_bias(mask, is_causal, q, k):
    """What is added to the scores (..., T, S): 0 where a query may look, else -inf; or None."""
    T, S = q.shape[-2], k.shape[-2]
    if is_causal:
        mask = np.tri(T, S, dtype=bool)
    if mask is None:
        return None
    if mask.dtype == bool:
        mask = np.where(mask, q.dtype.type(0), q.dtype.type(-np.inf))
    return np.broadcast_to(mask, (*q.shape[:-1], S))


@np.errstate(over="ignore", invalid="ignore")
def softmax_of_rows(x):
    """Softmax over the last axis. A row that is -inf throughout becomes 0, as in PyTorch.

    What is taken off a row before exp does not matter, unless exp leaves the range of its numbers.
    Scores are seldom that large, and to find the peak of every row costs more than all the rest; so
    it is done only if a sum of exp shows that it must.
    """
    if not x.size:
        return x
    ones = np.ones(x.shape[-1], x.dtype)  # a product with them is the fastest sum of rows
    out = np.exp(x)
    total = out @ ones
    least = np.finfo(x.dtype).tiny ** 0.5
    if not least < total.min() <= total.max() < 1 / least:
        peak = x.max(axis=-1, keepdims=True)
        out = np.exp(x - np.where(np.isneginf(peak), 0, peak))
        total = out @ ones
        total[total == 0] = 1
    out *= (1 / total)[..., None]
    return out


SCORES = 1 << 16  # numbers in a tile: 256 KB of float32, a quarter of a core's second cache
BAND = 64  # queries in a tile of causal attention


def cut(shape, is_causal):
    """The scores (..., T, S) in tiles: a list of the indices of their queries, keys, and scores.

    A tile is a few sequences, so that what is computed for it is still in the cache when the next
    step needs it. With is_causal it is also a band of queries and no more than the keys that these
    may look at, which leaves out nearly half of the work.
    """
    *batch, T, S = shape
    bands = [(slice(None), slice(None))]
    if is_causal:
        bands = [(slice(t, t + BAND), slice(0, min(t + BAND, S))) for t in range(0, T, BAND)]
    size = min(T, BAND) * S if is_causal else T * S
    tiles = []
    for rows, columns in bands:
        for part in parts(batch, size):
            queries, keys = (*part, ..., rows, slice(None)), (*part, ..., columns, slice(None))
            tiles.append((queries, keys, (*part, ..., rows, columns)))
    return tiles


def parts(batch, size):
    """Indices into the axes ``batch``, each of about SCORES / size of their elements."""
    if not batch:
        return [()]
    lead = 0  # the axis to be cut; those before it are taken one by one
    while lead < len(batch) - 1 and math.prod(batch[lead + 1 :]) * size > SCORES:
        lead += 1
    each = max(1, SCORES // max(1, math.prod(batch[lead + 1 :]) * size))
    return [
        (*before, slice(start, start + each))
        for before in np.ndindex(*batch[:lead])
        for start in range(0, batch[lead], each)
    ]


scaled_dot_product_attention = register(
    "scaled_dot_product_attention",
    attention_forward,
    attention_backward,
    torch="nn.functional.scaled_dot_product_attention",
    source="Vaswani et al. 2017, NIPS 30, arXiv:1706.03762, equation 1",
)
