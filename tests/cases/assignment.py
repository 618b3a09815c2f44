"""Cases of kernels/assignment.py."""

import numpy as np
from hypothesis import strategies as st

from .make import Case, normal


def put(torch, twin, tensors, index):
    """torch's item assignment on a copy; ``index_put`` itself takes no slices."""
    x, value = tensors
    first, second = (
        torch.from_numpy(part)
        if isinstance(part, np.ndarray)
        else tuple(torch.from_numpy(i) if isinstance(i, np.ndarray) else i for i in part)
        if isinstance(part, tuple)
        else part
        for part in index
    )
    out = x.clone()
    out[first][second] = value
    return out


def case(shape, first, second=..., value=None):
    x = normal(*shape)
    part = x[first][second]
    return Case(
        (x, normal(*(part.shape if value is None else value), seed=1)),
        {"index": (first, second)},
        put,
    )


@st.composite
def drawn(draw):
    """Some rows, some columns of them, and a value of that shape or one that is broadcast to it."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    start = draw(st.integers(0, rows))
    first = (slice(start, draw(st.integers(start, rows))), ...)
    chosen = draw(st.lists(st.integers(0, columns - 1), unique=True, max_size=3))
    second = draw(st.sampled_from([..., (slice(None), np.array(chosen, np.int64))]))
    value = draw(st.sampled_from([None, (), (1,)]))
    return case((rows, columns), first, second, value)


CASES = {
    "assign": [
        case((4, 3), (slice(1, 3), ...)),
        case((4, 3), (2, ...)),
        case((4, 3), (slice(None), 1, ...), value=()),
        case((4, 3), (slice(None), slice(None)), (np.array([0, 3]), np.array([2, 1]))),
        case((4, 3), (slice(None), ...), normal(4, 3) > 0, value=(1,)),
        case((2, 3, 4), (..., slice(1, None, 2)), value=(3, 1)),
        case((0, 3), ...),
    ]
}
GENERATED = {"assign": drawn()}
