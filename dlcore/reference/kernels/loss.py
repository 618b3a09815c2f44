"""Losses. Each pair ends in ``reduction``: "mean", "sum" or "none" over the per-element losses."""

import numpy as np

from ..rule import register
from .activation import log_softmax_forward, logistic


def reduce(losses, reduction):
    if reduction == "none":
        return losses
    total = losses.sum()
    if reduction == "mean":
        with np.errstate(invalid="ignore"):  # the mean of nothing is nan, quietly, as in PyTorch
            total /= losses.dtype.type(losses.size)
    return total


def spread(dout, count, reduction):
    """The factor with which each of ``count`` losses enters the result, times ``dout``."""
    if reduction != "mean":
        return dout
    return dout / dout.dtype.type(count) if count else dout * 0  # nothing counts, nothing flows


def mse_loss_forward(input, target, *, reduction="mean"):
    """(input - target)^2, arrays of one shape."""
    error = input - target
    return reduce(error * error, reduction), (error, reduction)


def mse_loss_backward(dout, cache):
    error, reduction = cache
    dinput = spread(dout, error.size, reduction) * 2 * error
    return dinput, -dinput


def l1_loss_forward(input, target, *, reduction="mean"):
    """|input - target|, arrays of one shape."""
    error = input - target
    return reduce(np.abs(error), reduction), (error, reduction)


def l1_loss_backward(dout, cache):
    error, reduction = cache
    dinput = spread(dout, error.size, reduction) * np.sign(error)
    return dinput, -dinput


def bce_with_logits_forward(input, target, *, reduction="mean"):
    """-log of the probability of ``target`` in [0, 1] under sigmoid(input), arrays of one shape.

    From log(1 + e^x) - x y, written so that e^x never overflows.
    """
    losses = np.maximum(input, 0) - input * target + np.log1p(np.exp(-np.abs(input)))
    return reduce(losses, reduction), (input, target, reduction)


def bce_with_logits_backward(dout, cache):
    input, target, reduction = cache
    scale = spread(dout, input.size, reduction)
    return scale * (logistic(input) - target), -scale * input


def nll_loss_forward(log_p, target, *, weight=None, reduction="mean", ignore_index=-100):
    """-log_p[n, target[n]], times weight[target[n]]: log_p (N, K), target (N,) integers, weight
    (K,) or None. The mean is that of the weights.
    """
    rows, counted = np.arange(len(target)), target != ignore_index
    column = np.where(counted, target, 0)
    losses = np.where(counted, -log_p[rows, column], 0).astype(log_p.dtype)
    if weight is not None:
        counted = np.where(counted, weight[column], 0).astype(log_p.dtype)
        losses *= counted
    count = counted.sum()
    cache = (log_p.shape, rows, column, counted, count, reduction)
    if reduction == "mean":
        with np.errstate(invalid="ignore"):  # nothing counted: 0 / 0 is nan, as in PyTorch
            return losses.sum() / log_p.dtype.type(count), cache
    return reduce(losses, reduction), cache


def nll_loss_backward(dout, cache):
    shape, rows, column, counted, count, reduction = cache
    dlog_p = np.zeros(shape, dout.dtype)
    dlog_p[rows, column] = -spread(dout, count, reduction) * counted
    return dlog_p, None


def cross_entropy_forward(input, target, *, reduction="mean", ignore_index=-100):
    """-log softmax(input)[n, target[n]]: logits (N, K), target (N,) integers."""
    log_p, _ = log_softmax_forward(input, dim=1)
    out, cache = nll_loss_forward(log_p, target, reduction=reduction, ignore_index=ignore_index)
    return out, (log_p, *cache)


def cross_entropy_backward(dout, cache):
    log_p, _, rows, column, counted, count, reduction = cache
    # Softmax and logarithm cancel: what is left is probability minus one-hot target.
    dinput = np.exp(log_p)
    dinput[rows, column] -= 1
    scale = spread(dout, count, reduction) * counted
    dinput *= scale[:, None]
    return dinput, None


mse_loss = register(
    "mse_loss",
    mse_loss_forward,
    mse_loss_backward,
    torch="nn.functional.mse_loss",
    source="Gauss 1809, Theoria motus",
)
l1_loss = register(
    "l1_loss",
    l1_loss_forward,
    l1_loss_backward,
    torch="nn.functional.l1_loss",
    source="Laplace 1774; the subgradient 0 at 0",
)
bce_with_logits = register(
    "bce_with_logits",
    bce_with_logits_forward,
    bce_with_logits_backward,
    torch="nn.functional.binary_cross_entropy_with_logits",
    source="Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2",
)
nll_loss = register(
    "nll_loss",
    nll_loss_forward,
    nll_loss_backward,
    torch="nn.functional.nll_loss",
    source="Bishop 2006, section 4.3.4",
)
cross_entropy = register(
    "cross_entropy",
    cross_entropy_forward,
    cross_entropy_backward,
    torch="nn.functional.cross_entropy",
    source="Bishop 2006, equation 4.109",
)
