"""Run a module of the tests in two processes, as torchrun starts them."""

import subprocess
import sys

import pytest

# PyTorch 2.13 now and then aborts a process that has done its work, while Python shuts down: also
# one that only makes a process group and leaves it. That is no finding about us.
_ABORTED_AT_THE_END = "terminate called without an active exception"


def two_processes(module, make_folder):
    """The folder into which ``python -m module <folder>`` wrote, run in two processes.

    make_folder: a function that makes a new, empty one.
    """
    pytest.importorskip("torch", reason="PyTorch is not installed")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    for _ in range(3):
        folder = make_folder()
        done = subprocess.run(
            [*launch, "-m", module, folder], capture_output=True, text=True, timeout=120
        )
        if done.returncode == 0:
            return folder
        if _ABORTED_AT_THE_END not in done.stderr:
            break
    pytest.fail(done.stderr)
