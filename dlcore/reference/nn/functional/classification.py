"""Losses of one class out of many."""

import math

from ... import dtypes
from ...functions.create import arange
from ...functions.masking import where
from ...kernels import loss as kernels
from ...tape import apply
from .activation import log_softmax
from .checks import floats, one_dtype, tensors
from .reduction import check, legacy, reduced

ALLOWED = (dtypes.INT64, dtypes.uint8.numpy)  # the types of class numbers


def _classes(name, input, target, weight, ignore_index):
    """Check scores (N, K, ...), or (K,), against class numbers (N, ...), or one number."""
    x, y = input._array, target._array
    classes = x.shape[1] if x.ndim > 1 else x.shape[0] if x.ndim else 0
    fits = (x.shape[:1] + x.shape[2:],) if x.ndim > 1 else ((), (1,))
    if not x.ndim or y.shape not in fits:
        raise _misfit(name, x, y)
    if y.dtype not in ALLOWED:
        raise RuntimeError(
            f"{name}: the target must hold class numbers (int64), received {target.dtype}; use "
            ".long()"
        )
    if weight is not None:
        if weight._array.shape != (classes,):
            raise RuntimeError(
                f"{name}: weight should have one number for each of the {classes} classes, "
                f"received shape {tuple(weight.shape)}"
            )
        one_dtype(name, input, weight=weight)
    if y.size and not 0 <= y.min() <= y.max() < classes:  # seldom: so the masks are made here
        wrong = (y != ignore_index) & ((y < 0) | (y >= classes))
        if wrong.any():
            raise IndexError(
                f"{name}: target {y[wrong].flat[0]} is out of bounds for {classes} classes"
            )


def _misfit(name, x, y):
    """The error for shapes of scores and targets that do not belong together, of torch's type."""
    text = (
        f"{name}: expected input (N, K, ...) and target (N, ...) of class numbers, or (K,) and one "
        f"number, received {x.shape} and {y.shape}"
    )
    same_batch = x.ndim > 1 and y.ndim and x.shape[0] == y.shape[0]
    return RuntimeError(text) if same_batch else ValueError(text)


def _rows(input):
    """Scores (N, K, d1, ...) or (K,) as a matrix with K columns."""
    if input.ndim == 1:
        return input.unsqueeze(0)
    if input.ndim == 2:
        return input
    return input.permute(0, *range(2, input.ndim), 1).reshape(-1, input._array.shape[1])


def _by_rows(rule, input, target, reduction, **options):
    """A rule for (N, K) on scores of any of the shapes."""
    y = target._array
    if input.ndim == 2:
        return apply(rule, input, y, reduction=reduction, **options)
    losses = apply(rule, _rows(input), y.reshape(-1), reduction=reduction, **options)
    return losses.reshape(_single(input, target)) if reduction == "none" else losses


def _single(input, target):
    """The shape of the losses: the target's, and none for the scores of one example."""
    return target._array.shape if input.ndim > 1 else ()


def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    """-input[n, target[n]]: log-probabilities (N, K, ...), class numbers (N, ...).

    weight: a factor for each class; the mean is that of the weights. ignore_index: a class number
    that does not count. IndexError for other numbers outside 0 .. K - 1.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("nll_loss", reduction)
    tensors("nll_loss", input, target)
    _classes("nll_loss", floats("nll_loss", input), target, weight, ignore_index)
    weight = None if weight is None else weight._array
    return _by_rows(
        kernels.nll_loss, input, target, reduction, ignore_index=ignore_index, weight=weight
    )


def cross_entropy(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    """-log softmax(input)[n, target[n]]: logits (N, K, ...), class numbers (N, ...).

    target may hold probabilities instead, of the input's shape and dtype. weight: a factor for
    each class; the mean over class numbers is that of the weights. ignore_index: a class number
    that does not count. label_smoothing: this share of each target goes to all classes evenly.
    Raises IndexError for class numbers outside 0 .. K - 1, ValueError or RuntimeError for shapes
    that do not belong together.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("cross_entropy", reduction)
    tensors("cross_entropy", input, target)
    floats("cross_entropy", input)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(
            f"cross_entropy: label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}"
        )
    if target.is_floating_point() and target._array.shape == input._array.shape:
        return _probabilities(input, target, weight, ignore_index, reduction, label_smoothing)
    _classes("cross_entropy", input, target, weight, ignore_index)
    if weight is None and not label_smoothing:
        return _by_rows(kernels.cross_entropy, input, target, reduction, ignore_index=ignore_index)

    log_p = log_softmax(_rows(input), dim=1)
    flat = target.reshape(-1)
    options = {"ignore_index": ignore_index, "weight": weight}
    hard = nll_loss(log_p, flat, reduction="none", **options)
    counted = (flat != ignore_index).to(input.dtype)
    soft = -(log_p if weight is None else log_p * weight).sum(1) * counted
    losses = (1 - label_smoothing) * hard + label_smoothing / log_p._array.shape[1] * soft
    if reduction == "mean":
        share = counted
        if weight is not None:
            share = counted * weight[where(flat == ignore_index, 0, flat)]
        return losses.sum() / share.sum()
    return losses.sum() if reduction == "sum" else losses.reshape(_single(input, target))


def _probabilities(input, target, weight, ignore_index, reduction, label_smoothing):
    """Cross-entropy with a whole distribution as target of each example."""
    if ignore_index >= 0:
        raise RuntimeError("cross_entropy: ignore_index is not supported for floating point target")
    one_dtype("cross_entropy", input, target=target, weight=weight)
    axis = 1 if input.ndim > 1 else 0
    classes = input._array.shape[axis]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        target = target * weight.reshape(-1, *[1] * (input.ndim - axis - 1))
    losses = -(target * log_softmax(input, dim=axis)).sum(axis)
    return reduced(losses, reduction)


def multi_margin_loss(
    input,
    target,
    p=1,
    margin=1.0,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    """How far other classes come within ``margin`` of the right one, summed and divided by K.

    input (N, K) or (K,), target (N,) or one number; p: 1, or 2 for squares; weight (K,).
    Source: Crammer, Singer 2001, JMLR 2, 265-292.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("multi_margin_loss", reduction)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: only p == 1 and p == 2 supported, received {p}")
    tensors("multi_margin_loss", input, target)
    rows, flat = _rows(input), target.reshape(-1)
    try:
        _classes("multi_margin_loss", rows, flat, weight, ignore_index=-math.inf)
    except (IndexError, ValueError) as error:
        raise RuntimeError(str(error)) from error  # torch's type
    right = rows.gather(1, flat.unsqueeze(1))
    gaps = (margin - right + rows).clamp(min=0)
    others = arange(rows._array.shape[1]).unsqueeze(0) != flat.unsqueeze(1)
    gaps = (gaps * gaps if p == 2 else gaps) * others
    if weight is not None:
        gaps = gaps * weight[flat].unsqueeze(1)
    losses = gaps.sum(1) / rows._array.shape[1]
    return reduced(losses.reshape(target.shape), reduction)
