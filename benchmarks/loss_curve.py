"""What the loss curve costs a training loop, in a real kernel with a client that listens.

A step is a fixed amount of arithmetic, about 5 ms or 0.2 ms of it. Blocks of steps with and without
the curve take turns, and the CPU time of the whole process is compared, so that the kernel's
sending thread counts and other programs do not. A curve that already holds 100,000 points shows
whether a long run costs more.
"""

import json
import queue
import time
from statistics import mean, median

import numpy as np

from .goals import goal
from .timing import table

POINTS_BEFORE = (0, 100_000)
STEP_SECONDS = (5e-3, 0.2e-3)
BLOCK_SECONDS = 0.45
PAIRS = 30


class Work:
    """Arithmetic that takes a given time: multiplications of small matrices."""

    def __init__(self, seconds):
        self.matrix = np.full((48, 48), 1 / 48)
        self.repetitions = 1
        self.repetitions = max(1, round(seconds / median(self._time() for _ in range(2_000))))

    def _time(self):
        begin = time.perf_counter()
        self.do()
        return time.perf_counter() - begin

    def do(self):
        for _ in range(self.repetitions):
            self.matrix = self.matrix @ self.matrix


def measure(step_seconds, points):
    """Microseconds of a step alone, those that the curve adds, and the bytes of an update.

    points: how many the curve holds before.
    """
    from dlcore import get_backend
    from dlcore.train import Controls, Run, Step
    from widgets import LossCurve

    backend = get_backend("numpy")
    work = Work(step_seconds)
    loss = backend.tensor(0.5)
    curve = LossCurve()
    sizes = []
    send = curve.send

    def counting_send(message, buffers=()):
        sizes.append(len(json.dumps(message)) + sum(map(len, buffers)))
        send(message, buffers)

    curve.on_start(Run("GD", None, None, 0.1, Controls(), []))
    curve._records[-1].train.extend(np.arange(1, points + 1), np.full(points, 0.5))
    curve.send = counting_send
    steps = round(BLOCK_SECONDS / step_seconds)
    step = points

    def block(listening):
        nonlocal step
        begin = time.process_time()
        for _ in range(steps):
            work.do()
            if listening:
                step += 1
                curve.on_step(Step(step, 1, loss.detach(), 0.1))
        return (time.process_time() - begin) / steps * 1e6

    pairs = [(block(False), block(True)) for _ in range(PAIRS)]
    bare = median(without for without, _ in pairs)
    return bare, median(listening - without for without, listening in pairs), mean(sizes)


def print_measurements():
    """The part that runs in the kernel: one line of JSON for each row of the table."""
    for step_seconds in STEP_SECONDS:
        for points in POINTS_BEFORE:
            print(json.dumps([points, *measure(step_seconds, points)]))


def run_in_kernel(source):
    """What ``source`` prints in a new kernel, whose messages a client receives meanwhile."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        request = client.execute(source)
        printed = []
        while True:
            try:
                message = client.get_iopub_msg(timeout=300)
            except queue.Empty:
                raise TimeoutError("the kernel said nothing for five minutes") from None
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed.append(content["text"])
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif message["parent_header"].get("msg_id") == request and kind == "status":
                if content["execution_state"] == "idle":
                    return "".join(printed)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main():
    """Print the table."""
    source = "from benchmarks.loss_curve import print_measurements; print_measurements()"
    lines = run_in_kernel(source).splitlines()
    header = ["a step alone", "points before", "the curve adds", "of the step", "an update sends"]
    rows = []
    for line in lines:
        points, bare, added, size = json.loads(line)
        row = [f"{bare / 1e3:.2f} ms", f"{points:,}", f"{added:.1f} µs", f"{added / bare:.2%}"]
        rows.append([*row, f"{size / 1e3:.1f} kB"])
    print(table(header, rows))
    points, bare, added, _ = json.loads(lines[0])
    goal(
        f"the live loss curve on steps of {bare / 1e3:.1f} ms, share of the step",
        "2 %",
        f"{added / bare:.1%}",
    )
    points, bare, added, _ = json.loads(lines[-1])
    goal(
        f"the live loss curve on steps of {bare / 1e3:.1f} ms with {points:,} points, a step",
        "50 µs",
        f"{added:.0f} µs",
    )


if __name__ == "__main__":
    main()
