"""Schedules that go up and down, some of them with the momentum going down and up."""

import math

from .scheduler import Absolute, between, check_optimizer, for_groups


class CosineAnnealingWarmRestarts(Absolute):
    """Half a cosine down to ``eta_min`` in T_0 steps, then again in T_0 * T_mult steps, and so on.

    step() may be given a fraction of an epoch: step(epoch + i / batches).
    Source: Loshchilov, Hutter 2017, ICLR, arXiv:1608.03983.
    """

    def __init__(self, optimizer, T_0, T_mult=1, eta_min=0.0, last_epoch=-1):
        if T_0 <= 0 or not isinstance(T_0, int):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        self.T_i, self.T_cur, self._at = T_0, last_epoch, last_epoch
        super().__init__(optimizer, last_epoch)

    def rates(self, t):
        # How far into which cycle: T_cur of T_i steps.
        self.T_cur, self.T_i = t % self.T_0 if self.T_mult == 1 else t, self.T_0
        while self.T_cur >= self.T_i:
            self.T_cur, self.T_i = self.T_cur - self.T_i, self.T_i * self.T_mult
        part = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base - self.eta_min) * part for base in self.base_lrs]

    def get_lr(self):
        return self.rates(self._at)

    def step(self, epoch=None):
        """One step on, or to that epoch, which may be a fraction. ValueError if it is negative."""
        if epoch is not None and epoch < 0:
            raise ValueError(f"Expected non-negative epoch, but got {epoch}")
        self._at = self._at + 1 if epoch is None else epoch
        super().step(self._at)


class _Momentum(Absolute):
    """A schedule that may move the momentum, or the first of Adam's betas, against the rate."""

    def _start_momentum(self, optimizer, base_momentum, max_momentum, last_epoch):
        settings = optimizer.defaults
        if "momentum" not in settings and "betas" not in settings:
            raise ValueError(
                "optimizer must support momentum or beta1 with `cycle_momentum` option enabled"
            )
        low = for_groups("base_momentum", optimizer, base_momentum)
        high = for_groups("max_momentum", optimizer, max_momentum)
        if last_epoch == -1:
            for group, least, most in zip(optimizer.param_groups, low, high, strict=True):
                group["base_momentum"], group["max_momentum"] = least, most
                _set_momentum(group, most)

    def momentum(self, group, t):
        """The momentum of a group at step ``t``."""
        raise NotImplementedError

    def also(self, t):
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                _set_momentum(group, self.momentum(group, t))


def _set_momentum(group, value):
    if "betas" in group:
        group["betas"] = (value, *group["betas"][1:])
    else:
        group["momentum"] = value


