"""Images of another size, and pixels exchanged for channels."""

import math

from ...functions.layout import permute, reshape
from ...kernels import resize as kernels
from ...tape import apply
from .checks import floats, tensors
from .pool import adaptive_avg_pool1d, adaptive_avg_pool2d
from .windows import per_axis

# mode -> (the kernel's mode, the number of axes that it is for; None for any)
MODES = {
    "nearest": ("nearest", None),
    "nearest-exact": ("nearest-exact", None),
    "linear": ("linear", 1),
    "bilinear": ("linear", 2),
    "area": (None, None),
}


def interpolate(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """input (N, C, L) or (N, C, H, W) -> (N, C, *size).

    size, or scale_factor to multiply the sizes by: one number, or one for each axis. mode:
    "nearest", "nearest-exact", "linear" (N, C, L), "bilinear" (N, C, H, W), "area" (means).
    align_corners: for the linear modes, whether the centres of the corner pixels keep their place
    (or the corners of the image do). ValueError for arguments that contradict each other.
    """
    axes = floats("interpolate", input).ndim - 2
    if axes not in (1, 2):
        raise NotImplementedError(
            "interpolate: expected an input (N, C, L) or (N, C, H, W), received "
            f"{tuple(input.shape)}"
        )
    if mode not in MODES:
        raise NotImplementedError(
            f"interpolate: mode must be one of {', '.join(MODES)} here, received {mode!r}"
        )
    kernel_mode, only = MODES[mode]
    if only not in (None, axes):
        raise NotImplementedError(
            f"interpolate: mode {mode!r} is for {only} axes behind N and C, received {axes}; "
            f"use {'linear' if axes == 1 else 'bilinear'!r}"
        )
    if align_corners is not None and kernel_mode != "linear":
        raise ValueError(
            "interpolate: align_corners can only be set with mode 'linear' or 'bilinear', "
            f"received mode {mode!r}"
        )
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give one of size and scale_factor")
    scales = None
    if size is None:
        scales = _factors(scale_factor, axes)
        size = [math.floor(n * factor) for n, factor in zip(input.shape[2:], scales, strict=True)]
    size = per_axis("interpolate", "size", size, axes, 1)
    if kernel_mode is None:
        return (adaptive_avg_pool1d if axes == 1 else adaptive_avg_pool2d)(input, size)
    return apply(
        kernels.interpolate,
        input,
        size=size,
        mode=kernel_mode,
        align_corners=bool(align_corners),
        scales=scales,
    )


def _factors(scale_factor, axes):
    factors = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * axes
    if len(factors) != axes:
        raise ValueError(
            f"interpolate: scale_factor must be one number or {axes}, received {scale_factor}"
        )
    return [float(factor) for factor in factors]


def pixel_shuffle(input, upscale_factor):
    """input (..., C r^2, H, W) -> (..., C, H r, W r) with r = upscale_factor.

    Source: Shi et al. 2016, CVPR.
    """
    *leading, channels, height, width = _image("pixel_shuffle", input)
    r = upscale_factor
    if r < 1 or channels % (r * r):
        raise RuntimeError(
            f"pixel_shuffle: the channels, axis -3, must be divisible by {r} squared, received "
            f"{channels}"
        )
    n = len(leading)
    x = reshape(input, (*leading, channels // (r * r), r, r, height, width))
    x = permute(x, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return reshape(x, (*leading, channels // (r * r), height * r, width * r))


def pixel_unshuffle(input, downscale_factor):
    """input (..., C, H r, W r) -> (..., C r^2, H, W) with r = downscale_factor."""
    *leading, channels, height, width = _image("pixel_unshuffle", input)
    r = downscale_factor
    if r < 1 or height % r or width % r:
        raise RuntimeError(
            f"pixel_unshuffle: height and width must be divisible by {r}, received "
            f"{height} x {width}"
        )
    n = len(leading)
    x = reshape(input, (*leading, channels, height // r, r, width // r, r))
    x = permute(x, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return reshape(x, (*leading, channels * r * r, height // r, width // r))


def _image(name, input):
    tensors(name, input)
    if input.ndim < 3:
        raise RuntimeError(
            f"{name}: expected an input (..., C, H, W), received {tuple(input.shape)}"
        )
    return tuple(input.shape)
