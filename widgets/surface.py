"""Loss surfaces of two parameters.

A ``Surface`` is a function of two numbers that is written once for tensors. Its values and its
gradients come from the tape of either backend; nobody derives them by hand for the picture.
"""

from __future__ import annotations

import math
import threading

import numpy as np

from dlcore import get_backend

__all__ = ["SURFACES", "Surface", "quadratic"]


class Surface:
    """A loss L(x, y) over a rectangle, with exact gradients.

    ``function(x, y)`` takes two tensors of one shape and returns a tensor of that shape, element by
    element, so that a whole grid is evaluated at once; it should run on both backends. ``x_range``
    and ``y_range`` are the ``(low, high)`` of the map. ``minima`` lists the known minimisers
    ``(x, y)``. ``start`` and ``learning_rate`` are where and how fast a descent is interesting;
    without them it is the upper left of the map, and half the inverse of the largest curvature.

    Raises ValueError for an empty or unordered range, and TypeError for a ``function`` that cannot
    be called. The methods raise TypeError for a function that returns no tensor, and ValueError for
    a tensor of another shape.
    """

    resolution = 101  # grid points a side at which the map is drawn

    def __init__(
        self, function, x_range, y_range, name="", *, minima=(), start=None, learning_rate=None
    ):
        if not callable(function):
            raise TypeError(f"a surface needs a function(x, y) of tensors, received {function!r}")
        self.function = function
        self.x_range = _range("x_range", x_range)
        self.y_range = _range("y_range", y_range)
        self.name = name or getattr(function, "__name__", "surface").strip("<>")
        self.minima = tuple((float(x), float(y)) for x, y in minima)
        self._start = start
        self._learning_rate = learning_rate
        self._grids = {}
        self._lock = threading.Lock()

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, {self.x_range}, {self.y_range})"

    @property
    def start(self) -> tuple[float, float]:
        """Where a descent begins unless it is told otherwise."""
        if self._start is None:
            (x0, x1), (y0, y1) = self.x_range, self.y_range
            return x0 + 0.15 * (x1 - x0), y0 + 0.85 * (y1 - y0)
        return tuple(map(float, self._start))

    @property
    def learning_rate(self) -> float:
        """A step size at which plain gradient descent is stable over most of the map."""
        if self._learning_rate is None:
            self._learning_rate = self._stable_rate()
        return float(self._learning_rate)

    def value(self, X, Y, backend="numpy") -> np.ndarray:
        """L at ``X`` and ``Y``, arrays that broadcast to one shape: float64 of that shape."""
        return self._evaluate(*_points(X, Y), backend, gradient=False)[0]

    def gradient(self, X, Y, backend="numpy") -> tuple[np.ndarray, np.ndarray]:
        """(dL/dx, dL/dy) at ``X`` and ``Y`` by the tape of ``backend``, each as ``value``."""
        return self._evaluate(*_points(X, Y), backend, gradient=True)[1:]

    def value_and_gradient(self, X, Y, backend="numpy"):
        """(L, dL/dx, dL/dy) at ``X`` and ``Y`` in one forward and one backward pass."""
        return self._evaluate(*_points(X, Y), backend, gradient=True)

    def hessian(self, x: float, y: float, backend="numpy") -> np.ndarray:
        """The (2, 2) second derivatives at a point, by differences of the exact gradient."""
        hx, hy = (1e-4 * (high - low) for low, high in (self.x_range, self.y_range))
        dx, dy = self.gradient([x + hx, x - hx, x, x], [y, y, y + hy, y - hy], backend)
        H = np.array(
            [
                [(dx[0] - dx[1]) / (2 * hx), (dx[2] - dx[3]) / (2 * hy)],
                [(dy[0] - dy[1]) / (2 * hx), (dy[2] - dy[3]) / (2 * hy)],
            ]
        )
        return (H + H.T) / 2  # symmetric by Schwarz's theorem; the differences are only nearly so

    def grid(self, n: int = 61, backend="numpy"):
        """x (n,), y (n,) and L (n, n) with ``L[i, j]`` at ``(x[j], y[i])``; kept for each n."""
        with self._lock:
            if n not in self._grids:
                x, y = np.linspace(*self.x_range, n), np.linspace(*self.y_range, n)
                self._grids[n] = (x, y, self.value(x[None, :], y[:, None], backend))
            return self._grids[n]

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies on the map."""
        return self.x_range[0] <= x <= self.x_range[1] and self.y_range[0] <= y <= self.y_range[1]

    def _evaluate(self, X, Y, backend, gradient):
        backend = get_backend(backend) if isinstance(backend, str) else backend
        # A descent that diverges overflows by design: its caller sees inf, not a warning. And the
        # gradient is there even if the caller's own code runs under no_grad.
        with np.errstate(all="ignore"), (backend.enable_grad if gradient else backend.no_grad)():
            x = backend.tensor(X, dtype=backend.float64, requires_grad=gradient)
            y = backend.tensor(Y, dtype=backend.float64, requires_grad=gradient)
            loss = self.function(x, y)
            self._check(loss, X.shape, backend)
            L = np.array(loss.detach().numpy(), np.float64)
            if not gradient:
                return (L,)
            # Each element depends on its own point only: the gradient of the sum holds them all.
            loss.sum().backward()
        zeros = np.zeros(X.shape)
        dx, dy = (zeros if p.grad is None else p.grad.numpy().astype(np.float64) for p in (x, y))
        return L, dx, dy

    def _check(self, loss, shape, backend):
        wanted = f"the function of the surface {self.name!r} should return a tensor of the shape"
        if not isinstance(loss, backend.Tensor):
            raise TypeError(
                f"{wanted} of x and y, received {type(loss).__name__}: compute with the tensors x "
                "and y themselves"
            )
        if tuple(loss.shape) != shape:
            raise ValueError(
                f"{wanted} of x and y, {shape}, received shape {tuple(loss.shape)}: each point has "
                "a loss of its own, so nothing is summed or averaged over the points"
            )

    def _stable_rate(self):
        fractions = (0.2, 0.5, 0.8)
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        curvatures = [
            np.abs(np.linalg.eigvalsh(self.hessian(x0 + a * (x1 - x0), y0 + b * (y1 - y0)))).max()
            for a in fractions
            for b in fractions
        ]
        rate = 0.5 / max(np.nanmax(curvatures), 1e-12)
        exponent = math.floor(math.log10(rate))
        leading = max(digit for digit in (1, 2, 5) if digit <= rate / 10.0**exponent + 1e-9)
        return min(max(leading * 10.0**exponent, 1e-4), 10.0)


def _range(name, limits):
    try:
        low, high = (float(limit) for limit in limits)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a pair (low, high), received {limits!r}") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"{name} must be finite with low < high, received {limits!r}")
    return low, high


def _points(X, Y):
    return np.broadcast_arrays(np.asarray(X, np.float64), np.asarray(Y, np.float64))


def quadratic(condition: float = 50.0, angle: float = 0.0) -> Surface:
    """The quadratic L = (u^2 + condition v^2) / 2, (u, v) being (x, y) turned by ``angle`` degrees.

    Its Hessian has the eigenvalues 1 and ``condition``: gradient descent needs a step below
    2 / condition for the steep direction and 1 / step steps for the flat one.
    Source: Goh, "Why Momentum Really Works", Distill 2017.

    Raises ValueError for a condition number below 1.
    """
    if not condition >= 1:
        raise ValueError(
            f"a condition number is the largest curvature over the smallest, at least 1, "
            f"received {condition!r}"
        )
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def loss(x, y):
        u, v = c * x + s * y, c * y - s * x
        return 0.5 * (u * u + condition * (v * v))

    name = "bowl" if condition == 1 else f"ravine (condition number {condition:g})"
    rate = min(0.1, 1.0 / condition)
    return Surface(
        loss, (-2, 2), (-2, 2), name, minima=[(0, 0)], start=(-1.7, 1.2), learning_rate=rate
    )


def rosenbrock(x, y):
    """L = (1 - x)^2 + 100 (y - x^2)^2, a curved valley with its minimum 0 at (1, 1).

    Source: Rosenbrock, The Computer Journal 3 (1960), 175-184.
    """
    across = y - x * x
    along = 1 - x
    return along * along + 100 * (across * across)


def himmelblau(x, y):
    """L = (x^2 + y - 11)^2 + (x + y^2 - 7)^2, four minima of the same depth 0.

    Source: Himmelblau, Applied Nonlinear Programming, McGraw-Hill 1972.
    """
    first = x * x + y - 11
    second = x + y * y - 7
    return first * first + second * second


def saddle(x, y):
    """L = x^2 / 2 - y^2 / 2 + y^4 / 4, a saddle at (0, 0) between the minima (0, -1) and (0, 1).

    From a start with y = 0 exactly, gradient descent runs into the saddle and stays there.
    Source: Nesterov, Introductory Lectures on Convex Optimization, Kluwer 2004, section 1.2.3.
    """
    squared = y * y
    return 0.5 * (x * x) - 0.5 * squared + 0.25 * (squared * squared)


def beale(x, y):
    """L = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2, minimum 0 at (3, 0.5).

    Plateaus, and walls at the corners: one step size does not fit both.
    Source: More, Garbow and Hillstrom, ACM TOMS 7 (1981), 17-41, problem 5.
    """
    first = 1.5 - x + x * y
    second = 2.25 - x + x * (y * y)
    third = 2.625 - x + x * (y * y * y)
    return first * first + second * second + third * third


_HIMMELBLAU_MINIMA = (
    (3.0, 2.0),
    (-2.805118086952745, 3.131312518250573),
    (-3.779310253377747, -3.283185991286170),
    (3.584428340330492, -1.848126526964404),
)

SURFACES = {
    "bowl": quadratic(condition=1),
    "ravine": quadratic(condition=50, angle=20),
    "rosenbrock": Surface(
        rosenbrock,
        (-2, 2),
        (-1, 3),
        "Rosenbrock function",
        minima=[(1, 1)],
        start=(-1.2, 1),
        learning_rate=0.001,
    ),
    "himmelblau": Surface(
        himmelblau,
        (-5, 5),
        (-5, 5),
        "Himmelblau function",
        minima=_HIMMELBLAU_MINIMA,
        start=(-0.5, -4),
        learning_rate=0.01,
    ),
    "saddle": Surface(
        saddle,
        (-2, 2),
        (-2, 2),
        minima=[(0, -1), (0, 1)],
        start=(-1.8, 0.05),
        learning_rate=0.1,
    ),
    "beale": Surface(
        beale,
        (-4.5, 4.5),
        (-4.5, 4.5),
        "Beale function",
        minima=[(3, 0.5)],
        start=(-1, -1.5),
        learning_rate=0.01,
    ),
}
