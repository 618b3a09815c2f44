"""Cases of kernels/indexing.py."""

import numpy as np

from .draw import arrays, axis, composite, filled, flag, indices, masks, one_of, shapes, size, whole
from .make import Case, normal


def index_call(torch, twin, tensors, index):
    def convert(i):
        if isinstance(i, tuple):
            return tuple(convert(part) for part in i)
        return torch.from_numpy(i) if isinstance(i, np.ndarray) else i

    return tensors[0][convert(index)]


def index_cases():
    x = normal(4, 5, 3)
    rows, columns = np.array([2, 0, 2, 3]), np.array([1, 1, 1, 4])
    indices = [
        2,
        -1,
        slice(1, 3),
        (slice(None), 2),
        (..., slice(None, None, 2)),
        (None, 1, slice(None, None, 1)),
        rows,
        (rows, columns),
        (slice(None), columns),
        x[..., 0] > 0,
    ]

    return [Case((x,), {"index": i}, index_call) for i in indices]


def gather_call(torch, twin, tensors, dim, index):
    return twin(tensors[0], dim, torch.from_numpy(index))


def gather_cases():
    rng = np.random.default_rng(0)
    cases = []
    for dim, shape in [(0, (2, 3)), (1, (4, 6)), (1, (2, 1))]:
        index = rng.integers(0, (4, 3)[dim], shape)
        cases.append(Case((normal(4, 3),), {"dim": dim, "index": index}, gather_call))
    return cases


CASES = {
    "index": index_cases(),
    "gather": gather_cases(),
}


@composite
def index_drawn(draw):
    """A slice, number, list of numbers or None for each of some leading axes; or a mask."""
    x = draw(arrays(min_dims=1, smallest=1))
    if draw(one_of(False, False, False, True)):
        return Case((x,), {"index": draw(masks(x.shape[: draw(whole(1, x.ndim))]))}, index_call)
    length, parts = draw(size()), []
    for n in x.shape[: draw(whole(1, x.ndim))]:
        kind = draw(one_of("slice", "number", "list", "none"))
        if kind == "slice":
            start, stop = sorted(draw(whole(0, n)) for _ in range(2))
            parts.append(slice(start, stop, draw(one_of(None, 2))))
        elif kind == "number":
            parts.append(draw(axis(n)))
        elif kind == "list":
            parts.append(draw(indices((length,), n)))
        else:
            parts += [None, slice(None)]
    index = parts[0] if len(parts) == 1 and draw(flag()) else tuple(parts)
    return Case((x,), {"index": index}, index_call)


@composite
def gather_drawn(draw):
    shape = draw(shapes(min_dims=1, smallest=1))
    dim = draw(axis(len(shape)))
    picked = [draw(whole(0, n)) for n in shape]
    picked[dim] = draw(size())
    index = draw(indices(tuple(picked), shape[dim]))
    return Case((draw(filled(shape)),), {"dim": dim, "index": index}, gather_call)


GENERATED = {
    "index": index_drawn(),
    "gather": gather_drawn(),
}
