"""``torch.amp``: mixed precision, which a program may ask for and here is always switched off.

As in PyTorch without a GPU, asking for a GPU's mixed precision warns and changes no number. On the
cpu PyTorch would compute in bfloat16, which NumPy has not, so that is an error.
"""

import contextlib
import warnings

from .tensor import outside

__all__ = ["GradScaler", "autocast"]


def _switched_off(what, device_type, enabled):
    """Warn of a GPU that is not there; RuntimeError for what PyTorch would do on the cpu."""
    if not enabled:
        return
    if device_type == "cpu":
        raise RuntimeError(
            f"{what} on the cpu is not in the reference backend's subset: NumPy has no bfloat16. "
            "Pass enabled=False, or use get_backend('torch')."
        )
    warnings.warn(f"{what}: there is no {device_type!r}, so it is disabled", stacklevel=3)


class autocast(contextlib.ContextDecorator):
    """``with autocast("cuda"):`` changes nothing and warns so, unless ``enabled=False``.

    Raises RuntimeError for the cpu, unless ``enabled=False``.
    """

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        _switched_off("autocast", device_type, enabled)
        self.device = device_type

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False


class GradScaler:
    """The scale of a loss in half precision: here always 1, and every method passes things on.

    Raises RuntimeError for an enabled one on the cpu.
    """

    def __init__(
        self,
        device="cuda",
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
        enabled=True,
    ):
        _switched_off("GradScaler", device, enabled)

    def is_enabled(self):
        return False

    def scale(self, outputs):
        """``outputs`` as they are."""
        return outputs

    def unscale_(self, optimizer):
        """Does nothing: the gradients have not been scaled."""

    def step(self, optimizer, *args, **kwargs):
        """``optimizer.step``."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        """Does nothing."""

    def get_scale(self):
        return 1.0

    def state_dict(self):
        """Empty, as PyTorch's of a disabled scaler."""
        return {}

    def load_state_dict(self, state_dict):
        """Does nothing."""


__getattr__ = outside("torch.amp")
