"""One training step of an LSTM language model: hidden 128, 32 texts of 64 steps, 64 features, SGD.

Goal, in float32: the reference backend takes at most 1.7 times as long as torch eager, and at most
twice its memory.
"""

import json
import subprocess
import sys

import numpy as np

import dlcore

from .goals import goal
from .timing import interleave, table, timing_table

_TIMES, _BATCH, _FEATURES, _HIDDEN, _VOCABULARY, _RATE = 64, 32, 64, 128, 96, 0.1
_OURS = "`dlcore.reference`"
_LABELS = {"numpy": "dlcore.reference", "torch": "torch eager"}


def backend_step(name, times=_TIMES):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = dlcore.get_backend(name)
    model = backend.nn.ModuleDict(
        {
            "lstm": backend.nn.LSTM(_FEATURES, _HIDDEN),
            "output": backend.nn.Linear(_HIDDEN, _VOCABULARY),
        }
    )
    generator = np.random.default_rng(0)
    with backend.no_grad():
        for p in model.parameters():
            values = generator.uniform(-1, 1, tuple(p.shape)) / np.sqrt(_HIDDEN)
            p.copy_(backend.tensor(values.astype(np.float32)))
    optimizer = backend.optim.SGD(model.parameters(), lr=_RATE)
    x = generator.standard_normal((times, _BATCH, _FEATURES)).astype(np.float32)
    x, y = backend.tensor(x), generator.integers(0, _VOCABULARY, times * _BATCH)
    y = backend.tensor(y)

    def step():
        optimizer.zero_grad()
        h, _ = model["lstm"](x)  # (T, N, H)
        logits = model["output"](h).reshape(-1, _VOCABULARY)
        loss = backend.nn.functional.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def step_memory(name):
    """By how many bytes two steps raise this process's memory at its highest.

    Two times of the sequence come first: what is loaded or set up once is no part of a step.
    """
    backend_step(name, times=2)()
    step = backend_step(name)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the highest so far is forgotten
    before = _status("VmRSS")
    for _ in range(2):
        step()
    return _status("VmHWM") - before


def _status(key):
    """A line of Linux's account of this process, in bytes."""
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    raise KeyError(key)


def memory_of_each(names):
    """``step_memory`` of each backend in a process of its own, in MiB."""
    code = (
        "import json, sys; from benchmarks.lstm import step_memory; "
        "print(json.dumps(step_memory(sys.argv[1])))"
    )
    found = {}
    for name in names:
        done = subprocess.run(
            [sys.executable, "-c", code, name], stdout=subprocess.PIPE, text=True, check=True
        )
        found[name] = json.loads(done.stdout) / 2**20
    return found


def main():
    """Check that all compute the same losses, and print both tables."""
    names = sorted(dlcore.available_backends(), reverse=True)  # torch first, to be compared with
    if "torch" in names:
        dlcore.get_backend("torch").set_num_threads(1)
    steps = {_LABELS[name]: backend_step(name) for name in names}
    losses = [[step() for _ in range(5)] for step in steps.values()]
    for found in losses[1:]:
        np.testing.assert_allclose(found, losses[0], rtol=1e-4)
    timings = interleave(steps, rounds=25, calls=4)
    print(timing_table(timings))
    print()
    memory = memory_of_each(names)
    rows = [[_LABELS[n], memory[n], memory[n] / memory[names[0]]] for n in names]
    print(table(["", "memory of a step, MiB", f"ratio to {_LABELS[names[0]]}"], rows))
    if "torch" in names:
        goal(f"training step of an LSTM, {_OURS} / torch eager", 1.7, timings[1].ratio)
        goal(f"memory of an LSTM's training step, {_OURS} / torch eager", 2, rows[1][2])


if __name__ == "__main__":
    main()
