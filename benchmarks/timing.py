"""Timing by turns: candidates run one after the other, round by round, and medians are compared.

A machine that is busy for a second then slows all candidates alike, and their ratios stay.
"""

import os
import platform
import statistics
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
    first = cpus[next(iter(candidates))]
    return [
        Timing(
            name,
            statistics.median(walls[name]),
            statistics.median(cpus[name]),
            statistics.median(c / f for c, f in zip(cpus[name], first, strict=True)),
        )
        for name in candidates
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
