"""Schedules, as ``torch.optim.lr_scheduler``: the learning rate as a function of the step.

Call ``scheduler.step()`` after ``optimizer.step()``. Each schedule is written in closed form, from
the initial rate and the step number, so that it can be read off. If something else has changed the
rate since the last step, a second schedule or a hand, that change stays in force as a factor.
"""

import math
from bisect import bisect_right

from ..tensor import outside
from .optimizer import Optimizer

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]


class LRScheduler:
    """Base class: a subclass says by which factor the initial rate is multiplied at step t."""

    def __init__(self, optimizer, last_epoch=-1):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        if last_epoch != -1:
            raise ValueError("last_epoch: use load_state_dict to continue a schedule")
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch, self._last_lr, self._own = -1, self.base_lrs, self.base_lrs
        self.step()

    def rate(self, base, t):
        """The learning rate at step ``t`` (from 0) for a group whose initial rate is ``base``."""
        raise NotImplementedError(f"{type(self).__name__} must define rate(base, t)")

    def rates(self, t):
        return [self.rate(base, t) for base in self.base_lrs]

    def step(self):
        """One step on: set the rate of every group."""
        self.last_epoch += 1
        before, self._own = self._own, self.rates(self.last_epoch)
        for group, old, new in zip(self.optimizer.param_groups, before, self._own, strict=True):
            group["lr"] = new if group["lr"] == old else self.chained(group["lr"], old, new)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def chained(self, lr, old, new):
        """What becomes of a rate ``lr`` that is not ``old``, when the schedule goes old -> new."""
        return lr * new / old if old else new

    def get_last_lr(self):
        return list(self._last_lr)

    def state_dict(self):
        return {k: v for k, v in self.__dict__.items() if k != "optimizer" and not callable(v)}

    def load_state_dict(self, state_dict):
        self.__dict__.update(state_dict)


class LambdaLR(LRScheduler):
    """base * lr_lambda(t); one function for all groups or a list with one for each."""

    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        groups = len(optimizer.param_groups)
        given = isinstance(lr_lambda, (list, tuple))
        self.lr_lambdas = list(lr_lambda) if given else [lr_lambda] * groups
        if len(self.lr_lambdas) != groups:
            raise ValueError(f"Expected {groups} lr_lambdas, but got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def rates(self, t):
        return [base * f(t) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]

    def chained(self, lr, old, new):
        return new  # as in PyTorch, this one starts from the initial rate every time

    def state_dict(self):
        return {k: v for k, v in super().state_dict().items() if k != "lr_lambdas"}


class StepLR(LRScheduler):
    """Times ``gamma`` every ``step_size`` steps."""

    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return base * self.gamma ** (t // self.step_size)


class MultiStepLR(LRScheduler):
    """Times ``gamma`` at each of the ``milestones``."""

    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1):
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return base * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(LRScheduler):
    """Times ``gamma`` at every step."""

    def __init__(self, optimizer, gamma, last_epoch=-1):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return base * self.gamma**t


class LinearLR(LRScheduler):
    """From start_factor to end_factor in ``total_iters`` steps, in a straight line: a warm-up."""

    def __init__(
        self, optimizer, start_factor=1.0 / 3, end_factor=1.0, total_iters=5, last_epoch=-1
    ):
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be in (0, 1], received {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor must be in [0, 1], received {end_factor}")
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        part = min(t, self.total_iters) / self.total_iters if self.total_iters else 1
        return base * (self.start_factor + (self.end_factor - self.start_factor) * part)


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the initial rate down to ``eta_min`` in ``T_max`` steps, then up again.

    Source: Loshchilov, Hutter 2017, ICLR, arXiv:1608.03983 (without restarts).
    """

    def __init__(self, optimizer, T_max, eta_min=0.0, last_epoch=-1):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2

    def chained(self, lr, old, new):
        return self.eta_min + super().chained(
            lr - self.eta_min, old - self.eta_min, new - self.eta_min
        )


class SequentialLR(LRScheduler):
    """One schedule after another: schedulers[i] takes over at milestones[i - 1], from its own 0."""

    def __init__(self, optimizer, schedulers, milestones, last_epoch=-1):
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"expected one milestone fewer than schedulers, received {len(schedulers)} "
                f"schedulers and {len(milestones)} milestones"
            )
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        for group in optimizer.param_groups:  # each of them has set its own first rate
            group["lr"] = group["initial_lr"]
        super().__init__(optimizer, last_epoch)

    def rates(self, t):
        i = bisect_right(self._milestones, t)
        return self._schedulers[i].rates(t - (self._milestones[i - 1] if i else 0))

    def state_dict(self):
        return {"last_epoch": self.last_epoch, "_last_lr": self._last_lr, "_own": self._own}


class ReduceLROnPlateau(LRScheduler):
    """Times ``factor`` when step(metric) saw no improvement more than ``patience`` times."""

    def __init__(
        self,
        optimizer,
        mode="min",
        factor=0.1,
        patience=10,
        threshold=1e-4,
        threshold_mode="rel",
        cooldown=0,
        min_lr=0,
        eps=1e-8,
    ):
        if factor >= 1.0:
            raise ValueError(f"Factor should be < 1.0, received {factor}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"mode is 'min' or 'max' and threshold_mode 'rel' or 'abs', received {mode!r} and "
                f"{threshold_mode!r}"
            )
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.min_lr, self.eps = cooldown, min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def _improved(self, metric):
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "abs" or math.isinf(self.best):
            return sign * (metric - self.best) > self.threshold
        return sign * metric > sign * self.best * (1 + sign * self.threshold)

    def step(self, metrics):
        metric = float(metrics)
        self.last_epoch += 1
        if self._improved(metric):
            self.best, self.num_bad_epochs = metric, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                lower = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


__getattr__ = outside("torch.optim.lr_scheduler")
