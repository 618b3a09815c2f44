"""Looking up rows of a table: each row collects the gradients of all places that it was put in."""

import numpy as np

from ..rule import register
from .indexing import add_at, numbers


def embedding_forward(index, weight):
    """index (...) integers, weight (V, D) -> (..., D)."""
    return weight[index], (index, weight.shape)


def embedding_backward(dout, cache):
    index, shape = cache
    dweight = np.zeros(shape, dout.dtype)
    # A word that occurs twice receives two gradients.
    add_at(dweight, numbers((index[..., None], np.arange(shape[1])), shape), dout)
    return None, dweight


embedding = register(
    "embedding",
    embedding_forward,
    embedding_backward,
    torch="nn.functional.embedding",
    source="Bengio, Ducharme, Vincent, Jauvin 2003, JMLR 3, 1137-1155",
)
