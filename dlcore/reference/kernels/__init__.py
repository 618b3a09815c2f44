"""The pairs: forward and backward as pure functions on arrays, one file per idea.

Importing this package fills the registry.
"""

from . import activation, arithmetic, elementary, indexing, linear, loss, reduction, shape

__all__ = [
    "activation",
    "arithmetic",
    "elementary",
    "indexing",
    "linear",
    "loss",
    "reduction",
    "shape",
]
