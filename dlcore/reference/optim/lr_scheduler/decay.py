"""Schedules that only go down, or up to the initial rate."""

import math
from bisect import bisect_right

from .scheduler import Absolute, LRScheduler, between, for_groups


class _Factors(LRScheduler):
    """With a function of the step, or a list with one for each group."""

    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        self.lr_lambdas = for_groups("lr_lambdas", optimizer, lr_lambda)
        super().__init__(optimizer, last_epoch)

    def state_dict(self):
        return {k: v for k, v in super().state_dict().items() if k != "lr_lambdas"}


class LambdaLR(_Factors, Absolute):
    """base * lr_lambda(t); one function for all groups or a list with one for each."""

    def rates(self, t):
        return [base * f(t) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class MultiplicativeLR(_Factors):
    """Times lr_lambda(t) at step t; one function for all groups or a list with one for each."""

    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        self._products = [[1.0] * len(optimizer.param_groups)]  # of the factors up to each step
        super().__init__(optimizer, lr_lambda, last_epoch)

    def rates(self, t):
        while len(self._products) <= t:
            step, before = len(self._products), self._products[-1]
            factors = [f(step) for f in self.lr_lambdas]
            self._products.append([p * f for p, f in zip(before, factors, strict=True)])
        return [base * p for base, p in zip(self.base_lrs, self._products[t], strict=True)]


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


class ConstantLR(LRScheduler):
    """Times ``factor`` for the first ``total_iters`` steps."""

    def __init__(self, optimizer, factor=1.0 / 3, total_iters=5, last_epoch=-1):
        between("factor", factor, 0, 1)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return base * self.factor if t < self.total_iters else base


class LinearLR(LRScheduler):
    """From start_factor to end_factor in ``total_iters`` steps, in a straight line: a warm-up."""

    def __init__(
        self, optimizer, start_factor=1.0 / 3, end_factor=1.0, total_iters=5, last_epoch=-1
    ):
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be in (0, 1], received {start_factor}")
        between("end_factor", end_factor, 0, 1)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        part = min(t, self.total_iters) / self.total_iters if self.total_iters else 1
        return base * (self.start_factor + (self.end_factor - self.start_factor) * part)


class PolynomialLR(LRScheduler):
    """Down to 0 in ``total_iters`` steps, as (1 - t / total_iters) to the power of ``power``."""

    def __init__(self, optimizer, total_iters=5, power=1.0, last_epoch=-1):
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def rate(self, base, t):
        return base * (1 - min(t, self.total_iters) / self.total_iters) ** self.power


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
