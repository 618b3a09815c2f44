"""One training step of an MLP 784-256-128-10, batch 128, SGD, in float32.

Goals: the reference backend takes at most 1.5 times a plain NumPy loop written for this network,
and 0.9 of torch eager's time.
"""

from itertools import pairwise

import numpy as np

from dlcore.models import mlp

from .goals import goal
from .timing import interleave_apart, timing_table
from .training_step import one_thread, report

_SIZES, _BATCH, _RATE, _STEPS = (784, 256, 128, 10), 128, 0.1, 20


class PlainNumPy:
    """The network written by hand: weights (out, in), softmax and cross-entropy in one gradient."""

    def __init__(self, weights):
        self.W = [w.copy() for w in weights[0::2]]
        self.b = [b.copy() for b in weights[1::2]]

    def step(self, X, y):
        """One SGD step on X (N, 784), y (N,); returns the loss before it."""
        W1, W2, W3 = self.W
        b1, b2, b3 = self.b
        N = len(X)
        h1 = X @ W1.T + b1
        np.maximum(h1, 0, out=h1)
        h2 = h1 @ W2.T + b2
        np.maximum(h2, 0, out=h2)
        z = h2 @ W3.T + b3
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        rows = np.arange(N)
        loss = float((np.log(total[:, 0]) - z[rows, y]).mean())

        dz = p / total
        dz[rows, y] -= 1
        dz /= N
        dh2 = (dz @ W3) * (h2 > 0)
        dh1 = (dh2 @ W2) * (h1 > 0)
        for W, b, d, x in ((W1, b1, dh1, X), (W2, b2, dh2, h1), (W3, b3, dz, h2)):
            W -= _RATE * (d.T @ x)
            b -= _RATE * d.sum(axis=0)
        return loss


def example(name, small=False):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = one_thread(name)
    model = mlp(backend)(sizes=_SIZES)
    weights, X, y = data(1 if small else _BATCH)
    with backend.no_grad():
        for p, w in zip(model.parameters(), weights, strict=True):
            p.copy_(backend.tensor(w))
    optimizer = backend.optim.SGD(model.parameters(), lr=_RATE)
    loss = backend.nn.CrossEntropyLoss()
    X, y = backend.tensor(X), backend.tensor(y)

    def step():
        optimizer.zero_grad()
        value = loss(model(X), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def plain():
    """The same step written in NumPy for this network."""
    weights, X, y = data(_BATCH)
    network = PlainNumPy(weights)
    return lambda: network.step(X, y)


def data(size):
    """The weights, X (N, 784) and y (N,)."""
    generator = np.random.default_rng(0)
    weights = []
    for n_in, n_out in pairwise(_SIZES):
        scale = np.sqrt(2 / n_in)
        weights.append((scale * generator.standard_normal((n_out, n_in))).astype(np.float32))
        weights.append(np.zeros(n_out, np.float32))
    X = generator.standard_normal((size, _SIZES[0])).astype(np.float32)
    return weights, X, generator.integers(0, _SIZES[-1], size)


def main():
    """Check that all compute the same losses, and print the tables."""
    ours, theirs = example("numpy"), plain()
    np.testing.assert_allclose([ours() for _ in range(5)], [theirs() for _ in range(5)], rtol=1e-4)
    calls = {
        "plain NumPy": "benchmarks.mlp.plain()",
        "dlcore.reference": "benchmarks.mlp.example('numpy')",
    }
    timings = interleave_apart(calls, rounds=25, calls=_STEPS)
    print(timing_table(timings))
    what = "training step of an MLP, `dlcore.reference` / a plain NumPy loop"
    goal(what, 1.5, timings[1].ratio)
    report("an MLP", "mlp", time=0.9, calls=_STEPS)


if __name__ == "__main__":
    main()
