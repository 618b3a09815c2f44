"""Training steps of one model on both backends: are the losses equal, and what do they cost.

A benchmark gives ``example(backend_name, *arguments, small=False)``, a function without arguments
that makes one step and returns the loss, from the same weights on both backends. ``small`` makes a
step of the least size, after which a library has loaded what it needs.
"""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np

import dlcore

from .goals import goal
from .timing import interleave_apart, table, timing_table

LABELS = {"torch": "torch eager", "numpy": "dlcore.reference"}
_OURS = "`dlcore.reference` / torch eager"


def report(what, benchmark, *arguments, time, memory=2.0, rounds=25, calls=3):
    """Print the tables of time and memory, and the goals.

    what: the model, as the goals name it. benchmark: the name of its module in this package.
    time, memory: what the reference should take at most, as a multiple of torch eager.
    Raises AssertionError if the losses of the first five steps differ.
    """
    names = sorted(dlcore.available_backends(), reverse=True)  # torch first, to be compared with
    module = importlib.import_module(f"benchmarks.{benchmark}")
    losses = [[step() for _ in range(5)] for step in (module.example(n, *arguments) for n in names)]
    np.testing.assert_allclose(losses, losses[:1] * len(losses), rtol=1e-4)
    calls_of = {
        LABELS[n]: f"benchmarks.{benchmark}.example({', '.join(map(repr, (n, *arguments)))})"
        for n in names
    }
    timings = interleave_apart(calls_of, rounds=rounds, calls=calls)
    print(f"\n{what}:\n\n{timing_table(timings)}")
    if "torch" in names:
        goal(f"training step of {what}, {_OURS}", time, timings[1].ratio)
    if sys.platform == "linux":
        peaks = [peak_apart(benchmark, n, *arguments) for n in names]
        rows = [[LABELS[n], peak, peak / peaks[0]] for n, peak in zip(names, peaks, strict=True)]
        print("\n" + table(["", "peak memory of a step, MiB", "ratio"], rows))
        if "torch" in names:
            goal(f"peak memory of a training step of {what}, {_OURS}", memory, rows[1][2])


def peak_apart(benchmark, name, *arguments):
    """``peak`` in a process of its own."""
    call = f"peak({', '.join(map(repr, (benchmark, name, *arguments)))})"
    done = subprocess.run(
        [sys.executable, "-c", f"from benchmarks.training_step import peak; print({call})"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)


def peak(benchmark, name, *arguments):
    """By how many MiB three steps raise the memory of this process of Linux at its highest."""
    module = importlib.import_module(f"benchmarks.{benchmark}")
    module.example(name, *arguments, small=True)()
    step = module.example(name, *arguments)
    Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
    before = _status("VmRSS")
    for _ in range(3):
        step()
    return (_status("VmHWM") - before) / 1024


def _status(field):
    """A line of Linux's account of this process, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def one_thread(name):
    """The backend, with one thread; NumPy's are set by the environment before it is imported."""
    backend = dlcore.get_backend(name)
    if name == "torch":
        backend.set_num_threads(1)
    return backend
