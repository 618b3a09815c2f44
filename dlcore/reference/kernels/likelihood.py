"""Losses of probabilities, and of errors that may be large: pairs that end in ``reduction``."""

import numpy as np

from ..rule import register
from .loss import reduce, spread


def binary_cross_entropy_forward(input, target, *, reduction="mean"):
    """-log of the probability of ``target`` in [0, 1] under ``input`` in [0, 1], arrays of one
    shape. Logarithms count as at least -100, so that a certain mistake has a finite loss.
    """
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
    losses = (target - 1) * no - target * yes
    return reduce(losses, reduction), (input, target, yes, no, reduction)


def binary_cross_entropy_backward(dout, cache):
    input, target, yes, no, reduction = cache
    scale = spread(dout, input.size, reduction)
    # (p - y) / (p (1 - p)), with PyTorch's floor for certain predictions.
    dinput = scale * (input - target) / np.maximum((1 - input) * input, 1e-12)
    return dinput, scale * (no - yes)


def kl_div_forward(input, target, *, reduction="mean", log_target=False):
    """target * (log target - input): input holds log-probabilities, and so does target if
    ``log_target``; arrays of one shape. A target of 0 costs nothing.
    """
    if log_target:
        p, log_p = np.exp(target), target
    else:
        p = target
        log_p = np.log(target, out=np.zeros_like(target), where=target > 0)
    gap = log_p - input
    return reduce(p * gap, reduction), (p, gap, log_target, reduction)


def kl_div_backward(dout, cache):
    p, gap, log_target, reduction = cache
    scale = spread(dout, p.size, reduction)
    dtarget = scale * (gap + 1)
    return -scale * p, dtarget * p if log_target else dtarget


def huber_loss_forward(input, target, *, reduction="mean", delta=1.0):
    """error^2 / 2 for errors up to delta, delta * (|error| - delta / 2) beyond; arrays of one
    shape.
    """
    error = input - target
    cut = np.clip(error, -delta, delta)
    return reduce(cut * (error - cut / 2), reduction), (cut, reduction)


def huber_loss_backward(dout, cache):
    cut, reduction = cache
    dinput = spread(dout, cut.size, reduction) * cut  # the slope is the error, cut to +-delta
    return dinput, -dinput


binary_cross_entropy = register(
    "binary_cross_entropy",
    binary_cross_entropy_forward,
    binary_cross_entropy_backward,
    torch="nn.functional.binary_cross_entropy",
    source="Bishop, Pattern Recognition and Machine Learning, 2006, equation 4.90",
)
kl_div = register(
    "kl_div",
    kl_div_forward,
    kl_div_backward,
    torch="nn.functional.kl_div",
    source="Kullback, Leibler 1951, Annals of Mathematical Statistics 22, 79-86",
)
huber_loss = register(
    "huber_loss",
    huber_loss_forward,
    huber_loss_backward,
    torch="nn.functional.huber_loss",
    source="Huber 1964, Annals of Mathematical Statistics 35, 73-101",
)
