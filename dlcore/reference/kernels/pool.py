"""Pooling: the largest number of each window, or the mean of each window."""

import math

import numpy as np

from ..rule import register
from .indexing import add_at
from .windows import batch_inner, blank, bordered, offsets, output_size, within


def max_pool2d_forward(x, *, kernel_size, stride, padding=(0, 0), dilation=(1, 1), ceil_mode=False):
    """x (N, C, H, W) -> (N, C, P, Q): the largest of each window; padding never wins."""
    out, winner, after = largest(x, kernel_size, stride, padding, dilation, ceil_mode)
    return out, (x.shape, winner, kernel_size, stride, padding, dilation, after)


def max_pool2d_backward(dout, cache):
    shape, winner, kernel_size, stride, padding, dilation, after = cache
    dpadded = bordered(blank(shape, dout.dtype), padding, after)
    dout = batch_inner(dout)
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
    dshare = batch_inner(dout) * share
    dpadded = bordered(blank(shape, dout.dtype), padding, after)
    for seen in offsets(kernel_size, dout.shape[2:], stride):
        dpadded[seen] += dshare
    return (within(dpadded, padding, shape[2:]),)


def adaptive_avg_pool2d_forward(x, *, output_size):
    """x (N, C, H, W) -> (N, C, *output_size): means of windows that cover x evenly."""
    (P, Q), shape = output_size, x.shape
    rows, columns = (list(even_spans(*axis)) for axis in zip(shape[2:], output_size, strict=True))
    counts = np.outer(*([s.stop - s.start for s in spans] for spans in (rows, columns)))
    if P == Q == 1:  # the most common case needs no order of its own
        return x.mean(axis=(2, 3), keepdims=True), (shape, rows, columns, counts)
    x = batch_inner(x)
    # Sums over rows first, and then over columns: P + Q of them in the place of P Q.
    sums = blank((*shape[:2], P, shape[3]), x.dtype)
    for p, span in enumerate(rows):
        x[:, :, span].sum(axis=2, out=sums[:, :, p])
    out = blank((*shape[:2], P, Q), x.dtype)
    for q, span in enumerate(columns):
        sums[..., span].sum(axis=3, out=out[..., q])
    out /= counts.astype(x.dtype)
    return out, (shape, rows, columns, counts)


def adaptive_avg_pool2d_backward(dout, cache):
    shape, rows, columns, counts = cache
    dshare = batch_inner(dout) / counts.astype(dout.dtype)
    dsums = blank((*dout.shape[:3], shape[3]), dout.dtype)
    for q, span in enumerate(columns):
        dsums[..., span] += dshare[..., q, None]
    dx = blank(shape, dout.dtype)
    for p, span in enumerate(rows):
        dx[:, :, span] += dsums[:, :, p, None]
    return (dx,)


def adaptive_max_pool2d_forward(x, *, output_size):
    """x (N, C, H, W) -> (N, C, *output_size): the largest of windows that cover x evenly."""
    winner = adaptive_max_pool2d_indices(x, output_size)
    images = x.reshape(*x.shape[:2], -1)
    out = np.take_along_axis(images, winner.reshape(*x.shape[:2], -1), axis=2)
    return out.reshape(winner.shape), (x.shape, winner)


def adaptive_max_pool2d_backward(dout, cache):
    shape, winner = cache
    dx = np.zeros(shape, dout.dtype)
    image = np.arange(math.prod(shape[:2])).reshape(*shape[:2], 1, 1) * math.prod(shape[2:])
    add_at(dx, image + winner, dout)  # where windows overlap, a pixel may win twice
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


def even_spans(size, count):
    """The slices into which an axis is cut: p of P runs from floor(p H / P) to ceil((p + 1) H / P).

    Neighbours overlap by a pixel where P does not divide H.
    """
    for p in range(count):
        yield slice(p * size // count, -(-(p + 1) * size // count))


def max_pool2d_indices(x, *, kernel_size, stride, padding, dilation, ceil_mode):
    """Where each maximum stands in its image, counted row by row: integers (N, C, P, Q)."""
    _, winner, _ = largest(x, kernel_size, stride, padding, dilation, ceil_mode)
    r, s = np.divmod(winner.astype(np.int64), kernel_size[1])
    p, q = np.ogrid[: winner.shape[2], : winner.shape[3]]
    row = p * stride[0] - padding[0] + r * dilation[0]
    return row * x.shape[3] + q * stride[1] - padding[1] + s * dilation[1]


def adaptive_max_pool2d_indices(x, output_size):
    """Where each maximum stands in its image, counted row by row: integers (N, C, P, Q)."""
    rows, columns = (even_pixels(*axis) for axis in zip(x.shape[2:], output_size, strict=True))
    numbers = rows[:, None, :, None] * x.shape[3] + columns[:, None]  # (P, Q, R, S)
    numbers = numbers.reshape(*output_size, -1)
    seen = np.take(x.reshape(*x.shape[:2], -1), numbers, axis=2)  # (N, C, P, Q, R S)
    return np.take_along_axis(numbers[None, None], seen.argmax(axis=-1, keepdims=True), -1)[..., 0]


def even_pixels(size, count):
    """The pixels of each of the ``even_spans``: integers (P, R).

    R is the length of the longest; shorter ones name their last pixel again, which as the second
    of two equals never wins.
    """
    spans = list(even_spans(size, count))
    longest = np.arange(max(span.stop - span.start for span in spans))
    return np.array([np.minimum(span.start + longest, span.stop - 1) for span in spans])


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