class CyclicLR(_Momentum):
    """From base_lr to max_lr in step_size_up steps, back in step_size_down, and so on.

    mode: "triangular"; "triangular2", where each cycle is half as high as the one before; or
    "exp_range", where the height at step t is gamma^t. Or scale_fn: a function of the cycle's
    number (from 1) or of the step, as scale_mode says ("cycle" or "iterations").
    Momentum goes from max_momentum to base_momentum and back. ValueError for an optimiser without.
    Source: Smith 2017, WACV, arXiv:1506.01186.
    """

    def __init__(
        self,
        optimizer,
        base_lr,
        max_lr,
        step_size_up=2000,
        step_size_down=None,
        mode="triangular",
        gamma=1.0,
        scale_fn=None,
        scale_mode="cycle",
        cycle_momentum=True,
        base_momentum=0.8,
        max_momentum=0.9,
        last_epoch=-1,
    ):
        check_optimizer(optimizer)
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError(f"mode is invalid and scale_fn is None, received {mode!r}")
        low = for_groups("base_lr", optimizer, base_lr)
        self.max_lrs = for_groups("max_lr", optimizer, max_lr)
        for group, lr, most in zip(optimizer.param_groups, low, self.max_lrs, strict=True):
            group["max_lr"] = most
            if last_epoch == -1:
                group["lr"] = group["initial_lr"] = lr
        self.up, self.down = (
            step_size_up,
            step_size_up if step_size_down is None else step_size_down,
        )
        self.mode, self.gamma, self.scale_fn = mode, gamma, scale_fn
        if scale_fn is None:
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.scale_mode, self.cycle_momentum = scale_mode, cycle_momentum
        if cycle_momentum:
            self._start_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = low

    def _height(self, t):
        """How far above the base a value is at step ``t``, as a share of the whole way."""
        cycle, place = divmod(t, self.up + self.down)
        side = place / self.up if place <= self.up else 1 - (place - self.up) / self.down
        x = t if self.scale_mode == "iterations" else cycle + 1
        if self.scale_fn is not None:
            return side * self.scale_fn(x)
        if self.mode == "triangular":
            return side
        return side * (0.5 ** (x - 1) if self.mode == "triangular2" else self.gamma**x)

    def rates(self, t):
        height = self._height(t)
        return [
            base + (most - base) * height
            for base, most in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def momentum(self, group, t):
        most = group["max_momentum"]
        return most - (most - group["base_momentum"]) * self._height(t)


class OneCycleLR(_Momentum):
    """Up from max_lr / div_factor to max_lr in the share ``pct_start`` of all steps, then down.

    Down to the initial rate / final_div_factor; with three_phase first to the initial rate, as long
    as it went up. anneal_strategy: "cos" or "linear". Momentum goes the other way, from
    max_momentum to base_momentum and back; ValueError for an optimiser without.
    The steps: total_steps, or epochs * steps_per_epoch; ValueError if it steps further.
    Source: Smith, Topin 2019, arXiv:1708.07120.
    """

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
        last_epoch=-1,
    ):
        check_optimizer(optimizer)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError(
                    "You must define either total_steps OR (epochs AND steps_per_epoch)"
                )
            total_steps = epochs * steps_per_epoch
        if total_steps <= 0 or not isinstance(total_steps, int):
            raise ValueError(f"Expected positive integer total_steps, but got {total_steps}")
        between("pct_start", pct_start, 0, 1)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self.total_steps, self.anneal_strategy = total_steps, anneal_strategy
        self.cycle_momentum = cycle_momentum
        # (last step of the phase, rate at its beginning and end, momentum at these).
        top = pct_start * total_steps - 1
        up, down = ("initial_lr", "max_lr"), ("max_lr", "min_lr")
        fall, rise = ("max_momentum", "base_momentum"), ("base_momentum", "max_momentum")
        self._phases = [(top, up, fall), (total_steps - 1, down, rise)]
        if three_phase:
            level = ("max_momentum", "max_momentum")
            self._phases = [
                (top, up, fall),
                (2 * top, up[::-1], rise),
                (total_steps - 1, ("initial_lr", "min_lr"), level),
            ]
        peaks = for_groups("max_lr", optimizer, max_lr)
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            if last_epoch == -1:
                group["initial_lr"] = peak / div_factor
                group["max_lr"] = peak
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            self._start_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def _phase(self, t):
        """(how far into its phase step ``t`` is, from 0 to 1; the phase's rates and momenta)."""
        if t > self.total_steps:
            raise ValueError(
                f"Tried to step {t} times. The specified number of total steps is "
                f"{self.total_steps}"
            )
        start = 0
        for end, rates, momenta in self._phases[:-1]:
            if t <= end:
                return (t - start) / (end - start), rates, momenta
            start = end
        end, rates, momenta = self._phases[-1]
        return (t - start) / (end - start), rates, momenta

    def _value(self, group, part, names):
        start, end = (group[name] for name in names)
        if self.anneal_strategy == "linear":
            return start + (end - start) * part
        return end + (start - end) / 2 * (1 + math.cos(math.pi * part))

    def rates(self, t):
        part, names, _ = self._phase(t)
        return [self._value(group, part, names) for group in self.optimizer.param_groups]

    def momentum(self, group, t):
        part, _, names = self._phase(t)
        return self._value(group, part, names)
