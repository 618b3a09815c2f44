"""How long ``import dlcore`` takes in a new interpreter. Goal: under 0.25 s, and without torch."""

import statistics
import subprocess
import sys

from .goals import goal
from .timing import table

_ROUNDS = 11
# The interpreter measures itself, so that its own start does not count.
_PROGRAM = """
import sys, time
wall, cpu = time.perf_counter(), time.process_time()
import {module}
print(time.perf_counter() - wall, time.process_time() - cpu, "torch" in sys.modules)
"""


def main():
    """Print the table."""
    modules = ["numpy", "dlcore", "dlcore.train", "dlcore.data", "dlcore.recipes"]
    times = {module: [] for module in modules}
    with_torch = dict.fromkeys(modules, False)
    for _ in range(_ROUNDS):
        for module in modules:
            program = _PROGRAM.format(module=module)
            output = subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, text=True
            ).stdout.split()
            times[module].append((float(output[0]), float(output[1])))
            with_torch[module] |= output[2] == "True"
    rows = []
    for module in modules:
        wall, cpu = (1e3 * statistics.median(column) for column in zip(*times[module], strict=True))
        rows.append([f"`import {module}`", wall, cpu, "yes" if with_torch[module] else "no"])
    print(table(["", "wall, ms", "CPU, ms", "imports torch"], rows))
    seconds = statistics.median(wall for wall, _ in times["dlcore"])
    goal("`import dlcore`, without torch", "0.25 s", f"{seconds:.2g} s")


if __name__ == "__main__":
    main()
