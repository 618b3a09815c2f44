"""Gradient descent for linear regression: section 4.1 of the first article."""

import numpy as np

from ..checks import check_count, check_learning_rate
from .inputs import (
    all_finite,
    not_finite,
    same_kind,
    same_precision,
)

# Iterations between two looks at all the data, see ``_descend``.
_STRIDE = 50


def gradient_descent(X, y, theta, alpha, iterations):
    """Linear regression by gradient descent: ``theta`` after ``iterations`` steps on all the data.

    The loss is half the mean squared error, L(theta) = 1/(2m) * sum (X theta - y)^2, and a step is
    theta <- theta - alpha * 1/m * X^T (X theta - y).

    X: (m, n). y: (m,) with theta: (n,), or y: (m, k) with theta: (n, k). All three are NumPy arrays
    (or nested lists), or all three are tensors of one backend on one device. alpha: the learning
    rate, not negative. iterations: int, not negative.
    Returns a new array or tensor of theta's shape, without a gradient; the inputs stay as they are.
    Its dtype is the widest floating dtype among the three; integers follow it, and if all three are
    integers it is the default (float64 for arrays, float32 for tensors).

    Raises TypeError for mixed kinds and non-numbers, ValueError for shapes that do not fit (the
    article's code would broadcast (m, 1) against (m,) to (m, m) without a word), for no examples,
    and for a negative alpha or iterations; FloatingPointError if theta leaves the finite numbers,
    with the largest alpha that converges.
    Source: the article's section 4.1; for the shortcut see ``_descend``.
    """
    alpha = check_learning_rate(alpha, "alpha, the learning rate,")
    iterations = check_count("iterations", iterations, least=0)
    backend, values = same_kind(X=X, y=y, theta=theta)
    X, y, theta = same_precision(backend, values)
    _check_shapes(X, y, theta)
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, once, with the cause
        # theta is copied, so that not even zero iterations return the caller's own.
        start = theta.clone() if backend else theta.copy()
        result = _descend(X, y, start, alpha, iterations)
    if not all_finite(result):
        raise FloatingPointError(_why_not_finite(X, y, theta, alpha, iterations))
    return result


def _descend(X, y, theta, alpha, iterations):
    """The iterations themselves, with nothing but ``@``, ``.T`` and arithmetic.

    The loss is quadratic, so its gradient g is an affine function of theta: with the Gram matrix
    A = X^T X / m, which is (n, n) and computed once,
        g(theta + d) = g(theta) + A d.
    A step then costs n^2 multiplications instead of 2 m n. Every few steps g is computed from all
    the data again. That keeps the accuracy: rounding errors in A are multiplied by d, which goes to
    zero on convergence, while the shorter A theta - X^T y / m is a difference of large numbers.
    """
    m, n = X.shape
    if n * (m + iterations) >= 2 * m * iterations:  # A would cost more than it saves
        for _ in range(iterations):
            theta = theta - (alpha / m) * (X.T @ (X @ theta - y))
        return theta
    A = (X.T @ X) / m
    for start in range(0, iterations, _STRIDE):
        gradient = (X.T @ (X @ theta - y)) / m
        d = -alpha * gradient
        for _ in range(min(_STRIDE, iterations - start) - 1):
            d = d - alpha * (gradient + A @ d)
        theta = theta + d
    return theta


def _check_shapes(X, y, theta):
    shapes = tuple(X.shape), tuple(y.shape), tuple(theta.shape)
    received = f"received X {shapes[0]}, y {shapes[1]}, theta {shapes[2]}"
    if X.ndim != 2:
        raise ValueError(f"X should have shape (m, n), m examples by n features; {received}")
    m, n = shapes[0]
    if not m or not n:
        raise ValueError(f"X holds no numbers; {received}")
    if y.ndim not in (1, 2) or shapes[1][0] != m:
        raise ValueError(
            f"y should have shape ({m},) or ({m}, k), one row for each of X; {received}"
        )
    if theta.ndim not in (1, 2) or shapes[2][0] != n:
        raise ValueError(
            f"theta should have shape ({n},) or ({n}, k), one weight for each column of X (a bias "
            f"needs a column of ones in X); {received}"
        )
    if shapes[1][1:] != shapes[2][1:]:
        raise ValueError(
            "y and theta should both be vectors or have the same number of columns, otherwise "
            f"X @ theta - y would broadcast to a matrix ({m}, {m}); {received}. "
            "Use y.reshape(-1) and theta.reshape(-1)"
        )


def _why_not_finite(X, y, theta, alpha, iterations):
    for name, values in (("X", X), ("y", y), ("theta", theta)):
        if not all_finite(values):
            return not_finite(name)
    # |1 - alpha * eigenvalue| < 1 for every eigenvalue of the Hessian X^T X / m.
    wide = np.asarray(X.cpu() if hasattr(X, "cpu") else X, dtype=np.float64)
    curvature = np.linalg.norm(wide, 2) ** 2 / len(wide)
    return (
        f"gradient descent diverged within {iterations} iterations: alpha={alpha:g} is too large "
        "for these data, it converges below 2 / (largest eigenvalue of X^T X / m) = "
        f"{2 / curvature:.3g}. Use a smaller alpha, or standardise the columns of X, which allows "
        "a larger one"
    )
