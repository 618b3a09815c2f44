"""One training step of a GPT (2 layers, 128 features, 4 heads), 16 texts of 128, Adam, in float32.

Goal: the reference backend takes at most as long as torch eager, and at most twice its memory.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

import dlcore
from dlcore.models.transformer import gpt

from .goals import goal
from .timing import interleave, table, timing_table

_TEXTS, _CONTEXT, _VOCABULARY, _RATE = 16, 128, 96, 1e-3
_SIZES = {"vocabulary": _VOCABULARY, "context": _CONTEXT, "width": 128, "layers": 2, "heads": 4}
_LABELS = {"numpy": "dlcore.reference", "torch": "torch eager"}


def backend_step(name, texts=_TEXTS, **sizes):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = dlcore.get_backend(name)
    model = gpt(backend)(**{**_SIZES, **sizes})
    generator = np.random.default_rng(0)
    with backend.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                values = 0.02 * generator.standard_normal(tuple(p.shape))
                p.copy_(backend.tensor(values.astype(np.float32)))
    optimizer = backend.optim.Adam(model.parameters(), lr=_RATE)
    tokens = generator.integers(0, _VOCABULARY, (texts, _CONTEXT + 1))
    tokens = backend.tensor(tokens)
    idx, following = tokens[:, :-1], tokens[:, 1:].flatten()

    def step():
        optimizer.zero_grad()
        loss = backend.nn.functional.cross_entropy(model(idx).flatten(0, 1), following)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def step_memory(name):
    """How many bytes more than before a process (of Linux) holds at the peak of three steps.

    The model is there before, and so is what a library loads for its first step, of a tiny model.
    """
    backend_step(name, texts=1, width=4, layers=1)()
    step = backend_step(name)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, where we are now
    before = _status("VmRSS")
    for _ in range(3):
        step()
    return _status("VmHWM") - before


def _status(field):
    """A size that Linux tells about this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def memory_of_each(names):
    """``step_memory`` of each backend in a process of its own, in MiB."""
    code = "import sys; from benchmarks.gpt import step_memory; print(step_memory(sys.argv[1]))"
    found = {}
    for name in names:
        command = [sys.executable, "-c", code, name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = int(done.stdout) / 2**20
    return found


def main():
    """Check that all compute the same losses, and print both tables."""
    names = sorted(dlcore.available_backends(), reverse=True)  # torch first, to be compared with
    if "torch" in names:
        dlcore.get_backend("torch").set_num_threads(1)
    steps = {_LABELS[name]: backend_step(name) for name in names}
    losses = [[step() for _ in range(4)] for step in steps.values()]
    for found in losses[1:]:
        np.testing.assert_allclose(found, losses[0], rtol=1e-4)
    timings = interleave(steps, rounds=15, calls=2)
    print(timing_table(timings))
    print()
    memory = memory_of_each(names)
    rows = [[_LABELS[n], memory[n], memory[n] / memory[names[0]]] for n in names]
    print(table(["", "memory of a step, MiB", f"ratio to {_LABELS[names[0]]}"], rows))
    if "torch" in names:
        goal("GPT: training step, time of dlcore.reference / torch eager", 1.0, timings[1].ratio)
        goal("GPT: training step, memory of dlcore.reference / torch eager", 2, rows[1][2])


if __name__ == "__main__":
    main()
