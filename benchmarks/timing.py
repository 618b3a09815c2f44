"""Timing by turns: candidates run one after the other, round by round, and medians are compared.

A machine that is busy for a second then slows all candidates alike, and their ratios stay.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True)
class Timing:
    """One candidate's result.

    wall, cpu: median seconds of one call. ratio: the median over the rounds of this candidate's CPU
    time divided by the first candidate's in the same round.
    """

    name: str
    wall: float
    cpu: float
    ratio: float


def interleave(candidates, rounds=15, calls=1):
    """Time the candidates by turns.

    candidates: dict from name to a function without arguments; the first is what the others are
    compared with. rounds: how often each has its turn, after one call that does not count. calls:
    how often it is called in a turn. Returns a list of Timing.
    """
    walls = {name: [] for name in candidates}
    cpus = {name: [] for name in candidates}
    for function in candidates.values():
        function()
    for _ in range(rounds):
        for name, function in candidates.items():
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(calls):
                function()
            cpus[name].append((time.process_time() - cpu) / calls)
            walls[name].append((time.perf_counter() - wall) / calls)
    return _timings(walls, cpus)


def interleave_apart(candidates, rounds=15, calls=1):
    """As ``interleave``, with each candidate in a process of its own.

    In one process they share the C library's memory, and what one has taught its allocator (see
    dlcore/reference/kernels/memory.py) makes the others faster than they are by themselves.
    candidates: dict from name to the code of an expression that makes the function,
    ``"benchmarks.cnn.example('torch')"``.
    """
    workers = {
        name: subprocess.Popen(
            [sys.executable, "-c", _WORKER, code, str(calls)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, code in candidates.items()
    }
    walls = {name: [] for name in candidates}
    cpus = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for name, worker in workers.items():
            print("go", file=worker.stdin, flush=True)
            answer = worker.stdout.readline().split()
            if len(answer) != 2:
                raise RuntimeError(f"{name} has ended early; what it said is above")
            if turn:  # the first turn does not count
                walls[name].append(float(answer[0]))
                cpus[name].append(float(answer[1]))
    for worker in workers.values():
        worker.communicate()
    return _timings(walls, cpus)


_WORKER = """
import importlib, sys, time
module = sys.argv[1].partition("(")[0].rpartition(".")[0]
importlib.import_module(module)
import benchmarks
function, calls = eval(sys.argv[1]), int(sys.argv[2])
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        function()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(wall / calls, cpu / calls, flush=True)
"""


def _timings(walls, cpus):
    first = cpus[next(iter(cpus))]
    return [
        Timing(
            name,
            statistics.median(walls[name]),
            statistics.median(cpus[name]),
            statistics.median(c / f for c, f in zip(cpus[name], first, strict=True)),
        )
        for name in cpus
    ]


def table(header, rows):
    """A table in Markdown: header, a list of str; rows, lists of values (floats to 3 digits)."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def timing_table(timings, unit="ms", scale=1e3):
    """The Markdown table of a list of Timing, in ``unit`` (seconds times ``scale``)."""
    header = ["", f"wall, {unit}", f"CPU, {unit}", f"ratio to {timings[0].name}"]
    rows = [[t.name, t.wall * scale, t.cpu * scale, t.ratio] for t in timings]
    return table(header, rows)


def conditions():
    """One line: processor architecture, threads and the versions that matter."""
    packages = []
    for package in ("numpy", "torch"):
        try:
            packages.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            packages.append(f"no {package}")
    core = os.environ.get("OPENBLAS_CORETYPE")
    return (
        f"Python {platform.python_version()}, {', '.join(packages)}, {platform.machine()}, "
        f"{os.environ['OPENBLAS_NUM_THREADS']} thread(s)"
        + (f", OPENBLAS_CORETYPE={core}" if core else "")
    )


def _cell(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value)
