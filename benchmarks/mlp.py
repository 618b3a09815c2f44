"""One training step of an MLP 784-256-128-10, batch 128, SGD, in float32.

Goals: the reference backend takes at most 1.5 times a plain NumPy loop written for this network,
and 0.9 of torch eager's time.
"""

from itertools import pairwise

import numpy as np

import dlcore
from dlcore.models import mlp

from .goals import goal
from .timing import interleave, timing_table

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


def backend_step(name, weights, X, y):
    """A function that makes one step on the backend, from the given weights."""
    backend = dlcore.get_backend(name)
    model = mlp(backend)(sizes=_SIZES)
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


def main():
    """Check that all compute the same losses, and print the table."""
    generator = np.random.default_rng(0)
    X = generator.standard_normal((_BATCH, _SIZES[0])).astype(np.float32)
    y = generator.integers(0, _SIZES[-1], _BATCH)
    weights = []
    for n_in, n_out in pairwise(_SIZES):
        scale = np.sqrt(2 / n_in)
        weights.append((scale * generator.standard_normal((n_out, n_in))).astype(np.float32))
        weights.append(np.zeros(n_out, np.float32))
    plain = PlainNumPy(weights)
    steps = {"plain NumPy": lambda: plain.step(X, y)}
    for name in dlcore.available_backends():
        label = "dlcore.reference" if name == "numpy" else "torch eager"
        steps[label] = backend_step(name, weights, X, y)
        if name == "torch":
            dlcore.get_backend("torch").set_num_threads(1)
    losses = {name: [step() for _ in range(5)] for name, step in steps.items()}
    for name in steps:
        np.testing.assert_allclose(losses[name], losses["plain NumPy"], rtol=1e-4, err_msg=name)
    timings = {t.name: t for t in interleave(steps, rounds=25, calls=_STEPS)}
    print(timing_table(list(timings.values())))
    ours = timings["dlcore.reference"].ratio
    goal("training step of an MLP, `dlcore.reference` / a plain NumPy loop", 1.5, ours)
    if "torch eager" in timings:
        theirs = timings["torch eager"].ratio
        goal("training step of an MLP, `dlcore.reference` / torch eager", 0.9, ours / theirs)


if __name__ == "__main__":
    main()
