"""Sliding windows as columns."""

from ...functions.layout import squeeze, unsqueeze
from ...kernels import unfold as kernels
from ...tape import apply
from .checks import floats
from .windows import batched, per_axis


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """input (N, C, H, W) -> (N, C R S, P Q): column (p, q) holds the window at that place."""
    input, alone = batched("unfold", input, 2)
    window = _window("unfold", input.shape[2:], kernel_size, dilation, padding, stride)
    out = apply(kernels.im2col, input, **window)
    return squeeze(out, 0) if alone else out


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """input (N, C R S, P Q) -> (N, C, H, W): pixels that lie in several windows add up."""
    size = per_axis("fold", "output_size", output_size, 2, 1)
    window = _window("fold", size, kernel_size, dilation, padding, stride)
    alone = floats("fold", input).ndim == 2
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"fold: expected an input (N, C R S, P Q), received {tuple(input.shape)}"
        )
    count = window["kernel_size"][0] * window["kernel_size"][1]
    P, Q = kernels.fitting(size, **window)
    if input.shape[-2] % count or input.shape[-1] != P * Q:
        raise RuntimeError(
            f"fold: axis -2 must be divisible by {count}, the size of a window, and axis -1 be "
            f"{P * Q}, the number of places; received {tuple(input.shape)}"
        )
    out = apply(kernels.col2im, unsqueeze(input, 0) if alone else input, output_size=size, **window)
    return squeeze(out, 0) if alone else out


def _window(name, size, kernel_size, dilation, padding, stride):
    window = {
        "kernel_size": per_axis(name, "kernel_size", kernel_size, 2, 1),
        "dilation": per_axis(name, "dilation", dilation, 2, 1),
        "padding": per_axis(name, "padding", padding, 2, 0),
        "stride": per_axis(name, "stride", stride, 2, 1),
    }
    if min(kernels.fitting(size, **window)) < 1:
        raise RuntimeError(
            f"{name}: a window of {window['kernel_size']} does not fit into {tuple(size)} with "
            f"padding {window['padding']}"
        )
    return window
