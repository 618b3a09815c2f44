"""Pooling: the largest number of each window, or the mean of each window."""

import numpy as np

from ..rule import register
from .windows import blank, bordered, offsets, output_size, within


def max_pool2d_forward(x, *, kernel_size, stride, padding=(0, 0), dilation=(1, 1), ceil_mode=False):
    """x (N, C, H, W) -> (N, C, P, Q): the largest of each window; padding never wins."""
    out, winner, after = largest(x, kernel_size, stride, padding, dilation, ceil_mode)
    return out, (x.shape, winner, kernel_size, stride, padding, dilation, after)


def max_pool2d_backward(dout, cache):
    shape, winner, kernel_size, stride, padding, dilation, after = cache
    dpadded = bordered(blank(shape, dout.dtype), padding, after)
    dout = bordered(dout, (0, 0))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    overlap = any(s < span for s, span in zip(stride, spans, strict=True))
    for number, seen in enumerate(offsets(kernel_size, dout.shape[2:], stride, dilation)):
        if overlap:
            dpadded[seen] += dout * (winner == number)
        else:  # each pixel is in one window at most, so nothing adds up
            np.multiply(dout, winner == number, out=dpadded[seen])
    return (within(dpadded, padding, shape[2:]),)


def avg_pool2d_forward(
    x,
    *,
    kernel_size,
    stride,
    padding=(0, 0),
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """x (N, C, H, W) -> (N, C, P, Q): the mean of each window."""
    places, after = fit(x, kernel_size, stride, padding, (1, 1), ceil_mode)
    if divisor_override is None:
        axes = zip(x.shape[2:], places, kernel_size, stride, padding, strict=True)
        share = 1 / np.outer(*(pixel_counts(*axis, count_include_pad) for axis in axes))
    else:
        share = np.array(1 / divisor_override)
    share = share.astype(x.dtype)  # (P, Q), or one number
    padded = bordered(x, padding, after)
    out = sum(padded[seen] for seen in offsets(kernel_size, places, stride)) * share
    return out, (x.shape, share, kernel_size, stride, padding, after)


def avg_pool2d_backward(dout, cache):
    shape, share, kernel_size, stride, padding, after = cache
    dshare = bordered(dout, (0, 0)) * share
    dpadded = bordered(blank(shape, dout.dtype), padding, after)
    for seen in offsets(kernel_size, dout.shape[2:], stride):
        dpadded[seen] += dshare
    return (within(dpadded, padding, shape[2:]),)


def adaptive_avg_pool2d_forward(x, *, output_size):
    """x (N, C, H, W) -> (N, C, *output_size): means of windows that cover x evenly."""
    out = blank((*x.shape[:2], *output_size), x.dtype)
    for place, window, _ in even_windows(x.shape[2:], output_size):
        out[place] = x[window].mean(axis=(2, 3))
    return out, x.shape


def adaptive_avg_pool2d_backward(dout, cache):
    shape = cache
    dx = blank(shape, dout.dtype)
    for place, window, count in even_windows(shape[2:], dout.shape[2:]):
        dx[window] += (dout[place] / count)[..., None, None]
    return (dx,)


def adaptive_max_pool2d_forward(x, *, output_size):
    """x (N, C, H, W) -> (N, C, *output_size): the largest of windows that cover x evenly."""
    out = blank((*x.shape[:2], *output_size), x.dtype)
    for place, window, _ in even_windows(x.shape[2:], output_size):
        out[place] = x[window].max(axis=(2, 3))
    return out, x


def adaptive_max_pool2d_backward(dout, cache):
    x = cache
    dx = blank(x.shape, dout.dtype)
    for place, window, count in even_windows(x.shape[2:], dout.shape[2:]):
        largest = x[window].reshape(*x.shape[:2], count).argmax(axis=-1, keepdims=True)  # the first
        share = np.zeros((*x.shape[:2], count), dout.dtype)
        np.put_along_axis(share, largest, dout[place][..., None], axis=-1)
        dx[window] += share.reshape(x[window].shape)
    return (dx,)


def largest(x, kernel_size, stride, padding, dilation, ceil_mode):
    """The largest number of each window, the number of the offset where it was first seen, and the
    border that was needed behind the image.
    """
    places, after = fit(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = bordered(x, padding, after, -np.inf)
    first, *others = offsets(kernel_size, places, stride, dilation)
    out = padded[first].copy("K")
    small = np.min_scalar_type(len(others))
    winner = np.zeros_like(out, small)
    for number, seen in enumerate(others, 1):
        better = padded[seen] > out  # so that the first of several equal pixels wins
        np.maximum(out, padded[seen], out=out)
        np.maximum(winner, better * small.type(number), out=winner)
    return out, winner, after


def fit(x, kernel_size, stride, padding, dilation, ceil_mode):
    """(P, Q), and the rows below and columns to the right that the last windows need."""
    places, after = [], []
    for size, k, s, p, d in zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True):
        count = output_size(size, k, s, p, d, ceil_mode)
        places.append(count)
        after.append(max(0, (count - 1) * s + d * (k - 1) + 1 - size - p))
    return places, after


def pixel_counts(size, places, kernel, stride, padding, count_include_pad):
    """How many pixels a mean counts at each place along one axis."""
    start = np.arange(places) * stride - padding
    end = np.minimum(start + kernel, size + padding)  # what ceil_mode has added never counts
    if not count_include_pad:
        start, end = np.maximum(start, 0), np.minimum(end, size)
    return end - start


def even_windows(size, output_size):
    """For each output: its place, its window, and how many pixels that has.

    Window p of P runs from floor(p H / P) to ceil((p + 1) H / P); neighbours overlap by a pixel
    where P does not divide H.
    """
    (H, W), (P, Q) = size, output_size
    for p, q in np.ndindex(P, Q):
        top, bottom = p * H // P, -(-(p + 1) * H // P)
        left, right = q * W // Q, -(-(q + 1) * W // Q)
        count = (bottom - top) * (right - left)
        yield (..., p, q), (..., slice(top, bottom), slice(left, right)), count


def max_pool2d_indices(x, *, kernel_size, stride, padding, dilation, ceil_mode):
    """Where each maximum stands in its image, counted row by row: integers (N, C, P, Q)."""
    _, winner, _ = largest(x, kernel_size, stride, padding, dilation, ceil_mode)
    r, s = np.divmod(winner.astype(np.int64), kernel_size[1])
    p, q = np.ogrid[: winner.shape[2], : winner.shape[3]]
    row = p * stride[0] - padding[0] + r * dilation[0]
    return row * x.shape[3] + q * stride[1] - padding[1] + s * dilation[1]


def adaptive_max_pool2d_indices(x, output_size):
    """Where each maximum stands in its image, counted row by row: integers (N, C, P, Q)."""
    number = np.arange(x.shape[2] * x.shape[3]).reshape(x.shape[2:])
    indices = np.empty((*x.shape[:2], *output_size), np.int64)
    for place, window, count in even_windows(x.shape[2:], output_size):
        largest = x[window].reshape(*x.shape[:2], count).argmax(axis=-1)
        indices[place] = number[window].ravel()[largest]
    return indices


max_pool2d = register(
    "max_pool2d",
    max_pool2d_forward,
    max_pool2d_backward,
    torch="nn.functional.max_pool2d",
    source="Ranzato et al. 2007, CVPR; Scherer, Müller, Behnke 2010, ICANN",
)
avg_pool2d = register(
    "avg_pool2d",
    avg_pool2d_forward,
    avg_pool2d_backward,
    torch="nn.functional.avg_pool2d",
    source="LeCun, Bottou, Bengio, Haffner 1998, Proc. IEEE 86, 2278-2324",
)
adaptive_avg_pool2d = register(
    "adaptive_avg_pool2d",
    adaptive_avg_pool2d_forward,
    adaptive_avg_pool2d_backward,
    torch="nn.functional.adaptive_avg_pool2d",
    source="He et al. 2014, arXiv:1406.4729; with one output Lin, Chen, Yan 2013, arXiv:1312.4400",
)
adaptive_max_pool2d = register(
    "adaptive_max_pool2d",
    adaptive_max_pool2d_forward,
    adaptive_max_pool2d_backward,
    torch="nn.functional.adaptive_max_pool2d",
    source="He et al. 2014, arXiv:1406.4729",
)
