"""Convolution and its transpose, both gradients of either, on images.

    out[n, f, p, q] = b[f] + sum_{c, r, s} w[f, c, r, s] x[n, c, p sh + r dh, q sw + s dw]

(x with its padding; s: strides, d: dilations). That is linear in x and in w, so the gradients are
its two transposes. What carries out back to x is a function in its own right, the transposed
convolution, and three functions serve both pairs:

    correlate        x, w -> out     forward of conv2d, dx of conv_transpose2d
    spread           dout, w -> dx   dx of conv2d, forward of conv_transpose2d
    kernel_gradient  dout, x -> dw   dw of both

With G groups, each F/G filters see C/G channels of their own: w is (F, C/G, R, S).
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..rule import register
from .windows import batch_first, batch_last, bordered, output_size, steps, within


def conv2d_forward(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """x (N, C, H, W), w (F, C/G, R, S), b (F,) -> (N, F, P, Q)."""
    out = correlate(x, w, stride, padding, dilation, groups)
    if b is not None:
        out += b[:, None, None]
    return out, (x, w, b, stride, padding, dilation, groups)


def conv2d_backward(dout, cache, needs=(True, True, True)):
    """dout (N, F, P, Q) -> dx (N, C, H, W), dw (F, C/G, R, S), db (F,)."""
    x, w, b, *window = cache
    dx = spread(dout, w, x.shape[2:], *window) if needs[0] else None
    dw = kernel_gradient(dout, x, w.shape, *window) if needs[1] else None
    if b is None:
        return dx, dw
    return dx, dw, dout.sum(axis=(0, 2, 3)) if needs[2] else None


def conv_transpose2d_forward(
    x,
    w,
    b=None,
    *,
    stride=(1, 1),
    padding=(0, 0),
    output_padding=(0, 0),
    groups=1,
    dilation=(1, 1),
):
    """x (N, C, H, W), w (C, F/G, R, S), b (F,) -> (N, F, P, Q): conv2d with its ends exchanged."""
    P, Q = (
        (size - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for size, k, s, p, d, extra in zip(
            x.shape[2:], w.shape[2:], stride, padding, dilation, output_padding, strict=True
        )
    )
    out = spread(x, w, (P, Q), stride, padding, dilation, groups)
    if b is not None:
        out += b[:, None, None]
    return out, (x, w, b, stride, padding, dilation, groups)


def conv_transpose2d_backward(dout, cache, needs=(True, True, True)):
    """dout (N, F, P, Q) -> dx (N, C, H, W), dw (C, F/G, R, S), db (F,)."""
    x, w, b, *window = cache
    dx = correlate(dout, w, *window, places=x.shape[2:]) if needs[0] else None
    dw = kernel_gradient(x, dout, w.shape, *window) if needs[1] else None
    if b is None:
        return dx, dw
    return dx, dw, dout.sum(axis=(0, 2, 3)) if needs[2] else None


def correlate(x, w, stride, padding, dilation, groups, places=None):
    """out (N, F, P, Q) from x (N, C, H, W) and w (F, C/G, R, S)."""
    F, _, R, S = w.shape
    if places is None:
        sizes = zip(x.shape[2:], (R, S), stride, padding, dilation, strict=True)
        places = [output_size(*numbers) for numbers in sizes]
    filters = w.reshape(groups, F // groups, *w.shape[1:])  # (G, F/G, C/G, R, S)
    out = share = None
    for rows, pixels in window_rows(x, (R, S), places, stride, padding, dilation, groups):
        weights = filters[..., rows, :].reshape(*filters.shape[:2], -1)  # (G, F/G, C/G R' S)
        if out is None:
            out = weights @ pixels  # (G, F/G, P Q N)
        else:
            share = np.matmul(weights, pixels, out=share)  # in the same memory for every row
            out += share
    return batch_first(out.reshape(F, *places, len(x)))


def spread(dout, w, size, stride, padding, dilation, groups):
    """dx (N, C, *size) from dout (N, F, P, Q) and w (F, C/G, R, S).

    Each number of dout adds its multiple of a filter where that filter has looked.
    """
    F, C, R, S = w.shape
    N, _, *places = dout.shape
    (P, Q), (H, W) = places, [n + 2 * p for n, p in zip(size, padding, strict=True)]
    filters = w.reshape(groups, F // groups, C, R, S)
    dout = batch_last(dout).reshape(groups, F // groups, -1)  # (G, F/G, P Q N)
    # Rows first, and then columns: window_rows in reverse.
    columns = np.zeros((groups, C * S, H, Q * N), dout.dtype)
    share = None
    for r in range(R):
        weights = filters[..., r, :].reshape(groups, F // groups, -1)  # (G, F/G, C/G S)
        share = np.matmul(weights.swapaxes(1, 2), dout, out=share)  # (G, C/G S, P Q N)
        seen = columns[:, :, steps(r, P, stride[0], dilation[0])]
        seen += share.reshape(groups, C * S, P, Q * N)
    columns = columns.reshape(groups * C, S, H, Q, N)
    dx = np.zeros((groups * C, H, W, N), dout.dtype)
    for s in range(S):
        seen = dx[:, :, steps(s, Q, stride[1], dilation[1])]
        seen += columns[:, s]
    return within(batch_first(dx), padding, size)


def kernel_gradient(dout, x, shape, stride, padding, dilation, groups):
    """dw of that shape (F, C/G, R, S) from dout (N, F, P, Q) and x (N, C, H, W)."""
    F, C, R, S = shape
    places = dout.shape[2:]
    dout = batch_last(dout).reshape(groups, F // groups, -1)  # (G, F/G, P Q N)
    dw = np.empty(shape, dout.dtype)
    for rows, pixels in window_rows(x, (R, S), places, stride, padding, dilation, groups):
        share = dout @ pixels.swapaxes(1, 2)  # (G, F/G, C/G R' S)
        dw[:, :, rows] = share.reshape(F, C, -1, S)
    return dw


FEW = 16  # rows of a matrix, below which BLAS spends more on the start of a product than on it


def window_rows(x, kernel, places, stride, padding, dilation, groups):
    """Yield (rows of the kernel, what they see of x at all places: (G, C/G R' S, P Q N)).

    Only the S columns of a window are copied out (im2col along the width): with the batch
    innermost, all that row r of the kernel sees is then one slice, on which BLAS works where it
    lies. R products of matrices on memory of S times the image take the place of one on R S times.
    Where a row has few columns and channels, as in a first layer, all R rows are copied out.
    """
    x = batch_last(bordered(x, padding))
    (C, H, _, N), (R, S), (P, Q) = x.shape, kernel, places
    c, h, w, n = x.strides
    (dh, dw), (sh, sw), channels = dilation, stride, C // groups
    if channels * S < FEW:
        seen = as_strided(x, (C, R, S, P, Q, N), (c, dh * h, dw * w, sh * h, sw * w, n))
        yield slice(R), seen.reshape(groups, channels * R * S, P * Q * N)
        return
    columns = as_strided(x, (C, S, H, Q, N), (c, dw * w, h, sw * w, n))
    columns = columns.reshape(groups, channels * S, H, Q * N)
    for r in range(R):
        seen = columns[:, :, steps(r, P, sh, dh)]
        yield slice(r, r + 1), seen.reshape(groups, channels * S, P * Q * N)


conv2d = register(
    "conv2d",
    conv2d_forward,
    conv2d_backward,
    torch="nn.functional.conv2d",
    source="LeCun et al. 1989, Neural Computation 1, 541-551",
)
conv_transpose2d = register(
    "conv_transpose2d",
    conv_transpose2d_forward,
    conv_transpose2d_backward,
    torch="nn.functional.conv_transpose2d",
    source="Zeiler et al. 2010, CVPR; Dumoulin, Visin 2016, arXiv:1603.07285",
)
