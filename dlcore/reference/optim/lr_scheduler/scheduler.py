"""What all schedules share."""

import math

from ..optimizer import Optimizer


class LRScheduler:
    """Base class: a subclass defines ``rate(base, t)``, or ``get_lr()`` as in PyTorch.

    last_epoch: the number of the step that the rates belong to, from 0. To go on from a step by
    number, give it, with "initial_lr" in every group of the optimiser (KeyError without).
    """

    def __init__(self, optimizer, last_epoch=-1):
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming an "
                    "optimizer"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch, self._last_lr, self._step_count = last_epoch, self.base_lrs, 0
        self._own = self.base_lrs if last_epoch == -1 else self.rates(last_epoch)
        self.step()

    def rate(self, base, t):
        """The learning rate at step ``t`` (from 0) for a group whose initial rate is ``base``."""
        raise NotImplementedError(f"{type(self).__name__} must define rate(base, t) or get_lr()")

    def rates(self, t):
        """The rates of all groups at step ``t``."""
        return [self.rate(base, t) for base in self.base_lrs]

    def also(self, t):
        """What a schedule sets at step ``t`` beside the rates: a momentum."""

    def get_lr(self):
        """The rates of all groups at step ``last_epoch``."""
        before, self._own = self._own, self.rates(self.last_epoch)
        return [
            new if group["lr"] == old else self.chained(group["lr"], old, new)
            for group, old, new in zip(self.optimizer.param_groups, before, self._own, strict=True)
        ]

    def step(self, epoch=None):
        """One step on, or to the step of that number: set the rate of every group."""
        self._step_count += 1
        self.last_epoch = self.last_epoch + 1 if epoch is None else math.floor(epoch)
        for group, lr in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = lr
        self.also(self.last_epoch)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def chained(self, lr, old, new):
        """What becomes of a rate ``lr`` that is not ``old``, when the schedule goes old -> new."""
        return lr * new / old if old else new

    def get_last_lr(self):
        """The rates of all groups that the last step has set."""
        return list(self._last_lr)

    def state_dict(self):
        """Everything but the optimiser and functions."""
        return {k: v for k, v in self.__dict__.items() if k != "optimizer" and not callable(v)}

    def load_state_dict(self, state_dict):
        """Take over what ``state_dict`` returned."""
        self.__dict__.update(state_dict)


class Absolute(LRScheduler):
    """A schedule that sets its rates whatever else has changed them, as these do in PyTorch."""

    def chained(self, lr, old, new):
        return new


def check_optimizer(optimizer):
    """TypeError unless it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def for_groups(name, optimizer, value):
    """One value for each group: ``value`` itself if it is a list of that length, or repeated."""
    groups = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * groups
    if len(value) != groups:
        raise ValueError(f"Expected {groups} {name}, but got {len(value)}")
    return list(value)


def between(name, value, low, high):
    """ValueError unless low <= value <= high."""
    if not low <= value <= high:
        raise ValueError(f"{name} must be in [{low}, {high}], received {value}")
