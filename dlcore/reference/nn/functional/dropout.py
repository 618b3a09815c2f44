"""Dropout: noise that is there in training only."""

from ...functions.create import rand
from ...functions.pointwise import mul


def dropout(input, p=0.5, training=True):
    """Each element is 0 with probability p, else divided by 1 - p; if not training, unchanged."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    keep = (rand(*input.shape) >= p).to(input.dtype)
    return mul(input, keep / (1 - p) if p < 1 else keep)
