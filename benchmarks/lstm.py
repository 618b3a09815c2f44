"""One training step of an LSTM language model: hidden 128, 32 texts of 64 steps, 64 features, SGD.

Goal, in float32: the reference backend takes at most 1.7 times as long as torch eager, and at most
twice its memory.
"""

import numpy as np

from .training_step import one_thread, report

_TIMES, _BATCH, _FEATURES, _HIDDEN, _VOCABULARY, _RATE = 64, 32, 64, 128, 96, 0.1


def example(name, small=False):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = one_thread(name)
    times = 2 if small else _TIMES
    lstm = backend.nn.LSTM(_FEATURES, _HIDDEN)
    readout = backend.nn.Linear(_HIDDEN, _VOCABULARY)
    parameters = [*lstm.parameters(), *readout.parameters()]
    generator = np.random.default_rng(0)
    with backend.no_grad():
        for p in parameters:
            values = generator.uniform(-1, 1, tuple(p.shape)) / np.sqrt(_HIDDEN)
            p.copy_(backend.tensor(values.astype(np.float32)))
    optimizer = backend.optim.SGD(parameters, lr=_RATE)
    x = generator.standard_normal((times, _BATCH, _FEATURES)).astype(np.float32)
    x, y = backend.tensor(x), generator.integers(0, _VOCABULARY, times * _BATCH)
    y = backend.tensor(y)

    def step():
        optimizer.zero_grad()
        h, _ = lstm(x)  # (T, N, H)
        loss = backend.nn.functional.cross_entropy(readout(h).reshape(-1, _VOCABULARY), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if __name__ == "__main__":
    report("an LSTM", "lstm", time=1.7, calls=4)
