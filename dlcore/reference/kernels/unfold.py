"""Windows laid out as columns, and columns added up to an image: transposes of each other."""

import numpy as np

from ..rule import register
from .windows import blank, bordered, offsets, output_size, within

SOURCE = "Chellapilla, Puri, Simard 2006, IWFHR: convolution as a matrix product"


def unfold_forward(x, *, kernel_size, dilation=(1, 1), padding=(0, 0), stride=(1, 1)):
    """x (N, C, H, W) -> (N, C R S, P Q): column (p, q) holds the window at that place."""
    window = kernel_size, dilation, padding, stride
    return columns(x, *window), (x.shape[2:], window)


def unfold_backward(dout, cache):
    size, window = cache
    return (image(dout, size, *window),)


def fold_forward(x, *, output_size, kernel_size, dilation=(1, 1), padding=(0, 0), stride=(1, 1)):
    """x (N, C R S, P Q) -> (N, C, *output_size): pixels that lie in several windows add up."""
    window = kernel_size, dilation, padding, stride
    return image(x, output_size, *window), window


def fold_backward(dout, cache):
    window = cache
    return (columns(dout, *window),)


def columns(x, kernel_size, dilation, padding, stride):
    """(N, C, H, W) -> (N, C R S, P Q)."""
    places = fitting(x.shape[2:], kernel_size, dilation, padding, stride)
    padded = bordered(x, padding)
    seen = [padded[pixels] for pixels in offsets(kernel_size, places, stride, dilation)]
    return np.stack(seen, axis=2).reshape(len(x), x.shape[1] * len(seen), places[0] * places[1])


def image(x, size, kernel_size, dilation, padding, stride):
    """(N, C R S, P Q) -> (N, C, *size)."""
    places = fitting(size, kernel_size, dilation, padding, stride)
    count = kernel_size[0] * kernel_size[1]
    x = x.reshape(len(x), x.shape[1] // count, count, *places)
    padded = bordered(blank((*x.shape[:2], *size), x.dtype), padding)
    for number, pixels in enumerate(offsets(kernel_size, places, stride, dilation)):
        padded[pixels] += x[:, :, number]
    return np.ascontiguousarray(within(padded, padding, size))


def fitting(size, kernel_size, dilation, padding, stride):
    """(P, Q): how many places the window has on each axis."""
    axes = zip(size, kernel_size, stride, padding, dilation, strict=True)
    return [output_size(*axis) for axis in axes]


im2col = register(
    "im2col", unfold_forward, unfold_backward, torch="nn.functional.unfold", source=SOURCE
)
col2im = register("col2im", fold_forward, fold_backward, torch="nn.functional.fold", source=SOURCE)
