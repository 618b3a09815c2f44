"""The pairs: forward and backward as pure functions on arrays, one file per idea.

Importing this package fills the registry.
"""

from . import (
    activation,
    arithmetic,
    elementary,
    embedding,
    indexing,
    linear,
    loss,
    normalise,
    reduction,
    shape,
)

__all__ = [
    "activation",
    "arithmetic",
    "elementary",
    "embedding",
    "indexing",
    "linear",
    "loss",
    "normalise",
    "reduction",
    "shape",
]
