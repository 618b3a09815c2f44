"""What is said about a wrong array, and what it means to be equal."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Finding:
    """One mistake: a short stable name, what to say after "x ...", and received / expected."""

    kind: str
    text: str
    factor: float | None = None


class Compare:
    """The received array against variants of the expected one."""

    def __init__(self, received, expected, tolerance):
        self.received, self.expected, self.tolerance = received, expected, tolerance
        # An answer that is 1000 times too large is as exact as one that is right.
        self.slack = tolerance * max(_largest(expected) or 1.0, _largest(received) * 1e-3)

    def with_(self, other):
        """Whether the received array is ``other``."""
        return other.shape == self.received.shape and bool(np.all(self.near(other)))

    def near(self, other):
        """Where it is."""
        with np.errstate(invalid="ignore"):
            return np.isclose(self.received, other, self.tolerance, self.slack, equal_nan=True)


def _largest(a):
    return float(np.abs(a[np.isfinite(a)]).max(initial=0.0))


def in_words(axes):
    """Axes as a reader calls them: "axis 1", "axes 0, 2 and 3"."""
    *first, last = (str(int(a)) for a in axes)
    return f"axes {', '.join(first)} and {last}" if first else f"axis {last}"
