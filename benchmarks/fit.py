"""``dlcore.train.fit`` beside the same loop written plainly, on torch and on the reference.

Both shuffle, cut batches, compute loss and gradient, make the step and keep the loss as a number.
Goal: on torch, fit takes at most 1.02 times the plain loop.
"""

import statistics

import numpy as np

import dlcore
from dlcore.models import mlp
from dlcore.train import fit

from .goals import goal
from .timing import interleave, table

_RATE, _EXAMPLES, _EPOCHS = 0.01, 5120, 5
_PAIRS, _ROUNDS = 7, 5
# Name, widths, batch; a small network is all overhead.
_CASES = (("large", (784, 256, 128, 10), 128), ("small", (20, 32, 10), 32))


def candidates(backend, sizes, batch):
    """The plain loop and fit, each on a model of its own with the same weights."""
    generator = np.random.default_rng(0)
    X = backend.tensor(generator.standard_normal((_EXAMPLES, sizes[0])).astype(np.float32))
    y = backend.tensor(generator.integers(0, sizes[-1], _EXAMPLES))
    loss = backend.nn.CrossEntropyLoss()
    models, optimizers = [], []
    for _ in range(2):
        backend.manual_seed(0)
        models.append(mlp(backend)(sizes=sizes))
        optimizers.append(backend.optim.SGD(models[-1].parameters(), lr=_RATE))
    losses = []

    def plain():
        model, optimizer = models[0], optimizers[0]
        model.train()
        generator = np.random.default_rng(0)
        seen = []
        for _ in range(_EPOCHS):
            order = backend.tensor(generator.permutation(len(X)))
            for start in range(0, len(X), batch):
                index = order[start : start + batch]
                x, t = X[index], y[index]
                optimizer.zero_grad()
                value = loss(model(x), t)
                seen.append(value.item())
                value.backward()
                optimizer.step()
        losses.append(seen)

    def with_fit():
        history = fit(
            models[1],
            (X, y),
            loss=loss,
            optimizer=optimizers[1],
            epochs=_EPOCHS,
            batch_size=batch,
            device="cpu",
        )
        losses.append(history.loss.tolist())

    plain()
    with_fit()
    np.testing.assert_array_equal(losses[0], losses[1])
    return {"plain": plain, "fit": with_fit}


def main():
    """Check that both compute the same losses, and print table and goal."""
    rows, ratios = [], {}
    for name in reversed(dlcore.available_backends()):
        backend = dlcore.get_backend(name)
        if name == "torch":
            backend.set_num_threads(1)
        for label, sizes, batch in _CASES:
            # What fit does once is part of it, as in a short training. Where the weights happen to
            # lie in memory changes the ratio by 2 %, so several pairs of models are measured.
            pairs = [
                interleave(candidates(backend, sizes, batch), rounds=_ROUNDS) for _ in range(_PAIRS)
            ]
            ratios[name, label] = statistics.median(ours.ratio for _, ours in pairs)
            steps = _EPOCHS * -(-_EXAMPLES // batch)
            widths = "-".join(map(str, sizes))
            times = [statistics.median(t.cpu for t in both) for both in zip(*pairs, strict=True)]
            rows.append(
                [f"{name}, {label}: {widths}, batch {batch}"]
                + [seconds / steps * 1e6 for seconds in times]
                + [ratios[name, label]]
            )
    print(table(["", "plain loop, µs per step", "fit, µs per step", "ratio"], rows))
    if ("torch", "large") in ratios:
        goal(
            "`fit` on torch / the same loop written plainly in torch",
            1.02,
            ratios["torch", "large"],
        )


if __name__ == "__main__":
    main()
