"""Schedules made of schedules."""

from bisect import bisect_right

from .scheduler import LRScheduler, check_optimizer


class SequentialLR(LRScheduler):
    """One schedule after another: schedulers[i] takes over at milestones[i - 1], from its own 0."""

    def __init__(self, optimizer, schedulers, milestones, last_epoch=-1):
        check_optimizer(optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"expected one milestone fewer than schedulers, received {len(schedulers)} "
                f"schedulers and {len(milestones)} milestones"
            )
        _check(optimizer, schedulers)
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        for group in optimizer.param_groups:  # each of them has set its own first rate
            group["lr"] = group["initial_lr"]
        super().__init__(optimizer, last_epoch)

    def _current(self, t):
        i = bisect_right(self._milestones, t)
        return self._schedulers[i], t - (self._milestones[i - 1] if i else 0)

    def rates(self, t):
        scheduler, own = self._current(t)
        return scheduler.rates(own)

    def also(self, t):
        scheduler, own = self._current(t)
        scheduler.also(own)

    def state_dict(self):
        kept = ("last_epoch", "_last_lr", "_own", "_step_count")
        return {name: getattr(self, name) for name in kept}


class ChainedScheduler:
    """Several schedules at once: each multiplies what the one before has set."""

    def __init__(self, schedulers, optimizer=None):
        if len(schedulers) < 1:
            raise ValueError("ChainedScheduler expects at least one scheduler to be chained, got 0")
        self.optimizer = optimizer or schedulers[0].optimizer
        _check(self.optimizer, schedulers)
        self._schedulers = list(schedulers)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def step(self):
        """One step of each."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def get_last_lr(self):
        """The rates of all groups that the last step has set."""
        return list(self._last_lr)

    def state_dict(self):
        """The states of all schedules."""
        states = [scheduler.state_dict() for scheduler in self._schedulers]
        return {"_schedulers": states, "_last_lr": self._last_lr}

    def load_state_dict(self, state_dict):
        """Take over what ``state_dict`` returned."""
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)
        self._last_lr = state_dict["_last_lr"]


def _check(optimizer, schedulers):
    for i, scheduler in enumerate(schedulers):
        if getattr(scheduler, "optimizer", None) is not optimizer:
            raise ValueError(
                f"all schedulers must belong to the same optimizer; the one at index {i} does not"
            )
