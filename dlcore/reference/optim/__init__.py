"""Optimisers with torch's names, arguments and defaults."""

from . import lr_scheduler
from .adaptive import Adagrad, Adam, AdamW, RMSprop
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]


def __getattr__(name):
    from ..tensor import HINT

    raise AttributeError(f"torch.optim.{name} is not in the reference backend's subset. {HINT}")
