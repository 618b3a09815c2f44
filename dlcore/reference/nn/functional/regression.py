"""Losses between numbers and numbers."""

import math

from ...kernels import likelihood, loss
from ...tape import apply
from ...tensor import Tensor
from .reduction import check, legacy, paired, promoted, reduced


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """The mean of (input - target)^2. UserWarning where the shapes differ and broadcast."""
    reduction = legacy(size_average, reduce, reduction)
    check("mse_loss", reduction)
    return apply(loss.mse_loss, *paired("mse_loss", input, target), reduction=reduction)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """The mean of |input - target|. UserWarning where the shapes differ and broadcast."""
    reduction = legacy(size_average, reduce, reduction)
    check("l1_loss", reduction)
    return apply(loss.l1_loss, *paired("l1_loss", input, target), reduction=reduction)


def huber_loss(input, target, reduction="mean", delta=1.0):
    """error^2 / 2 up to delta, delta (|error| - delta / 2) beyond. UserWarning as in mse_loss."""
    check("huber_loss", reduction)
    if delta <= 0:
        raise RuntimeError(
            f"huber_loss does not support non-positive values for delta, received {delta}"
        )
    pair = paired("huber_loss", input, target)
    return apply(likelihood.huber_loss, *pair, reduction=reduction, delta=delta)


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """error^2 / (2 beta) up to beta, |error| - beta / 2 beyond. UserWarning as in mse_loss.

    Source: Girshick 2015, ICCV, arXiv:1504.08083.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("smooth_l1_loss", reduction)
    if beta < 0:
        raise RuntimeError(
            f"smooth_l1_loss does not support negative values for beta, received {beta}"
        )
    pair = paired("smooth_l1_loss", input, target)
    if beta == 0:
        return apply(loss.l1_loss, *pair, reduction=reduction)
    return apply(likelihood.huber_loss, *pair, reduction=reduction, delta=beta) / beta


def poisson_nll_loss(
    input,
    target,
    log_input=True,
    full=False,
    size_average=None,
    eps=1e-8,
    reduce=None,
    reduction="mean",
):
    """-log p(target) for counts of a Poisson distribution, without the term log(target!).

    input: the logarithm of the rate, or the rate itself if not log_input (then eps keeps its
    logarithm finite). full: add Stirling's approximation of log(target!) where target > 1.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("poisson_nll_loss", reduction)
    input, target = promoted("poisson_nll_loss", input, target)
    if log_input:
        losses = input.exp() - target * input
    else:
        losses = input - target * (input + eps).log()
    if full:
        above = target.clamp(min=1)
        stirling = above * above.log() - above + 0.5 * (2 * math.pi * above).log()
        losses = losses + stirling * (target > 1)
    return reduced(losses, reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """-log p(target) for a normal distribution of mean ``input`` and variance ``var``.

    var: the input's shape, or one variance for the last axis (that axis missing, or 1), or a
    number; at least eps, a floor through which gradients pass. full: add log(2 pi) / 2.
    Source: Nix, Weigend 1994, ICNN 1, 55-60.
    """
    check("gaussian_nll_loss", reduction)
    input, target = promoted("gaussian_nll_loss", input, target)
    if not isinstance(var, Tensor):
        var = input.detach() * 0 + var
    if (var._array < 0).any():
        raise ValueError("gaussian_nll_loss: var has negative entry/entries")
    shape, own = input._array.shape, var._array.shape
    if own != shape:
        if own == shape[:-1]:
            var = var.unsqueeze(-1)
        elif (
            len(own) != len(shape) or sum(b for a, b in zip(shape, own, strict=True) if a != b) != 1
        ):
            raise ValueError(
                f"gaussian_nll_loss: var is of incorrect size: {own} for an input of shape {shape}"
            )
    var = var + (var.detach().clamp(min=eps) - var.detach())
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduced(losses, reduction)
