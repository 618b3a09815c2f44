"""Cases of kernels/shape.py."""

import numpy as np

from .make import Case, named, normal, one


def cast_call(torch, twin, tensors, dtype):
    return tensors[0].to(getattr(torch, np.dtype(dtype).name))


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
            lambda torch, twin, tensors, dim: twin(tensors, dim),
        ),
        Case(
            (normal(2, 3), normal(2, 1)),
            {"dim": -1},
            lambda torch, twin, tensors, dim: twin(tensors, dim),
        ),
    ],
    "to": [Case((normal(3, 4),), {"dtype": np.dtype("float64")}, cast_call)],
    "clone": one(),
}
