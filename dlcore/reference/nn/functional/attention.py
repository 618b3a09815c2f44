"""Scaled dot-product attention."""

import numpy as np

from ... import dtypes
from ...functions.create import rand
from ...functions.layout import expand, reshape, unsqueeze
from ...functions.pointwise import cast
from ...kernels import attention as kernels
from ...tape import apply
from .checks import floats

NAME = "scaled_dot_product_attention"


def scaled_dot_product_attention(
    query,
    key,
    value,
    attn_mask=None,
    dropout_p=0.0,
    is_causal=False,
    *,
    scale=None,
    enable_gqa=False,
):
    """softmax(query @ key^T * scale + mask) @ value, for every query a weighted mean of values.

    query (..., T, D), key (..., S, D), value (..., S, E) -> (..., T, E); the axes before these
    broadcast. attn_mask, which broadcasts to (..., T, S): bool, True where a query may look, or
    floats, which are added to the scores. A query that may look nowhere receives 0. is_causal:
    query t looks at the keys 0 to t. dropout_p: the probability with which a weight is dropped,
    always; pass 0 outside training. scale: 1 / sqrt(D) by default. enable_gqa: each head of key and
    value (axis -3) serves several heads of the query.
    RuntimeError: shapes or dtypes that do not go together, or a mask together with is_causal.
    Source: Vaswani et al. 2017, arXiv:1706.03762, equation 1; grouped heads: Ainslie et al. 2023,
    arXiv:2305.13245.
    """
    _check(query, key, value)
    if is_causal and attn_mask is not None:
        raise RuntimeError(
            f"{NAME}: Explicit attn_mask should not be set when is_causal=True; give one of them"
        )
    if not 0 <= dropout_p <= 1:
        raise RuntimeError(
            f"{NAME}: dropout probability has to be between 0 and 1, but got {dropout_p}"
        )
    if enable_gqa:
        key, value = (_repeat_heads(x, query) for x in (key, value))
    query, key, value = _same_batch(query, key, value)
    shape = (*query._array.shape[:-1], key._array.shape[-2])
    keep = None
    if dropout_p:
        keep = (rand(*shape, dtype=query.dtype)._array >= dropout_p).astype(query._array.dtype)
        keep /= (1 - dropout_p) or 1
    masks = [] if attn_mask is None else [_mask(attn_mask, query, shape)]
    return apply(
        kernels.scaled_dot_product_attention,
        query,
        key,
        value,
        *masks,
        is_causal=is_causal,
        scale=scale,
        keep=keep,
    )


def _check(query, key, value):
    """RuntimeError unless the last two axes and the dtypes fit."""
    for x in (query, key, value):
        floats(NAME, x)
    q, k, v = query._array, key._array, value._array
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise RuntimeError(
            f"{NAME}: query, key and value must be at least 2 dimensional, (..., length, "
            f"features); received {q.shape}, {k.shape} and {v.shape}"
        )
    if not q.dtype == k.dtype == v.dtype:
        raise RuntimeError(
            f"{NAME}: query, key and value must have the same dtype, received {query.dtype}, "
            f"{key.dtype} and {value.dtype}"
        )
    if q.shape[-1] != k.shape[-1]:
        raise RuntimeError(
            f"{NAME}: query and key must have the same number of features (last axis), received "
            f"{q.shape[-1]} and {k.shape[-1]}"
        )
    if k.shape[-2] != v.shape[-2]:
        raise RuntimeError(
            f"{NAME}: there must be one value for each key (axis -2), received {k.shape[-2]} keys "
            f"and {v.shape[-2]} values"
        )


def _repeat_heads(x, query):
    """x (..., G, S, D) -> (..., heads of the query, S, D): each head stands heads / G times."""
    before = x._array.shape
    if len(before) < 3 or query._array.ndim < 3 or query._array.shape[-3] % max(before[-3], 1):
        raise RuntimeError(
            f"{NAME}: with enable_gqa the heads of key and value (axis -3) must divide those of "
            f"the query, received {before} for a query {query._array.shape}"
        )
    times = query._array.shape[-3] // max(before[-3], 1)
    if times == 1:
        return x
    copies = expand(unsqueeze(x, -3), *before[:-2], times, *before[-2:])
    return reshape(copies, (*before[:-3], query._array.shape[-3], *before[-2:]))


def _same_batch(*tensors):
    """All axes but the last two broadcast to one shape."""
    batches = {x._array.shape[:-2] for x in tensors}
    if len(batches) == 1:
        return tensors
    try:
        batch = np.broadcast_shapes(*batches)
    except ValueError as error:
        raise RuntimeError(
            f"{NAME}: the axes before the last two must broadcast, received "
            + ", ".join(str(x._array.shape) for x in tensors)
        ) from error
    return [expand(x, *batch, *x._array.shape[-2:]) for x in tensors]


def _mask(mask, query, shape):
    """The mask as the rule takes it; RuntimeError unless it broadcasts to (..., T, S)."""
    kind = mask._array.dtype
    if kind not in (dtypes.BOOL, dtypes.FLOAT32, query._array.dtype):
        raise RuntimeError(
            f"{NAME}: Expected attn_mask dtype to be bool or float or to match query dtype, "
            f"received {mask.dtype} for a query of {query.dtype}; a bool mask is True where a "
            "query may look"
        )
    try:
        fits = np.broadcast_shapes(mask._array.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(
            f"{NAME}: attn_mask must broadcast to (..., queries, keys) = {shape}, received "
            f"{mask._array.shape}"
        )
    return mask if kind == dtypes.BOOL else cast(mask, query._array.dtype)
