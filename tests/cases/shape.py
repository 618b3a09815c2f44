"""Cases of kernels/shape.py."""

import numpy as np
from hypothesis import strategies as st

from .draw import (
    arrays,
    axis,
    broadcastable,
    composite,
    filled,
    flag,
    one_of,
    shapes,
    size,
    unary,
    whole,
)
from .make import Case, named, normal, one


def cast_call(torch, twin, tensors, dtype):
    return tensors[0].to(getattr(torch, np.dtype(dtype).name))


def cat_call(torch, twin, tensors, dim):
    return twin(tensors, dim)


CASES = {
    "reshape": [
        Case((normal(*s),), {"shape": t}) for s, t in [((6, 2), (3, 4)), ((12,), (2, -1, 3))]
    ],
    "permute": [Case((normal(2, 3, 4),), {"dims": d}) for d in [(2, 0, 1), (0, 2, 1), (-1, 0, 1)]],
    "expand": [
        Case((normal(*s),), {"size": t}, named("size"))
        for s, t in [((3, 1), (3, 4)), ((4,), (2, 3, 4)), ((1,), (5,))]
    ],
    "cat": [
        Case(
            (normal(2, 3), normal(4, 3), normal(1, 3)),
            {"dim": 0},
            cat_call,
        ),
        Case(
            (normal(2, 3), normal(2, 1)),
            {"dim": -1},
            cat_call,
        ),
    ],
    "to": [Case((normal(3, 4),), {"dtype": np.dtype("float64")}, cast_call)],
    "clone": one(),
}


@composite
def reshape_drawn(draw):
    x = draw(arrays())
    shape = list(draw(st.permutations(x.shape)))
    if shape and draw(one_of(True, False)):
        shape[:2] = [int(np.prod(shape[:2]))]  # two axes become one
    if x.size and shape and draw(one_of(True, False)):
        shape[0] = -1
    return Case((x,), {"shape": tuple(shape)})


@composite
def permute_drawn(draw):
    x = draw(arrays())
    dims = draw(st.permutations(range(x.ndim)))
    return Case((x,), {"dims": tuple(d - x.ndim if draw(flag()) else d for d in dims)})


@composite
def expand_drawn(draw):
    small, size = draw(broadcastable())
    size = np.broadcast_shapes(small, size)
    return Case((draw(filled(small)),), {"size": size}, named("size"))


@composite
def cat_drawn(draw):
    shape = list(draw(shapes(min_dims=1)))
    dim = draw(axis(len(shape)))
    parts = []
    for _ in range(draw(whole(1, 3))):
        shape[dim] = draw(size())
        parts.append(draw(filled(tuple(shape))))
    return Case(tuple(parts), {"dim": dim}, cat_call)


GENERATED = {
    "reshape": reshape_drawn(),
    "permute": permute_drawn(),
    "expand": expand_drawn(),
    "cat": cat_drawn(),
    "to": unary(twin=cast_call, dtype=one_of(np.dtype("float64"))),
    "clone": unary(),
}
