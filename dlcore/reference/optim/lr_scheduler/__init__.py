"""Schedules, as ``torch.optim.lr_scheduler``: the learning rate as a function of the step.

Call ``scheduler.step()`` after ``optimizer.step()``. Each schedule is written in closed form, from
the initial rate and the step number, so that it can be read off. If something else has changed the
rate since the last step, a second schedule or a hand, that change stays in force as a factor.
"""

from ...tensor import outside
from .combined import ChainedScheduler, SequentialLR
from .cycles import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from .decay import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]

_LRScheduler = LRScheduler  # the name that older programs derive their own schedules from

__getattr__ = outside("torch.optim.lr_scheduler")
