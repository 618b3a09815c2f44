"""One training step of a convolutional network on 64 images of 28 x 28, SGD, in float32.

Two convolutions of 5 x 5 with 16 and 32 filters, each with a rectifier and the maximum of 2 x 2
pixels behind it, and an affine read-out; without padding, and padded so that the sizes stay.
Goal: the reference backend takes at most as long as PyTorch, and at most twice its memory.
"""

import subprocess
import sys

import numpy as np

import dlcore

from .goals import goal
from .timing import interleave_apart, table, timing_table

_BATCH, _RATE, _STEPS = 64, 0.05, 3
_LEFT = {0: 4, 2: 7}  # padding -> height and width of the image that is read out
_LABELS = {"torch": "torch eager", "numpy": "dlcore.reference"}
_STATUS, _CLEAR = "/proc/self/status", "/proc/self/clear_refs"


def network(backend, padding):
    """The layers."""
    nn = backend.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * _LEFT[padding] ** 2, 10),
    )


def weights(padding):
    """Random weights, uniform on +-1 / sqrt(inputs), and biases of 0, by their names."""
    generator = np.random.default_rng(0)
    shapes = {0: (16, 1, 5, 5), 3: (32, 16, 5, 5), 7: (10, 32 * _LEFT[padding] ** 2)}
    found = {}
    for layer, shape in shapes.items():
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        found[f"{layer}.weight"] = generator.uniform(-bound, bound, shape).astype(np.float32)
        found[f"{layer}.bias"] = np.zeros(shape[0], np.float32)
    return found


def backend_step(name, padding, state, X, y):
    """A function that makes one step on the backend, from the given weights."""
    backend = dlcore.get_backend(name)
    if name == "torch":
        backend.set_num_threads(1)
    model = network(backend, padding)
    model.load_state_dict({key: backend.tensor(value) for key, value in state.items()})
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


def batch(size):
    """Images and classes, random."""
    generator = np.random.default_rng(1)
    images = generator.standard_normal((size, 1, 28, 28)).astype(np.float32)
    return images, generator.integers(0, 10, size)


def example(name, padding):
    """The step of a batch of 64, on the backend."""
    return backend_step(name, padding, weights(padding), *batch(_BATCH))


def peak(name, padding):
    """MiB of memory that training steps take at their peak, beyond what a step of one image has
    already made the process hold. Linux only.
    """
    state = weights(padding)
    backend_step(name, padding, state, *batch(1))()
    step = backend_step(name, padding, state, *batch(_BATCH))
    before = _kilobytes("VmRSS")
    with open(_CLEAR, "w") as file:
        file.write("5")  # the highest value begins anew
    for _ in range(3):
        step()
    return (_kilobytes("VmHWM") - before) / 1024


def _kilobytes(field):
    with open(_STATUS) as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field))


def peaks(names, padding):
    """The peak of each backend, each in a process of its own."""
    call = "from benchmarks.cnn import peak; print(peak({!r}, {}))"
    return [
        float(
            subprocess.run(
                [sys.executable, "-c", call.format(name, padding)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for name in names
    ]


def main():
    """Check that both compute the same losses, and print the tables."""
    names = sorted(dlcore.available_backends(), reverse=True)  # PyTorch first, to be compared with
    for padding in (0, 2):
        kind = f"CNN with padding {padding}, `dlcore.reference` / torch eager"
        steps = [example(name, padding) for name in names]
        losses = [[step() for _ in range(5)] for step in steps]
        np.testing.assert_allclose(losses, losses[:1] * len(losses), rtol=1e-4)
        calls = {_LABELS[n]: f"benchmarks.cnn.example({n!r}, {padding})" for n in names}
        timings = interleave_apart(calls, rounds=25, calls=_STEPS)
        print(f"\nPadding {padding}:\n\n{timing_table(timings)}")
        if "torch" in names:
            goal(f"training step of a {kind}", 1.0, timings[-1].ratio)
        if sys.platform == "linux":
            memory = peaks(names, padding)
            rows = [[_LABELS[n], mb] for n, mb in zip(names, memory, strict=True)]
            print("\n" + table(["", "peak of memory, MiB"], rows))
            if "torch" in names:
                goal(f"peak memory of a training step of a {kind}", 2.0, memory[-1] / memory[0])


if __name__ == "__main__":
    main()
