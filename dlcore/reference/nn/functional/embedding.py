"""Look-up tables: integers in, rows of a matrix out."""

import numpy as np

from ...kernels import embedding as kernels
from ...tape import apply
from ...tensor import Tensor
from .checks import tensors


def embedding(input, weight):
    """Rows of weight (V, D) at integers (...) -> (..., D). IndexError outside 0 .. V - 1."""
    tensors("embedding", input)
    index = input._array
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"embedding: expected integers as indices, received {input.dtype}")
    if index.size and (index.min() < 0 or index.max() >= len(weight)):
        bad = index[(index < 0) | (index >= len(weight))].flat[0]
        raise IndexError(f"index out of range: {bad} in an embedding of {len(weight)} rows")
    return apply(kernels.embedding, input, weight)


def one_hot(tensor, num_classes=-1):
    """Integers (...) -> 0/1 integers (..., num_classes)."""
    classes = num_classes if num_classes > 0 else int(tensor._array.max()) + 1
    return Tensor._wrap(np.eye(classes, dtype=np.int64)[tensor._array])
