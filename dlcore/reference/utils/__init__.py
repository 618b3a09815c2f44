"""What is neither a tensor nor a layer: so far, ``data``."""

from . import data

__all__ = ["data"]
