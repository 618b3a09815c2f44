"""Sorting and what follows from it: the largest k, medians, quantiles. Gradients go where a value
came from.
"""

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from . import layout
from .layout import axis
from .pointwise import operand, refused, where
from .returns import CumulativeMax, CumulativeMin, KthValue, Median, Mode, Sorted, TopK


def _order(input, dim, descending):
    """The indices that sort along ``dim``; equal elements stay in order, nan is the largest."""
    x = input._array
    if not x.ndim:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    # Sorted upwards from the end, and read from the end: equal elements are in order again.
    order = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
    return x.shape[dim] - 1 - np.flip(order, dim)


def _picked(input, dim, indices, kind):
    """values and indices; the gradient of a value goes to the element it was."""
    indices = Tensor._wrap(np.asarray(indices, order="C"))
    if not input._array.ndim:
        return kind(layout.clone(input), indices)
    return kind(layout.gather(input, dim, indices), indices)


def sort(input, dim=-1, descending=False, stable=False):
    """(values, indices) in rising order along ``dim``; equal elements keep their order."""
    dim = axis(input, dim)
    return _picked(input, dim, _order(input, dim, descending), Sorted)


def argsort(input, dim=-1, descending=False, stable=False):
    """The indices that sort along ``dim``; equal elements keep their order."""
    return Tensor._wrap(np.asarray(_order(input, axis(input, dim), descending), order="C"))


def topk(input, k, dim=-1, largest=True, sorted=True):
    """(values, indices) of the ``k`` largest, or smallest, along ``dim``; they come sorted."""
    dim, size = axis(input, dim), (input._array.shape or (1,))[axis(input, dim)]
    if not 0 <= k <= size:
        raise RuntimeError(f"topk: k = {k} is not in range for axis {dim} of size {size}")
    if not input._array.ndim:
        return _picked(input, dim, np.zeros((), np.int64), TopK)
    return _picked(input, dim, _extreme_places(input._array, k, dim, largest), TopK)


def _extreme_places(x, k, dim, largest):
    """The places of the k largest or smallest, in order, the first of equal ones first.

    Sorting a row of V elements for the best 10 costs 20 times what cutting them off costs.
    """
    size = x.shape[dim]
    if not 0 < k < size:
        order = _order(Tensor._wrap(x), dim, descending=largest)
        return np.take(order, range(k), axis=dim)
    kth = size - k if largest else k - 1
    cut = np.argpartition(x, kth, axis=dim)
    found = np.take(cut, range(kth, size) if largest else range(k), axis=dim)
    found = np.sort(found, axis=dim)
    order = _order(Tensor._wrap(np.take_along_axis(x, found, dim)), dim, descending=largest)
    return np.take_along_axis(found, order, dim)


def kthvalue(input, k, dim=-1, keepdim=False):
    """(values, indices) of the ``k``-th smallest along ``dim``, counted from 1."""
    dim, size = axis(input, dim), (input._array.shape or (1,))[axis(input, dim)]
    if not 1 <= k <= size:
        raise RuntimeError(f"kthvalue(): selected number k = {k} out of range for size {size}")
    return _kept(_picked(input, dim, _kth(input, k, dim), KthValue), dim, keepdim)


def _kth(input, k, dim):
    order = _order(input, dim, False)
    return np.take(order, [k - 1], axis=dim) if order.ndim else order


def _kept(result, dim, keepdim):
    if keepdim or not result.values.ndim:
        return result
    return type(result)(*(layout.squeeze(x, dim) for x in result))


def median(input, dim=None, keepdim=False):
    """The median of all, or (values, indices) along ``dim``: of two in the middle the smaller."""
    if input._array.dtype == dtypes.BOOL:
        raise refused("median", dtypes.BOOL)
    if dim is None:
        flat = layout.reshape(input, -1)
        if not flat.numel():
            return Tensor._wrap(np.asarray(np.nan, input._array.dtype))
        return median(flat, 0).values
    dim, size = axis(input, dim), (input._array.shape or (1,))[axis(input, dim)]
    if not size:
        raise IndexError(f"median(): Expected reduction dim {dim} to have non-zero size.")
    places = _kth(input, (size + 1) // 2, dim)
    if input._array.dtype.kind == "f" and places.ndim:
        isnan = np.isnan(input._array)
        first = np.argmax(isnan, axis=dim, keepdims=True)
        places = np.where(isnan.any(axis=dim, keepdims=True), first, places)
    return _kept(_picked(input, dim, places, Median), dim, keepdim)


def mode(input, dim=-1, keepdim=False):
    """(values, indices) of the commonest along ``dim``: the smallest of several, its last place."""
    dim = axis(input, dim)
    if not input._array.ndim:
        return _picked(input, dim, np.zeros((), np.int64), Mode)
    rows = np.moveaxis(input._array, dim, -1)
    places = np.empty(rows.shape[:-1], np.int64)
    for place in np.ndindex(places.shape):
        values, counts = np.unique(rows[place], return_counts=True)
        places[place] = np.flatnonzero(rows[place] == values[np.argmax(counts)])[-1]
    return _kept(_picked(input, dim, np.expand_dims(places, dim), Mode), dim, keepdim)


def quantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
    """The value below which a share ``q`` of the elements lies; several q make a first axis.

    interpolation between the two nearest: linear, lower, higher, midpoint or nearest.
    """
    if input._array.dtype.kind != "f":
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    shares = np.asarray(operand(q), np.float64)
    if shares.size and not (shares.min() >= 0 and shares.max() <= 1):
        raise RuntimeError(f"quantile() q values must be in the range [0, 1], received {q}")
    whole = dim is None
    source = layout.reshape(input, -1) if whole else layout.movedim(input, dim, -1)
    values = sort(source).values
    count = values._array.shape[-1]
    if not count:
        raise RuntimeError("quantile() input tensor must be non-empty")
    position = shares * (count - 1)
    below, above = np.floor(position), np.ceil(position)
    chosen = {"lower": below, "higher": above, "nearest": np.round(position)}.get(interpolation)
    weight = {"linear": position - below, "midpoint": 0.5 * (above > below)}.get(interpolation)
    if chosen is None and weight is None:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, "
            f"but got {interpolation!r}"
        )
    if chosen is not None:
        result = _at(values, chosen)
    else:
        low, high = _at(values, below), _at(values, above)
        with np.errstate(invalid="ignore"):  # between infinities lies nan, as in PyTorch
            result = low + (high - low) * Tensor._wrap(weight.astype(input._array.dtype))
    unknown = np.isnan(values._array[..., -1:])  # they come last, and make all nan
    if unknown.any():
        result = where(Tensor._wrap(unknown if shares.ndim else unknown[..., 0]), np.nan, result)
    if shares.ndim:
        result = layout.movedim(result, -1, 0)
    if keepdim:
        lead = shares.shape
        kept = [1] * input.ndim if whole else _with_one(input, axis(input, dim))
        result = layout.reshape(result, (*lead, *kept))
    return result


