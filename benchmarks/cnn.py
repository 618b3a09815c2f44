"""One training step of a convolutional network on 64 images of 28 x 28, SGD, in float32.

Two convolutions of 5 x 5 with 16 and 32 filters, each with a rectifier and the maximum of 2 x 2
pixels behind it, and an affine read-out; without padding, and padded so that the sizes stay.
Goal: the reference backend takes at most as long as torch eager, and at most twice its memory.
"""

import numpy as np

from .training_step import one_thread, report

_BATCH, _RATE = 64, 0.05
_LEFT = {0: 4, 2: 7}  # padding -> height and width of the image that is read out


def example(name, padding, small=False):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = one_thread(name)
    nn = backend.nn
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * _LEFT[padding] ** 2, 10),
    )
    generator = np.random.default_rng(0)
    with backend.no_grad():
        for p in model.parameters():
            bound = 1 / np.sqrt(np.prod(p.shape[1:]))
            values = generator.uniform(-bound, bound, tuple(p.shape)) if p.ndim > 1 else 0 * bound
            p.copy_(backend.tensor(values, dtype=backend.float32))
    optimizer = backend.optim.SGD(model.parameters(), lr=_RATE)
    loss = nn.CrossEntropyLoss()
    size = 1 if small else _BATCH
    X = backend.tensor(generator.standard_normal((size, 1, 28, 28)).astype(np.float32))
    y = backend.tensor(generator.integers(0, 10, size))

    def step():
        optimizer.zero_grad()
        value = loss(model(X), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


if __name__ == "__main__":
    report("a CNN", "cnn", 0, time=1.0)
    report("a CNN with padding", "cnn", 2, time=1.0)
