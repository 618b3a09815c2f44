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

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..rule import register
from .windows import batch_first, batch_inner, batch_last, bordered, output_size, steps, within


def conv2d_forward(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """x (N, C, H, W), w (F, C/G, R, S), b (F,) -> (N, F, P, Q)."""
    x = batch_inner(x)
    out = correlate(x, w, stride, padding, dilation, groups)
    if b is not None:
        out += b[:, None, None]
    return out, (x, w, b, stride, padding, dilation, groups)


def conv2d_backward(dout, cache, needs=(True, True, True)):
    """dout (N, F, P, Q) -> dx (N, C, H, W), dw (F, C/G, R, S), db (F,)."""
    x, w, b, *window = cache
    dout = batch_inner(dout)
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
    x = batch_inner(x)
    out = spread(x, w, (P, Q), stride, padding, dilation, groups)
    if b is not None:
        out += b[:, None, None]
    return out, (x, w, b, stride, padding, dilation, groups)


def conv_transpose2d_backward(dout, cache, needs=(True, True, True)):
    """dout (N, F, P, Q) -> dx (N, C, H, W), dw (C, F/G, R, S), db (F,)."""
    x, w, b, *window = cache
    dout = batch_inner(dout)
    dx = correlate(dout, w, *window, places=x.shape[2:]) if needs[0] else None
    dw = kernel_gradient(x, dout, w.shape, *window) if needs[1] else None
    if b is None:
        return dx, dw
    return dx, dw, dout.sum(axis=(0, 2, 3)) if needs[2] else None


def correlate(x, w, stride, padding, dilation, groups, places=None):
    """out (N, F, P, Q) from x (N, C, H, W) and w (F, C/G, R, S)."""
    F, _, R, S = w.shape
    if places is None:
        places = all_places(x, (R, S), stride, padding, dilation)
    filters = w.reshape(groups, F // groups, -1)  # (G, F/G, C/G R S)
    out = np.empty((groups, F // groups, math.prod(places) * len(x)), x.dtype)  # (G, F/G, P Q N)
    for some, pixels in patches(x, (R, S), places, stride, padding, dilation, groups):
        np.matmul(filters, pixels, out=out[..., some])
    return batch_first(out.reshape(F, *places, len(x)))


def all_places(x, kernel, stride, padding, dilation):
    """[P, Q]: how many places the kernel has on x (N, C, H, W), in rows and columns."""
    sizes = zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    return [output_size(*numbers) for numbers in sizes]


def spread(dout, w, size, stride, padding, dilation, groups):
    """dx (N, C, *size) from dout (N, F, P, Q) and w (F, C/G, R, S).

    Each number of dout adds its multiple of a filter where that filter has looked.
    """
    F, C, R, S = w.shape
    N, _, *places = dout.shape
    filters = w.reshape(groups, F // groups, C, R, S)
    window = (R, S), stride, padding, dilation
    if stride == (1, 1) and places == [*size] == all_places(dout, *window):
        # Seen from a pixel that is a convolution as well, with each filter turned round. Where the
        # image keeps its size it takes no more products, and copies are faster than sums.
        turned = np.ascontiguousarray(filters.swapaxes(1, 2)[..., ::-1, ::-1])
        turned = turned.reshape(groups * C, F // groups, R, S)
        return correlate(dout, turned, stride, padding, dilation, groups)
    (P, Q), (H, W) = places, [n + 2 * p for n, p in zip(size, padding, strict=True)]
    dout = batch_last(dout).reshape(groups, F // groups, -1)  # (G, F/G, P Q N)
    # BLAS is slow at products over one number.
    product = np.matmul if F > groups else np.multiply
    # Rows first, and then columns, which is R + S additions for each place in the place of R S.
    columns = np.zeros((groups, C * S, H, Q * N), dout.dtype)
    share = None
    for r in range(R):
        weights = filters[..., r, :].reshape(groups, F // groups, -1)  # (G, F/G, C/G S)
        share = product(weights.swapaxes(1, 2), dout, out=share)  # (G, C/G S, P Q N)
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
    dw = np.zeros((groups, F // groups, C * R * S), dout.dtype)
    for some, pixels in patches(x, (R, S), places, stride, padding, dilation, groups):
        dw += dout[..., some] @ pixels.swapaxes(1, 2)
    return dw.reshape(shape)


NUMBERS = 2**18  # of the patches that are copied out at a time: 1 MiB, which stays in the cache


def patches(x, kernel, places, stride, padding, dilation, groups):
    """Yield (some of all P Q N places, as a slice; what the kernel sees there: (G, C/G R S, some)).

    That is im2col, some rows of places or some columns of a row at a time: a copy of R S times the
    image as a whole would be written to memory and read back, which takes longer than a small
    product. With the batch innermost, runs of N numbers are copied, whatever the stride.
    """
    x = batch_last(bordered(x, padding))
    (C, *_, N), (R, S), (P, Q) = x.shape, kernel, places
    c, h, w, n = x.strides
    (dh, dw), (sh, sw) = dilation, stride
    seen = as_strided(x, (C, R, S, P, Q, N), (c, dh * h, dw * w, sh * h, sw * w, n))
    columns = max(NUMBERS // max(C * R * S * N, 1), 1)
    rows = max(columns // Q, 1)
    for p, q in itertools.product(range(0, P, rows), range(0, Q, columns)):
        pixels = seen[:, :, :, p : p + rows, q : q + columns]
        pixels = pixels.reshape(groups, C // groups * R * S, -1)
        first = (p * Q + q) * N
        yield slice(first, first + pixels.shape[2]), pixels


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
