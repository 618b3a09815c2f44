"""Looking up rows of a table: each row collects the gradients of all places that it was put in."""

import numpy as np

from ..rule import register


def embedding_forward(index, weight):
    """index (...) integers, weight (V, D) -> (..., D)."""
    return weight[index], (index, weight.shape)


def embedding_backward(dout, cache):
    index, shape = cache
    # A word that occurs twice receives two gradients.
    return None, sums_by_index(index.reshape(-1), dout.reshape(index.size, shape[1]), shape[0])


def sums_by_index(index, rows, count):
    """out (count, D) with out[i] the sum of all rows (N, D) whose index (N,) is i.

    What np.add.at computes one row after the other: sorted by index, the rows of each sum lie
    together, and NumPy adds them up several times as fast.
    """
    out = np.zeros((count, rows.shape[1]), rows.dtype)
    if not index.size:
        return out
    order = np.argsort(index, kind="stable")
    ordered = index[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    out[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return out


embedding = register(
    "embedding",
    embedding_forward,
    embedding_backward,
    torch="nn.functional.embedding",
    source="Bengio, Ducharme, Vincent, Jauvin 2003, JMLR 3, 1137-1155",
)
