"""Ruff, over every module and notebook: mistakes and layout."""

import subprocess
import sys

import pytest

from .tree import ROOT


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_ruff(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"`make format` may put it right:\n{done.stdout}{done.stderr}"