def _at(values, places):
    return values[..., Tensor._wrap(np.asarray(places).astype(np.int64))]


def _with_one(input, dim):
    return [1 if i == dim else n for i, n in enumerate(input._array.shape)]


def _cumulative(name, kind, accumulate, better):
    def function(input, dim):
        dim, x = axis(input, dim), input._array
        if not x.ndim:
            return _picked(input, dim, np.zeros((), np.int64), kind)
        best = np.moveaxis(accumulate(x, axis=dim), dim, 0)
        rows, places = np.moveaxis(x, dim, 0), np.zeros(best.shape, np.int64)
        for i in range(1, len(rows)):  # the last of equal ones, as in PyTorch
            places[i] = np.where(better(rows[i], best[i]), i, places[i - 1])
        return _picked(input, dim, np.moveaxis(places, 0, dim), kind)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"(values, indices) of the running {accumulate.__self__.__name__} along ``dim``."
    )
    return function


def _reached(x, best):
    return (x == best) | np.not_equal(x, x)


cummax = _cumulative("cummax", CumulativeMax, np.maximum.accumulate, _reached)
cummin = _cumulative("cummin", CumulativeMin, np.minimum.accumulate, _reached)


def searchsorted(sorted_sequence, input, *, out_int32=False, right=False):
    """Where each value would stand in a sorted sequence: before equal ones, or after (right)."""
    x, boundaries = np.asarray(operand(input)), sorted_sequence._array
    if x.dtype == boundaries.dtype == dtypes.BOOL:
        raise refused("searchsorted", dtypes.BOOL)
    side, kind = "right" if right else "left", np.int32 if out_int32 else np.int64
    if boundaries.ndim == 1:
        return Tensor._wrap(np.asarray(np.searchsorted(boundaries, x, side), kind))
    if boundaries.shape[:-1] != x.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 "
            f"dimensions must match, but we got {list(boundaries.shape)} and {list(x.shape)}"
        )
    out = np.empty(x.shape, kind)
    for place in np.ndindex(x.shape[:-1]):
        out[place] = np.searchsorted(boundaries[place], x[place], side)
    return Tensor._wrap(out)


def bucketize(input, boundaries, *, out_int32=False, right=False):
    """The number of the interval between sorted ``boundaries`` in which each value lies."""
    if boundaries.ndim != 1:
        raise RuntimeError(f"bucketize: boundaries must be a vector, got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The distinct elements, or slices along ``dim``, in rising order.

    With return_inverse, also for every element the place of its value; with return_counts, also
    how often each occurs.
    """
    if not isinstance(sorted, bool):
        raise TypeError(f"unique: argument 'sorted' must be bool, not {type(sorted).__name__}")
    dim = None if dim is None else axis(input, dim)
    values, inverse, counts = np.unique(
        input._array, return_inverse=True, return_counts=True, axis=dim
    )
    inverse = inverse.reshape(input._array.shape if dim is None else -1)
    found = [values] + [inverse] * return_inverse + [counts] * return_counts
    tensors = tuple(Tensor._wrap(np.asarray(a)) for a in found)
    return tensors if len(tensors) > 1 else tensors[0]


def bincount(input, weights=None, minlength=0):
    """How often each integer from 0 on occurs, or the sum of its weights."""
    x = input._array
    if x.ndim != 1 or x.dtype.kind == "f" or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if weights is None:
        return Tensor._wrap(np.bincount(x, minlength=minlength).astype(np.int64))
    if weights._array.shape != x.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    kind = np.float32 if weights._array.dtype == np.float32 else np.float64
    return Tensor._wrap(np.bincount(x, weights._array, minlength).astype(kind))


def histc(input, bins=100, min=0, max=0):
    """How many elements lie in each of ``bins`` equal intervals; of all of them if min == max."""
    x = input._array
    if x.dtype.kind != "f":
        raise refused("histc", x.dtype)
    if min == max and x.size:
        min, max = float(x.min()), float(x.max())
        if min == max:
            min, max = min - 1, max + 1
    counts, _ = np.histogram(x, bins, (min, max))
    return Tensor._wrap(counts.astype(x.dtype))


def msort(input):
    """Sorted along the first axis."""
    return sort(input, 0).values
