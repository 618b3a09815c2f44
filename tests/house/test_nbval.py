"""nbval, as tests/notebooks.py sets it up: what it compares, and on which backend a cell runs."""

import importlib.util
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from .tree import ROOT

CONFTEST = """\
from pathlib import Path
from chapters import notebooks
notebooks.FOLDER = Path(__file__).parent
pytest_plugins = ["tests.notebooks"]
"""
PLOT = """\
from random import random
from IPython.display import display
plot = {"application/vnd.plotly.v1+json": {"uid": random()}, "text/plain": f"{object()}, 3.1 ms"}
display(plot, raw=True)"""


def cell(source: str, *tags: str, **output: object) -> nbformat.NotebookNode:
    """A code cell that was executed, with one output if there is one."""
    outputs = [new_output(**output)] if output else []
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, execution_count=1, outputs=outputs, metadata=metadata)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run a small chapter under pytest: the outcome of each cell on each backend."""
    folder = tmp_path_factory.mktemp("chapters")
    stored = {
        "application/vnd.plotly.v1+json": {"uid": 0.5},
        "text/plain": "<object object at 0x7f00>, 20 ms",
    }
    stream = {"output_type": "stream", "name": "stdout"}
    cells = [
        cell('BACKEND = "numpy"\nDEVICE = "auto"', "parameters"),
        cell("print(BACKEND)", "nbval-check-output", **stream, text="numpy\n"),
        cell("print(1 + 1)", "nbval-check-output", **stream, text="3\n"),
        cell("print(1 + 1)", **stream, text="3\n"),
        cell(PLOT, "nbval-check-output", output_type="display_data", data=stored),
        cell("1 / 0"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "01_small.ipynb")
    nbformat.write(new_notebook(cells=[cell("1")]), folder / "index.ipynb")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--nbval-current-env", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = re.findall(r"^(PASSED|FAILED) (\S+::Cell \d)", done.stdout, re.MULTILINE)
    return {name: result for result, name in lines}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_cells_are_run_and_compared_on_each_backend(outcome: dict[str, str], backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        assert not [name for name in outcome if "torch" in name]
        pytest.skip("torch is not installed, and its half was skipped")
    results = [outcome[f"01_small.ipynb[{backend}]::Cell {number}"] for number in range(6)]
    on_its_own_backend = "PASSED" if backend == "numpy" else "FAILED"
    assert results == ["PASSED", on_its_own_backend, "FAILED", "PASSED", "PASSED", "FAILED"]


def test_a_notebook_without_a_backend_runs_once(outcome: dict[str, str]) -> None:
    assert [name for name in outcome if "index" in name] == ["index.ipynb[numpy]::Cell 0"]
