"""Normalisation of channels over the batch, and of groups of channels within one example.

As in layer normalisation, mean and standard deviation depend on every x, and their part of the
chain rule takes two components out of the gradient: the one that would shift all normalised
numbers, and the one that would stretch them. What differs is which numbers are normalised together.
"""

import math

import numpy as np

from ..rule import register


def batch_norm_forward(x, weight, bias, *, mean=None, var=None, eps=1e-5, observe=None):
    """x (N, C, ...), weight (C,), bias (C,) -> (N, C, ...): each channel over all but axis 1.

    weight, bias: may be None.
    mean, var: (C,), constants to normalise by; None for those of x (var divided by the count).
    observe: a function that is handed the mean and variance of x, for running averages.
    """
    planes = Planes(x)
    x, fixed = planes.of(x), mean is not None
    if fixed:
        centred = x - mean[:, None]
    else:
        mean = planes.sums(x) / x.dtype.type(planes.count)
        centred = x - mean[:, None]
        var = planes.products(centred, centred) / x.dtype.type(planes.count)
        if observe is not None:
            observe(mean, var)
    scale = 1 / np.sqrt(var + x.dtype.type(eps))
    gain = scale if weight is None else scale * weight
    out = centred * gain[:, None]
    if bias is not None:
        out += bias[:, None]
    return planes.back(out), (centred, scale, gain, weight, bias, fixed, planes)


def batch_norm_backward(dout, cache, needs=(True, True, True)):
    centred, scale, gain, weight, bias, fixed, planes = cache
    dout = planes.of(dout)
    total = planes.sums(dout)  # (C,)
    along = planes.products(dout, centred) * scale  # (C,), the sum of dout * normal
    dx = None
    if needs[0] and fixed:
        dx = planes.back(dout * gain[:, None])
    elif needs[0]:
        # gain * (dout - its mean - normal * the mean of dout * normal), in one buffer.
        count = scale.dtype.type(planes.count)
        dx = centred * (-scale * along / count)[:, None]
        dx += dout
        dx -= (total / count)[:, None]
        dx *= gain[:, None]
        dx = planes.back(dx)
    return dx, None if weight is None else along, None if bias is None else total


class Planes:
    """An array (N, C, ...) seen as (A, C, B) with B the innermost of memory: B is what runs fast.

    A convolution leaves its result in the memory order (C, H, W, N): then A = 1 and B = H W N, and
    nothing is copied, neither here nor there. Otherwise A = N and B = H W.
    """

    def __init__(self, x):
        self.shape = x.shape
        self.batch_last = x.ndim > 2 and x.strides[0] < min(x.strides[1:])
        (N, C), window = x.shape[:2], math.prod(x.shape[2:])
        self.view = (1, C, window * N) if self.batch_last else (N, C, window)
        self.count = max(N * window, 1)  # an empty batch divides by 1, quietly

    def of(self, x):
        """x (N, C, ...) -> (A, C, B); a copy only where its memory has another order."""
        return (np.moveaxis(x, 0, -1) if self.batch_last else x).reshape(self.view)

    def back(self, x):
        """(A, C, B) -> (N, C, ...), in the same memory."""
        if not self.batch_last:
            return x.reshape(self.shape)
        N, *rest = self.shape
        return np.moveaxis(x.reshape(*rest, N), -1, 0)

    def sums(self, x):
        """(A, C, B) -> (C,)."""
        return x.sum(axis=(0, 2))

    def products(self, a, b):
        """The sums of a * b, without the array a * b: (A, C, B) twice -> (C,)."""
        if self.view[2] == 1:  # one dot product for every single number would be slow
            return np.einsum("ac,ac->c", a[:, :, 0], b[:, :, 0])
        return np.vecdot(a, b).sum(axis=0)


def group_norm_forward(x, weight, bias, *, num_groups, eps=1e-5):
    """x (N, C, ...), weight (C,), bias (C,) -> (N, C, ...): each group of C / num_groups channels
    of each example to mean 0 and variance 1. weight and bias may be None.
    """
    (N, C), window = x.shape[:2], math.prod(x.shape[2:])
    normal = x.reshape(N, num_groups, C // num_groups * window)
    count = x.dtype.type(max(normal.shape[2], 1))
    normal = normal - normal.sum(axis=2, keepdims=True) / count
    scale = 1 / np.sqrt(np.vecdot(normal, normal)[..., None] / count + x.dtype.type(eps))
    normal *= scale
    out = normal.reshape(N, C, window)
    out = out.copy() if weight is None else out * weight[:, None]
    if bias is not None:
        out += bias[:, None]
    return out.reshape(x.shape), (normal, scale, weight, bias, x.shape)


def group_norm_backward(dout, cache):
    normal, scale, weight, bias, shape = cache
    per_channel = (*shape[:2], math.prod(shape[2:]))
    dout = dout.reshape(per_channel)
    dnormal = (dout if weight is None else dout * weight[:, None]).reshape(normal.shape)
    count = dnormal.dtype.type(max(normal.shape[2], 1))
    shift = dnormal.sum(axis=2, keepdims=True) / count
    stretch = np.vecdot(dnormal, normal)[..., None] / count
    dx = normal * -stretch
    dx += dnormal
    dx -= shift
    dx *= scale
    dweight = dbias = None
    if weight is not None:
        dweight = np.vecdot(dout, normal.reshape(per_channel)).sum(axis=0)
    if bias is not None:
        dbias = dout.sum(axis=(0, 2))
    return dx.reshape(shape), dweight, dbias


batch_norm = register(
    "batch_norm",
    batch_norm_forward,
    batch_norm_backward,
    torch="nn.functional.batch_norm",
    source="Ioffe, Szegedy 2015, ICML, arXiv:1502.03167",
)
group_norm = register(
    "group_norm",
    group_norm_forward,
    group_norm_backward,
    torch="nn.functional.group_norm",
    source="Wu, He 2018, ECCV, arXiv:1803.08494",
)
