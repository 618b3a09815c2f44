"""``torch.cuda`` as far as a program asks whether there is a GPU: here there is none."""

from .tensor import outside

__all__ = ["device_count", "is_available", "manual_seed_all"]


def is_available():
    """False: the reference computes on the processor."""
    return False


def device_count():
    """0."""
    return 0


def manual_seed_all(seed):
    """Does nothing, as in PyTorch without a GPU."""


__getattr__ = outside("torch.cuda")
