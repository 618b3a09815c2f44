"""``recipes.gradient_descent`` against the article's code: 10,000 x 100, 1,000 iterations.

Goal: at most 0.65 of the article's time, in float32 and in float64.
"""

import numpy as np

from dlcore.recipes import gradient_descent

from .goals import goal
from .timing import interleave, table

_ALPHA, _ITERATIONS = 0.1, 1000


def article(X, y, theta, alpha, iterations):
    """Section 4.1 of the article: what it computes, in its order of operations."""
    m = len(y)
    for _ in range(iterations):
        hypothesis = np.dot(X, theta)
        gradient = (1 / m) * np.dot(X.T, (hypothesis - y))
        theta = theta - alpha * gradient
    return theta


def one_expression(X, y, theta, alpha, iterations):
    """The same as one formula, where ``alpha * (1 / m) * X.T`` copies X in every iteration."""
    m = len(y)
    for _ in range(iterations):
        theta = theta - alpha * (1 / m) * X.T @ (X @ theta - y)
    return theta


def main():
    """Check that all agree, and print the table."""
    generator = np.random.default_rng(0)
    m, n = 10_000, 100
    X = generator.standard_normal((m, n))
    y = X @ generator.standard_normal(n) + 0.1 * generator.standard_normal(m)
    functions = {
        "the article's code": article,
        "the article's code as one expression": one_expression,
        "recipes.gradient_descent": gradient_descent,
    }
    rows = []
    for dtype, tolerance in (("float32", 1e-4), ("float64", 1e-10)):
        data = X.astype(dtype), y.astype(dtype), np.zeros(n, dtype)
        expected = article(*data, _ALPHA, _ITERATIONS)
        for function in functions.values():
            result = function(*data, _ALPHA, _ITERATIONS)
            np.testing.assert_allclose(result, expected, rtol=tolerance, atol=tolerance)
        timings = interleave(
            {
                name: lambda f=function, d=data: f(*d, _ALPHA, _ITERATIONS)
                for name, function in functions.items()
            },
            rounds=7,
        )
        rows += [[dtype, t.name, t.wall * 1e3, t.cpu * 1e3, t.ratio] for t in timings]
    print(table(["dtype", "", "wall, ms", "CPU, ms", "ratio to the article"], rows))
    for dtype, name, *_, ratio in rows:
        if name == "recipes.gradient_descent":
            goal(f"`recipes.gradient_descent` / the article's code, {dtype}", 0.65, ratio)


if __name__ == "__main__":
    main()
