"""A training that is killed: ``python -m tests.train.killed numpy path`` dies after step 24."""

import os
import random
import signal
import sys

import numpy as np

from dlcore import get_backend, seed
from dlcore.train import Listener, fit

STEPS = 40


def problem(backend, kind="pair", lr=0.02, width=8):
    """Everything in it moves: dropout, Adam, a schedule, BatchNorm's statistics, the shuffling."""
    nn, data = backend.nn, backend.utils.data
    seed(backend, 3)
    generator = np.random.default_rng(1)
    X = generator.standard_normal((52, 3)).astype(np.float32)
    y = np.sin(X).sum(1, keepdims=True).astype(np.float32)
    model = nn.Sequential(
        nn.Linear(3, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.3), nn.Linear(width, 1)
    )
    optimizer = backend.optim.AdamW(model.parameters(), lr=lr)
    options = {
        "loss": nn.MSELoss(),
        "optimizer": optimizer,
        "scheduler": backend.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS),
        "validation": (X, y),
        "device": "cpu",
    }
    train = X, y
    if kind == "pair":
        options |= {"batch_size": 8}  # seven steps an epoch
    elif kind == "augmented":
        train = data.DataLoader(augmented(data, X, y), batch_size=8, shuffle=True)
    else:
        pairs = data.TensorDataset(backend.tensor(X), backend.tensor(y))
        own = backend.Generator().manual_seed(5) if kind == "loader with a generator" else None
        train = data.DataLoader(pairs, batch_size=8, shuffle=True, generator=own)
    return model, train, options


def augmented(data, X, y):
    """A data set that disturbs its examples with Python's and NumPy's global random numbers."""
    random.seed(6)
    np.random.seed(7)

    class Augmented(data.Dataset):
        def __len__(self):
            return len(X)

        def __getitem__(self, i):
            noise = np.float32(np.random.standard_normal(3)) + np.float32(random.random())
            return X[i] + np.float32(0.1) * noise, y[i]

    return Augmented()


class KillAt(Listener):
    def __init__(self, step):
        self.at = step

    def on_step(self, step):
        if step.step == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    name, path = sys.argv[1:]
    model, train, options = problem(get_backend(name))
    fit(
        model,
        train,
        steps=STEPS,
        checkpoint=path,
        checkpoint_steps=5,
        listeners=[KillAt(24)],
        **options,
    )
