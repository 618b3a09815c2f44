"""Normalisation of channels over the batch, and over each example."""

import math

import numpy as np

from ...kernels import batchnorm as kernels
from ...tape import apply
from .checks import floats
from .normalise import per_channel


def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """input (N, C, ...): each channel to mean 0 and variance 1, times weight (C,), plus bias (C,).

    training: normalise by mean and (biased) variance of this batch, and move running_mean and
    running_var, if given, towards its mean and unbiased variance by the share ``momentum``;
    otherwise normalise by running_mean and running_var.
    ValueError for one number per channel in training: its variance is 0, whatever it is.
    """
    floats("batch_norm", input)
    x = input._array
    if x.ndim < 2:
        raise RuntimeError(f"batch_norm: expected an input (N, C, ...), received shape {x.shape}")
    running = {"running_mean": running_mean, "running_var": running_var}
    per_channel("batch_norm", input, weight=weight, bias=bias, **running)
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError(
                "batch_norm: running_mean and running_var are needed when training=False"
            )
        fixed = {"mean": running_mean._array, "var": running_var._array}
        return apply(kernels.batch_norm, input, weight, bias, eps=eps, **fixed)
    count = x.shape[0] * math.prod(x.shape[2:])
    if count == 1:
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{input.shape}; one number has no variance: use a larger batch, or .eval()"
        )

    def observe(mean, var):
        _move(running_mean, mean, momentum)
        _move(running_var, var * var.dtype.type(count / (count - 1)), momentum)

    observer = None if running_mean is None or not count else observe
    return apply(kernels.batch_norm, input, weight, bias, eps=eps, observe=observer)


def _move(average, value, share):
    """average <- (1 - share) * average + share * value, in place."""
    average._array *= 1 - share
    average._array += value * average._array.dtype.type(share)
    average._changes[0] += 1


def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    """input (N, C, ...): each channel of each example to mean 0 and variance 1.

    use_input_stats=False: by running_mean and running_var instead. If these are given in training,
    they follow the mean over the batch of the examples' means and unbiased variances.
    Source: Ulyanov, Vedaldi, Lempitsky 2016, arXiv:1607.08022.
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, eps=eps)
    floats("instance_norm", input)
    x = input._array
    if math.prod(x.shape[2:]) == 1:
        raise ValueError(
            "Expected more than 1 spatial element when training, got input size "
            f"{input.shape}; one number has no variance"
        )
    per_channel("instance_norm", input, weight=weight, bias=bias)
    if running_mean is not None:
        window = tuple(range(2, x.ndim))
        _move(running_mean, x.mean(axis=window).mean(axis=0), momentum)
        _move(running_var, np.var(x, axis=window, ddof=1).mean(axis=0), momentum)
    # An example's channel is a group of one channel.
    return apply(kernels.group_norm, input, weight, bias, num_groups=x.shape[1], eps=eps)
