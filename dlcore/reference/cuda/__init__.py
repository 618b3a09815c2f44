"""``torch.cuda`` as far as a program asks whether there is a GPU: here there is none."""

from ..tensor import outside
from . import amp  # noqa: F401  (torch.cuda.amp)

__all__ = [
    "device_count",
    "empty_cache",
    "is_available",
    "is_bf16_supported",
    "manual_seed",
    "manual_seed_all",
]


def is_available():
    """False: the reference computes on the processor."""
    return False


def device_count():
    """0."""
    return 0


def is_bf16_supported(including_emulation=True):
    """False."""
    return False


def manual_seed(seed):
    """Does nothing, as in PyTorch without a GPU."""


def manual_seed_all(seed):
    """Does nothing, as in PyTorch without a GPU."""


def empty_cache():
    """Does nothing, as in PyTorch without a GPU."""


__getattr__ = outside("torch.cuda")
