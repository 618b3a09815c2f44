"""Models, each defined once for both backends."""

from .definition import definition
from .mlp import mlp

__all__ = ["definition", "mlp"]
