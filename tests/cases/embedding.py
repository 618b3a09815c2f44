"""Cases of kernels/embedding.py."""

import numpy as np

from .draw import composite, filled, indices, shapes, size
from .make import Case, normal


def embedding_cases():
    rng = np.random.default_rng(0)
    return [Case((rng.integers(0, 5, shape), normal(5, 3))) for shape in [(4,), (2, 6), (0,), ()]]


CASES = {
    "embedding": embedding_cases(),
}


@composite
def embedding_drawn(draw):
    rows, width = draw(size(1)), draw(size())
    index = draw(indices(draw(shapes()), rows))
    return Case((index, draw(filled((rows, width)))))


GENERATED = {
    "embedding": embedding_drawn(),
}
