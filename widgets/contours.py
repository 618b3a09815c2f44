"""A surface as a map: contour levels that suit any loss, and bands of equal steps between them.

A loss spans many powers of ten. Evenly spaced levels show its walls only, and logarithmic ones need
a positive loss. Here the loss is raised to a power at which half of the map lies in the lower half
of the levels: a quadratic keeps nearly even levels, and a steep valley still shows its floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.surface import Surface

__all__ = ["Map", "bands_of"]

LEVELS = 15


@dataclass(frozen=True)
class Map:
    """A ``Surface`` evaluated for drawing.

    ``x`` and ``y`` (n,) are the grid; ``levels`` (K,) the contour levels; ``bands`` (n, n) the loss
    counted in levels (see ``bands_of``). ``targets`` are the known minima, or else the lowest point
    of the grid, and ``floor`` is the loss there.
    """

    surface: Surface
    x: np.ndarray
    y: np.ndarray
    levels: np.ndarray
    bands: np.ndarray
    targets: tuple[tuple[float, float], ...]
    floor: float

    @classmethod
    def of(cls, surface: Surface, backend) -> Map:
        """The map of ``surface``, evaluated on ``backend``; ValueError if no value is finite."""
        x, y, L = surface.grid(surface.resolution, backend)
        if not np.isfinite(L).any():
            raise ValueError(f"the surface {surface.name!r} has no finite value on its map")
        targets, floor = surface.minima, np.nanmin(L)
        if targets:
            floor = surface.value(*np.transpose(targets), backend).min()
        else:
            row, column = np.unravel_index(np.nanargmin(L), L.shape)
            targets = ((float(x[column]), float(y[row])),)
        bands, levels = bands_of(L)
        return cls(surface, x, y, levels, bands, targets, float(floor))

    def distance(self, x, y) -> np.ndarray:
        """The distance of each point to the nearest target."""
        x, y = np.asarray(x), np.asarray(y)
        return np.min([np.hypot(x - tx, y - ty) for tx, ty in self.targets], axis=0)


def bands_of(L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The map ``L`` counted in levels, and the K = LEVELS ascending levels themselves.

    In the first, of the shape of ``L``, 0 is the lowest value, k the k-th level, and K + 1 the
    highest value; what is not finite counts as highest.
    """
    finite = L[np.isfinite(L)]
    low, high = finite.min(), finite.max()
    if low == high:
        return np.zeros(L.shape), np.full(LEVELS, low)
    height = (np.clip(np.nan_to_num(L, nan=high), low, high) - low) / (high - low)  # from 0 to 1
    # Without this offset the power would be steep at 0, and a valley between two grid points would
    # break up into islands.
    offset = max(float(np.quantile(height, 0.03)), 1e-9)
    power = _power_for(float(np.median(height)), offset)
    at_zero, at_one = offset**power, (1 + offset) ** power
    bands = ((height + offset) ** power - at_zero) / (at_one - at_zero) * (LEVELS + 1)
    steps = np.arange(1, LEVELS + 1) / (LEVELS + 1)
    heights = (at_zero + steps * (at_one - at_zero)) ** (1 / power) - offset
    return bands, low + heights * (high - low)


def _power_for(median, offset):
    """The power from 0.01 to 1 that takes ``median`` to the middle of the levels."""
    low, high = 0.01, 1.0
    for _ in range(30):
        power = (low + high) / 2
        at_zero, at_one = offset**power, (1 + offset) ** power
        middle = ((median + offset) ** power - at_zero) / (at_one - at_zero)
        low, high = (low, power) if middle < 0.5 else (power, high)
    return power
