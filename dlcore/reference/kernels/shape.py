"""Moving numbers about: the gradient moves back the same way."""

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast

MOVE = "a permutation of elements: its transpose is its inverse"


def reshape_forward(x, *, shape):
    return x.reshape(shape), x.shape


def reshape_backward(dout, cache):
    shape = cache
    return (dout.reshape(shape),)


def permute_forward(x, *, dims):
    return x.transpose(dims), [d % x.ndim for d in dims]


def permute_backward(dout, cache):
    dims = cache
    return (dout.transpose(np.argsort(dims)),)  # sorting a permutation inverts it


def expand_forward(x, *, size):
    if x.shape == tuple(size):
        return x[...], x.shape
    # A copy, not NumPy's read-only view with stride 0.
    return np.array(np.broadcast_to(x, size)), x.shape


def expand_backward(dout, cache):
    shape = cache
    return (unbroadcast(dout, shape),)


def cat_forward(*xs, dim=0):
    return np.concatenate(xs, axis=dim), ([x.shape[dim] for x in xs], dim)


def cat_backward(dout, cache):
    lengths, dim = cache
    return tuple(np.split(dout, np.cumsum(lengths)[:-1], axis=dim))


def to_forward(x, *, dtype):
    return x.astype(dtype), x.dtype


def to_backward(dout, cache):
    before = cache
    return (dout.astype(before),)


def clone_forward(x):
    return x.copy(), None


def clone_backward(dout, cache):
    return (dout,)


reshape = register("reshape", reshape_forward, reshape_backward, torch="reshape", source=MOVE)
permute = register("permute", permute_forward, permute_backward, torch="permute", source=MOVE)
expand = register(
    "expand",
    expand_forward,
    expand_backward,
    torch="broadcast_to",
    source="a copy is a use: gradients of all copies add up",
)
cat = register("cat", cat_forward, cat_backward, torch="cat", source=MOVE)
to = register(
    "to", to_forward, to_backward, torch="Tensor.to", source="rounding is taken as the identity"
)
clone = register("clone", clone_forward, clone_backward, torch="clone", source=MOVE)
