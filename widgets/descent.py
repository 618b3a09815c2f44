"""Several optimisers descending one surface from one point: what ``DescentExplorer`` shows.

The paths come from the optimisers of the backend itself (``backend.optim``), on a tensor of two
numbers whose gradient the surface supplies, so what is raced is what trains the networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["OPTIMISERS", "Race", "race"]

# Each makes an optimiser from (optim, parameters, learning rate, momentum). RMSProp's decay is the
# 0.9 of its lecture (Tieleman and Hinton 2012), since torch's 0.99 needs 100 steps to forget the
# start. Adam's first moment is its momentum, so it follows the same slider (Kingma and Ba 2015).
OPTIMISERS = {
    "GD": lambda optim, p, lr, beta: optim.SGD(p, lr=lr),
    "Momentum": lambda optim, p, lr, beta: optim.SGD(p, lr=lr, momentum=beta),
    "Nesterov": lambda optim, p, lr, beta: optim.SGD(p, lr=lr, momentum=beta, nesterov=beta > 0),
    "RMSProp": lambda optim, p, lr, beta: optim.RMSprop(p, lr=lr, alpha=0.9),
    "Adam": lambda optim, p, lr, beta: optim.Adam(p, lr=lr, betas=(beta, 0.999)),
    "AdaGrad": lambda optim, p, lr, beta: optim.Adagrad(p, lr=lr),
}

# A path this many map widths away is not coming back and would only overflow.
_LOST = 1e4


@dataclass(frozen=True)
class Race:
    """The paths of R optimisers over S steps; column 0 is the common start.

    ``x``, ``y`` and ``loss`` are (R, S + 1), NaN after an optimiser has diverged. ``escaped`` and
    ``diverged`` (R,) hold the first step outside the map and the first step that is not finite (or
    hopelessly far away), and None where there is no such step.
    """

    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    escaped: tuple[int | None, ...]
    diverged: tuple[int | None, ...]

    @property
    def steps(self) -> int:
        return self.x.shape[1] - 1


def race(surface, start, names, learning_rate, momentum, steps, backend) -> Race:
    """Run the optimisers ``names`` (keys of ``OPTIMISERS``) for ``steps`` steps from ``start``.

    ``backend`` is the module whose optimisers run. All of them are evaluated together, one pass of
    the tape over R points for each step.
    """
    R = len(names)
    x, y, loss = (np.full((R, steps + 1), np.nan) for _ in range(3))
    at = np.tile(np.asarray(start, np.float64), (R, 1))  # (R, 2), where each optimiser is
    weights = [backend.nn.Parameter(backend.tensor(row, dtype=backend.float64)) for row in at]
    optimisers = [
        OPTIMISERS[name](backend.optim, [w], learning_rate, momentum)
        for name, w in zip(names, weights, strict=True)
    ]
    diverged = [None] * R
    limit = _LOST * max(high - low for low, high in (surface.x_range, surface.y_range))
    for step in range(steps + 1):
        L, dx, dy = surface.value_and_gradient(at[:, 0], at[:, 1], backend)
        x[:, step], y[:, step], loss[:, step] = at[:, 0], at[:, 1], L
        gone = ~(np.isfinite(L) & (np.abs(at).max(axis=1) < limit))
        for r in range(R):
            if diverged[r] is not None:
                x[r, step] = y[r, step] = loss[r, step] = np.nan
            elif gone[r]:
                diverged[r] = step
                x[r, step] = y[r, step] = loss[r, step] = np.nan
            else:
                weights[r].grad = backend.tensor([dx[r], dy[r]], dtype=backend.float64)
                optimisers[r].step()
                at[r] = weights[r].detach().numpy()
    return Race(tuple(names), x, y, loss, _escapes(surface, x, y), tuple(diverged))


def _escapes(surface, x, y):
    """The first step of each path that is outside the map, or None."""
    (x0, x1), (y0, y1) = surface.x_range, surface.y_range
    outside = (x < x0) | (x > x1) | (y < y0) | (y > y1)  # NaN compares as inside
    return tuple(int(row.argmax()) if row.any() else None for row in outside)
