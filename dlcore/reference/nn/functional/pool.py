"""Pooling, and its one-dimensional cases: images of one row."""

from ...kernels import pool as kernels
from ...kernels.windows import output_size as fitted
from ...tape import apply
from ...tensor import Tensor
from .windows import batched, in_rows, per_axis, restored, with_height


def max_pool1d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    dilation=1,
    ceil_mode=False,
    return_indices=False,
):
    """input (N, C, L) -> (N, C, Q); else as ``max_pool2d``."""
    window = kernel_size, stride, padding, dilation, ceil_mode
    return _max_pool("max_pool1d", 1, input, *window, return_indices)


def max_pool2d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    dilation=1,
    ceil_mode=False,
    return_indices=False,
):
    """input (N, C, H, W) -> (N, C, P, Q): the largest number in each window.

    stride: as the kernel_size if None. ceil_mode: whether a window may reach over the end. The
    gradient goes to the first of equal numbers. return_indices: also where the largest stands,
    counted row by row in its image. RuntimeError for sizes that do not fit.
    """
    window = kernel_size, stride, padding, dilation, ceil_mode
    return _max_pool("max_pool2d", 2, input, *window, return_indices)


def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """input (N, C, L) -> (N, C, Q); else as ``avg_pool2d``."""
    window = kernel_size, stride, padding, ceil_mode, count_include_pad
    return _avg_pool("avg_pool1d", 1, input, *window)


def avg_pool2d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """input (N, C, H, W) -> (N, C, P, Q): the mean of each window.

    stride: as the kernel_size if None. count_include_pad: whether the zeros of the padding count in
    the mean. divisor_override: a number to divide by, in place of the count. RuntimeError for
    sizes that do not fit.
    """
    window = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return _avg_pool("avg_pool2d", 2, input, *window)


def adaptive_avg_pool1d(input, output_size):
    """input (N, C, L) -> (N, C, output_size): means of windows that cover the input evenly."""
    return _adaptive_pool("adaptive_avg_pool1d", 1, kernels.adaptive_avg_pool2d, input, output_size)


def adaptive_avg_pool2d(input, output_size):
    """input (N, C, H, W) -> (N, C, P, Q): means of windows that cover the input evenly.

    output_size: P and Q, or one number for both; None keeps the input's.
    """
    return _adaptive_pool("adaptive_avg_pool2d", 2, kernels.adaptive_avg_pool2d, input, output_size)


def adaptive_max_pool1d(input, output_size, return_indices=False):
    """input (N, C, L) -> (N, C, output_size): the largest of windows that cover the input."""
    rule = kernels.adaptive_max_pool2d
    return _adaptive_pool("adaptive_max_pool1d", 1, rule, input, output_size, return_indices)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    """input (N, C, H, W) -> (N, C, P, Q): the largest of windows that cover the input evenly.

    output_size: P and Q, or one number for both; None keeps the input's.
    """
    rule = kernels.adaptive_max_pool2d
    return _adaptive_pool("adaptive_max_pool2d", 2, rule, input, output_size, return_indices)


def _max_pool(name, axes, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices):
    input, alone = batched(name, input, axes)
    window = _window(name, axes, input, kernel_size, stride, padding, dilation, ceil_mode)
    if axes == 1:
        input = with_height(input)
    out = apply(kernels.max_pool2d, input, **window)
    if not return_indices:
        return restored(out, axes, alone)
    indices = Tensor._wrap(kernels.max_pool2d_indices(input._array, **window))
    return restored(out, axes, alone), restored(indices, axes, alone)


def _avg_pool(
    name,
    axes,
    input,
    kernel_size,
    stride,
    padding,
    ceil_mode,
    count_include_pad,
    divisor_override=None,
):
    if divisor_override == 0:
        raise RuntimeError(f"{name}: divisor_override must not be 0")
    input, alone = batched(name, input, axes)
    window = _window(name, axes, input, kernel_size, stride, padding, 1, ceil_mode)
    del window["dilation"]
    if axes == 1:
        input = with_height(input)
    out = apply(
        kernels.avg_pool2d,
        input,
        **window,
        count_include_pad=bool(count_include_pad),
        divisor_override=divisor_override,
    )
    return restored(out, axes, alone)


def _adaptive_pool(name, axes, rule, input, output_size, return_indices=False):
    input, alone = batched(name, input, axes)
    asked = output_size if isinstance(output_size, (tuple, list)) else [output_size] * axes
    size = [n if m is None else m for n, m in zip(input.shape[2:], asked, strict=False)]
    size = per_axis(name, "output_size", size if len(asked) == axes else asked, axes, 1)
    if axes == 1:
        input, size = with_height(input), (1, *size)
    if 0 in input.shape[1:]:
        raise RuntimeError(f"{name}: there is nothing to pool in shape {tuple(input.shape)}")
    out = restored(apply(rule, input, output_size=size), axes, alone)
    if not return_indices:
        return out
    indices = Tensor._wrap(kernels.adaptive_max_pool2d_indices(input._array, size))
    return out, restored(indices, axes, alone)


def _window(name, axes, input, kernel_size, stride, padding, dilation, ceil_mode):
    """The options of a pooling rule; RuntimeError where they do not fit each other or the input."""
    kernel_size = per_axis(name, "kernel_size", kernel_size, axes, 1)
    absent = stride is None or stride in ((), [])
    stride = kernel_size if absent else per_axis(name, "stride", stride, axes, 1)
    padding = per_axis(name, "padding", padding, axes, 0)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    numbers = list(zip(input.shape[2:], kernel_size, stride, padding, dilation, strict=True))
    for _, k, _, p, d in numbers:
        if 2 * p > d * (k - 1) + 1:
            raise RuntimeError(
                f"{name}: padding should be at most half of the kernel, received {padding} for "
                f"kernel_size {kernel_size}"
            )
    if 0 in input.shape[1:] or min(fitted(*axis, ceil_mode) for axis in numbers) < 1:
        raise RuntimeError(
            f"{name}: a window of {kernel_size} does not fit into an input of shape "
            f"{tuple(input.shape)} with padding {padding}"
        )
    return {
        "kernel_size": in_rows(kernel_size, 1),
        "stride": in_rows(stride, 1),
        "padding": in_rows(padding, 0),
        "dilation": in_rows(dilation, 1),
        "ceil_mode": bool(ceil_mode),
    }
