"""History: the numbers of one training."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from .events import Validation


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What ``fit`` measured.

    step, loss, learning_rate: float64 arrays of shape (steps,); the loss is that of the step's
        batch, before its update. After a non-finite loss the last entry is that loss.
    validation: dict of float64 arrays of shape (measurements,): "step", "epoch", "loss" and the
        metrics; empty without validation data.
    stopped: "finished", "stopped" (by the controls), "interrupted" (KeyboardInterrupt), "diverged"
        (non-finite loss) or "failed" (another error; only listeners see it).
    seconds: wall time of the training without its pauses. name: str.
    """

    step: np.ndarray
    loss: np.ndarray
    learning_rate: np.ndarray
    validation: dict
    stopped: str
    seconds: float
    name: str

    def __len__(self):
        return len(self.step)

    def __repr__(self):
        losses = f"loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}, " if len(self) else ""
        return (
            f"<History {self.name!r}: {len(self)} steps, {losses}{self.stopped}, "
            f"{self.seconds:.3g} s>"
        )


class Recorder:
    """Collects the numbers of a run while it runs.

    read_every: after how many steps the losses are read from the device. Reading a loss from a GPU
    waits until the GPU is done, so there it is done in blocks, and a non-finite loss is found late
    but with its exact step.
    """

    def __init__(self, backend, read_every):
        self._losses = []
        self._backend = backend
        self._read_every = read_every
        self._unread = []
        self._rates = []
        self._validations = []

    def add_step(self, loss, learning_rate):
        """Note a 0-d loss; False once a loss is known to be non-finite."""
        self._rates.append(learning_rate)
        if self._read_every == 1:
            value = loss.item()
            self._losses.append(value)
            return isfinite(value)
        self._unread.append(loss.detach())
        return len(self._unread) < self._read_every or self.read()

    def read(self):
        """Read the losses that are still on the device; False if one of them is not finite."""
        unread, self._unread = self._unread, []
        for value in self._backend.stack(unread).tolist() if unread else ():
            self._losses.append(value)
            if not isfinite(value):
                return False  # the history ends here, as on a CPU
        return True

    def add_validation(self, validation):
        self._validations.append(validation)

    def state_dict(self):
        """What was collected, for a checkpoint; all of it must have been read."""
        return {
            "losses": np.array(self._losses, np.float64),
            "rates": np.array(self._rates, np.float64),
            "validations": [(v.step, v.epoch, v.values) for v in self._validations],
        }

    def load_state_dict(self, state):
        """Go on from what ``state_dict`` returned."""
        self._losses, self._rates = state["losses"].tolist(), state["rates"].tolist()
        self._validations = [Validation(*parts) for parts in state["validations"]]

    def history(self, stopped, seconds, name):
        """The History of what was collected so far."""
        # An interrupt may have come between the two appends of one step.
        n = min(len(self._losses), len(self._rates))
        validation = {}
        if self._validations:
            columns = {"step": [v.step for v in self._validations]}
            columns["epoch"] = [v.epoch for v in self._validations]
            for key in self._validations[0].values:
                columns[key] = [v.values[key] for v in self._validations]
            validation = {key: np.array(column, np.float64) for key, column in columns.items()}
        return History(
            step=np.arange(1, n + 1, dtype=np.float64),
            loss=np.array(self._losses[:n], np.float64),
            learning_rate=np.array(self._rates[:n], np.float64),
            validation=validation,
            stopped=stopped,
            seconds=seconds,
            name=name,
        )
