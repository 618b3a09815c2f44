"""One array cut into several: the gradients of the parts are joined again."""

import numpy as np

from ..rule import register

CUT = "cutting and joining are transposes of each other"


def split_forward(x, *, sizes, dim=0):
    """Parts of these sizes along ``dim``, one after the other."""
    return tuple(np.split(x, np.cumsum(sizes)[:-1], axis=dim)), dim


def split_backward(dout, cache):
    dim = cache
    return (np.concatenate(dout, axis=dim),)


def unbind_forward(x, *, dim=0):
    """The slices along ``dim``, which goes away."""
    return tuple(np.moveaxis(x, dim, 0)[i, ...] for i in range(x.shape[dim])), dim


def unbind_backward(dout, cache):
    dim = cache
    return (np.stack(dout, axis=dim),)


def diagonal_forward(x, *, offset=0, dim1=0, dim2=1):
    """The elements (i, i + offset) of two axes, which become one, the last."""
    return _diagonal(x, offset, dim1, dim2), (x.shape, offset, dim1, dim2)


def diagonal_backward(dout, cache):
    shape, offset, dim1, dim2 = cache
    dx = np.zeros(shape, dout.dtype)
    _diagonal(dx, offset, dim1, dim2)[...] = dout
    return (dx,)


def _diagonal(x, offset, dim1, dim2):
    view = np.diagonal(x, offset, dim1, dim2)
    view.flags.writeable = x.flags.writeable  # NumPy hands it out read-only, for caution
    return view


def tensor_unfold_forward(x, *, dimension, size, stride):
    """Windows of ``size`` elements, one every ``stride`` along ``dimension``; a new last axis."""
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=dimension)
    every = [slice(None)] * x.ndim
    every[dimension] = slice(None, None, stride)
    return windows[tuple(every)].copy(), (x.shape, dimension, size, stride)


def tensor_unfold_backward(dout, cache):
    shape, dimension, size, stride = cache
    dx = np.zeros(shape, dout.dtype)
    along = np.moveaxis(dx, dimension, -1)
    d = np.moveaxis(dout, dimension % len(shape), -2)  # (..., windows, size)
    for start in range(d.shape[-2]):  # windows overlap: an element adds up what it gave to each
        along[..., start * stride : start * stride + size] += d[..., start, :]
    return (dx,)


split = register("split", split_forward, split_backward, torch="split", source=CUT)
unbind = register("unbind", unbind_forward, unbind_backward, torch="unbind", source=CUT)
diagonal = register("diagonal", diagonal_forward, diagonal_backward, torch="diagonal", source=CUT)
tensor_unfold = register(
    "tensor_unfold",  # nn.functional.unfold is another thing: patches of images
    tensor_unfold_forward,
    tensor_unfold_backward,
    torch="Tensor.unfold",
    source="a copy is a use: gradients of all copies add up",
)
