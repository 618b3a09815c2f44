"""dlcore: deep learning on two backends, NumPy with every gradient by hand and PyTorch itself."""

from .backend import available_backends, get_backend, get_device, seed
from .reference.check import GradientMismatch, check_rule

__version__ = "0.1.0"

__all__ = [
    "GradientMismatch",
    "available_backends",
    "check_rule",
    "get_backend",
    "get_device",
    "seed",
]
