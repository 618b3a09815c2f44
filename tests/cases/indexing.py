"""Cases of kernels/indexing.py."""

import numpy as np

from .make import Case, normal


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

    def call(torch, twin, tensors, index):
        def convert(i):
            if isinstance(i, tuple):
                return tuple(convert(part) for part in i)
            return torch.from_numpy(i) if isinstance(i, np.ndarray) else i

        return tensors[0][convert(index)]

    return [Case((x,), {"index": i}, call) for i in indices]


def gather_cases():
    rng = np.random.default_rng(0)
    cases = []
    for dim, shape in [(0, (2, 3)), (1, (4, 6)), (1, (2, 1))]:
        index = rng.integers(0, (4, 3)[dim], shape)

        def call(torch, twin, tensors, dim, index):
            return twin(tensors[0], dim, torch.from_numpy(index))

        cases.append(Case((normal(4, 3),), {"dim": dim, "index": index}, call))
    return cases


CASES = {
    "index": index_cases(),
    "gather": gather_cases(),
}
