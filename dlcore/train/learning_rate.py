"""The learning rate: the optimiser's, a schedule's, and a hand on the slider."""

from dlcore.checks import check_learning_rate


class LearningRate:
    """Reads and sets the learning rate of an optimiser that a scheduler may change as well.

    A value set by hand scales every parameter group by the same factor. With a scheduler the factor
    stays: the schedule goes on underneath, as if nobody had touched it, and the product is used.
    """

    def __init__(self, optimizer, scheduler=None):
        self._optimizer = optimizer
        self._scheduler = scheduler
        self._factor = 1.0
        self._scheduled = None  # the schedule's own values while a factor is in force

    @property
    def _groups(self):
        return self._optimizer.param_groups  # loading a state puts a new list there

    @property
    def value(self):
        """Of the first parameter group, as a float."""
        return float(self._optimizer.param_groups[0]["lr"])

    def set(self, value):
        """Use ``value`` for the first group, and scale the others alike."""
        value = check_learning_rate(value)
        if self._scheduled is None:
            self._scheduled = [group["lr"] for group in self._groups]
        base = float(self._scheduled[0])
        if base == 0.0 and self._scheduler is not None:
            # A warm-up that starts at nought: the value is meant for its height.
            base = float(self._groups[0].get("initial_lr", 0.0))
        if base == 0.0:
            for group in self._groups:
                group["lr"] = value
            self._scheduled = None
            return
        self._factor = value / base
        self._apply()
        if self._scheduler is None:
            self._scheduled = None

    def advance(self, *measurement):
        """Let the scheduler make its step; ReduceLROnPlateau is given its measurement."""
        if self._scheduled is None:
            self._scheduler.step(*measurement)
            return
        # Many schedulers compute the next value from the present one, so they must see their own.
        for group, rate in zip(self._groups, self._scheduled, strict=True):
            group["lr"] = rate
        self._scheduler.step(*measurement)
        self._scheduled = [group["lr"] for group in self._groups]
        self._apply()

    def state_dict(self):
        """What a hand has done to the schedule, for a checkpoint."""
        return {"factor": self._factor, "scheduled": self._scheduled}

    def load_state_dict(self, state):
        """Go on from what ``state_dict`` returned."""
        self._factor, self._scheduled = state["factor"], state["scheduled"]

    def _apply(self):
        for group, rate in zip(self._groups, self._scheduled, strict=True):
            group["lr"] = rate * self._factor
