"""What programs switch before they begin, and what NumPy has no need of."""

import warnings

from . import dtypes
from .device import device as Device


def use_deterministic_algorithms(mode, *, warn_only=False):
    """Does nothing: the reference is always deterministic. TypeError unless ``mode`` is a bool."""
    if not isinstance(mode, bool):
        raise TypeError(f"use_deterministic_algorithms: mode must be bool, received {mode!r}")


def are_deterministic_algorithms_enabled():
    """True."""
    return True


def set_float32_matmul_precision(precision):
    """Does nothing: a product of float32 is computed in float32, the highest precision."""
    if precision not in ("highest", "high", "medium"):
        raise ValueError(
            f"set_float32_matmul_precision: expected highest, high or medium, not {precision!r}"
        )


def get_float32_matmul_precision():
    """The one that is always in force."""
    return "highest"


def set_num_threads(num):
    """Warns: NumPy's threads are set by OMP_NUM_THREADS before the program starts."""
    if num < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, received {num}")
    warnings.warn(
        "set_num_threads changes nothing here: set OMP_NUM_THREADS before starting Python",
        stacklevel=2,
    )


def set_default_device(device):
    """The cpu, or None for it; any other device is a RuntimeError."""
    if device is not None:
        Device(device)


def set_default_tensor_type(t, /):
    """As ``set_default_dtype``, from ``DoubleTensor`` or its name ``"torch.DoubleTensor"``."""
    from .conversion import legacy_dtype

    dtypes.set_default_dtype(legacy_dtype(t))
