"""Sliding windows: sizes, slices and memory that convolution and pooling have in common.

A window of R x S offsets slides over an image of H x W. Its offset (r, s) sees, at all P x Q
places of the window at once, the pixels (r dh + p sh, s dw + q sw): a slice of the image with the
stride (sh, sw) as its step and the dilation (dh, dw) in its start. Arithmetic on whole slices takes
the place of loops over the places.
"""

import itertools

import numpy as np


def output_size(size, kernel, stride=1, padding=0, dilation=1, ceil_mode=False):
    """How many places a window has along one axis; zero or less if it does not fit."""
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    # A window that would begin in the padding behind the last pixel is left out.
    return count - 1 if (count - 1) * stride >= size + padding else count


def steps(offset, count, stride=1, dilation=1):
    """The pixels that one offset of the window sees at its ``count`` places, as a slice."""
    start = offset * dilation
    return slice(start, start + stride * (count - 1) + 1, stride)


def offsets(kernel, places, stride, dilation=(1, 1)):
    """For every offset (r, s), row by row: the index that picks its pixels out of (..., H, W)."""
    for r, s in itertools.product(*map(range, kernel)):
        rows = steps(r, places[0], stride[0], dilation[0])
        yield ..., rows, steps(s, places[1], stride[1], dilation[1])


def batch_last(x):
    """x (N, C, H, W) as (C, H, W, N), contiguous: a view if its memory has that order already.

    With the batch innermost, a slice of rows, of columns or of every second pixel is made of long
    runs of numbers, whatever the kernel and the stride, and copies, sums and comparisons of slices
    run at the speed of memory. NumPy's element-wise functions hand the order on, so that between
    two convolutions nothing is moved.
    """
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def batch_first(x):
    """x (C, H, W, N) seen as (N, C, H, W); nothing moves."""
    return x.transpose(3, 0, 1, 2)


def batch_inner(x):
    """x (N, C, H, W) as it is, in memory with the batch innermost."""
    return batch_first(batch_last(x))


def blank(shape, dtype, value=0):
    """A new array (N, C, H, W), filled, in memory with the batch innermost."""
    N, *rest = shape
    return batch_first(np.full((*rest, N), value, dtype))


def bordered(x, before, after=None, value=0):
    """x (N, C, H, W) within a border of ``value``, in memory with the batch innermost.

    before, after: rows above and columns to the left, rows below and columns to the right.
    """
    after = before if after is None else after
    if not any((*before, *after)):
        return batch_inner(x)
    N, C, H, W = x.shape
    shape = N, C, before[0] + H + after[0], before[1] + W + after[1]
    out = blank(shape, x.dtype, value)
    within(out, before, (H, W))[...] = x
    return out


def within(x, before, size):
    """The view of x (..., H, W) without its border."""
    return x[..., before[0] : before[0] + size[0], before[1] : before[1] + size[1]]
