"""What was seen of the training runs: growing columns of numbers, and their binary form.

Nothing here knows a widget or a browser; a record is filled by events and read by whoever draws.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np


class Series:
    """Losses against steps, in columns that grow by doubling: 16 bytes a point.

    One thread appends while others read: a reader takes the length first, and neither a longer
    column nor a newly allocated one changes what stands before it.
    """

    def __init__(self):
        self._columns = np.empty((2, 256))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, steps, losses) -> None:
        """Append points; ``steps`` and ``losses`` are sequences of equally many numbers."""
        end = self._length + len(steps)
        if end > self._columns.shape[1]:
            larger = np.empty((2, 2 * end))
            larger[:, : self._length] = self._columns[:, : self._length]
            self._columns = larger
        self._columns[:, self._length : end] = steps, losses
        self._length = end

    @property
    def step(self) -> np.ndarray:
        """The steps, float64 of shape (points,)."""
        return self._column(0)

    @property
    def loss(self) -> np.ndarray:
        """The losses, float64 of shape (points,)."""
        return self._column(1)

    def _column(self, index: int) -> np.ndarray:
        length = self._length
        return self._columns[index, :length]

    def chunk(self, start: int) -> tuple[dict, list[bytes]]:
        """The points from number ``start`` on, for the browser: header and two float64 buffers."""
        start = min(max(start, 0), self._length)
        step, loss = self.step[start:], self.loss[start:]
        length = min(len(step), len(loss))
        return {"from": start}, [step[:length].tobytes(), loss[:length].tobytes()]


class RunRecord:
    """One training run: name, plan, outcome, and its training and validation losses."""

    def __init__(
        self, name: str, total_steps: int | None = None, learning_rate: float | None = None
    ):
        self.name = name
        self.total_steps = total_steps
        self.learning_rate = learning_rate
        self.outcome = "running"
        self.train = Series()
        self.validation = Series()

    def catch_up(self, history) -> None:
        """Append what ``history`` has and this record has not, and take over how the run ended."""
        self.outcome = history.stopped
        self.train.extend(history.step[len(self.train) :], history.loss[len(self.train) :])
        if history.validation:
            seen = len(self.validation)
            self.validation.extend(
                history.validation["step"][seen:], history.validation["loss"][seen:]
            )

    def chunk(self, train_start: int, validation_start: int) -> tuple[dict, list[bytes]]:
        """Everything from the given points on, for the browser."""
        train, train_buffers = self.train.chunk(train_start)
        validation, validation_buffers = self.validation.chunk(validation_start)
        return {"train": train, "validation": validation}, train_buffers + validation_buffers


def smooth(values: np.ndarray, smoothing: float) -> np.ndarray:
    """Exponential moving average of ``values`` (points,) with the bias of its start removed.

    ``smoothing`` in [0, 1) is the weight of the past. A value that is not finite stays as it is and
    leaves the average alone. Source: Kingma and Ba 2015, Adam, section 3.
    """
    if smoothing == 0.0:
        return values
    out = values.copy()
    average = weight = 0.0
    for k in np.flatnonzero(np.isfinite(values)):
        average = smoothing * average + (1 - smoothing) * values[k]
        weight = smoothing * weight + (1 - smoothing)
        out[k] = average / weight
    return out


def thin(step: np.ndarray, loss: np.ndarray, intervals: int = 400, log_steps: bool = False):
    """At most ``2 * intervals + 2`` of the points with the same outline.

    The lowest and the highest of each interval are kept, and both ends. The intervals are equally
    wide in the step, or in its logarithm. Points that are not finite are left out.
    """
    finite = np.isfinite(loss)
    step, loss = step[finite], loss[finite]
    if len(step) <= 2 * intervals + 2:
        return step, loss
    spacing = np.geomspace if log_steps else np.linspace
    edges = np.searchsorted(step, spacing(step[0], step[-1], intervals + 1))
    keep = {0, len(step) - 1}
    for start, end in pairwise(np.unique(edges)):
        part = loss[start:end]
        keep |= {start + int(part.argmin()), start + int(part.argmax())}
    keep = sorted(keep)
    return step[keep], loss[keep]
