"""The Makefile: what it says to a machine that lacks something, and what it leaves alone."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# Of the make that runs these tests, and of the person who does.
FOREIGN = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "DISPLAY", "WAYLAND_DISPLAY"}
FOREIGN |= {"BROWSER", "PYTHON", "VENV", "TORCH", "TORCH_INDEX", "LAB_ARGS", "TEST_ARGS"}


def make(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run make in the project; what it says on both streams is in `.stdout`."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return subprocess.run(
        ["make", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment whose course is installed, where pip can install nothing more."""
    folder = tmp_path / "venv"
    script(folder / "bin/python", 'case "$*" in *pip*) exit 1;; *) echo "python $*";; esac')
    (folder / ".python").touch()
    (folder / ".course").write_text(f"{ROOT}\n", encoding="utf-8")
    (folder / ".test").touch()
    return folder


def test_help_names_every_target_and_every_variable() -> None:
    said = make("help").stdout
    targets = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    assert [name for name in targets if name != "help" and f"make {name} " not in said] == []
    variables = set(re.findall(r"^(\w+) +\?=", MAKEFILE, re.MULTILINE)) - {"VENV"}
    assert [name for name in variables if f"{name}=" not in said] == []


def test_a_python_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 1); exec(sys.argv[1])"
    old = script(tmp_path / "old", f'exec {sys.executable} -c "{pretend}" "$2"')
    done = make(f"VENV={tmp_path}/venv", f"PYTHON={old}", f"{tmp_path}/venv/.python")
    assert done.returncode != 0
    assert f"needs Python 3.11, 3.12 or 3.13, and {old} is Python 3.9" in done.stdout


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    pretend = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[1])"
    bare = script(tmp_path / "bare", f'exec {sys.executable} -c "{pretend}" "$2"')
    done = make(f"VENV={tmp_path}/venv", f"PYTHON={bare}", f"{tmp_path}/venv/.python")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stdout


def test_no_python_at_all_is_told_so(tmp_path: Path) -> None:
    done = make(f"VENV={tmp_path}/venv", "PYTHON=python-of-nowhere", f"{tmp_path}/venv/.python")
    assert done.returncode != 0
    assert "There is no python-of-nowhere here" in done.stdout


def test_lab_goes_on_without_torch_and_tries_once(venv: Path) -> None:
    first = make("lab", f"VENV={venv}")
    assert first.returncode == 0, first.stdout
    assert "the chapters run on NumPy" in first.stdout
    assert re.search(r"^python -m jupyterlab .*chapters/index\.ipynb", first.stdout, re.MULTILINE)
    second = make("lab", f"VENV={venv}").stdout
    assert "pip install" not in second
    assert "python -m jupyterlab" in second


def test_the_tests_do_not_lose_torch_without_a_word(venv: Path) -> None:
    done = make("test", f"VENV={venv}")
    assert done.returncode != 0
    assert "TORCH=no does without it" in done.stdout
    assert "python -m pytest" not in done.stdout
    assert "-m pytest --require-torch" in make("-n", "test", f"VENV={venv}").stdout
    without = make("test", "TORCH=no", f"VENV={venv}")
    assert without.returncode == 0
    assert "--require-torch" not in without.stdout


def test_torch_is_left_out_on_demand(venv: Path) -> None:
    said = make("lab", "TORCH=no", f"VENV={venv}").stdout
    assert "python -m jupyterlab" in said
    assert "pip install" not in said


def test_an_environment_that_came_along_with_a_moved_folder_is_installed_anew(venv: Path) -> None:
    for target in ("lab", "chapters"):
        assert "pip install" not in make("-n", target, "TORCH=no", f"VENV={venv}").stdout
    script(venv / "bin/python", 'echo "python $*"')
    (venv / ".course").write_text("/where/it/was\n", encoding="utf-8")
    assert re.search("pip install .* -e .$", make("lab", "TORCH=no", f"VENV={venv}").stdout, re.M)
    assert (venv / ".course").read_text(encoding="utf-8") == f"{ROOT}\n"
    assert "pip install" not in make("lab", "TORCH=no", f"VENV={venv}").stdout


def test_lab_reads_the_configuration_of_the_course_before_the_reader_s_own(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the hook that stores a live view's picture; JupyterLab reads it only if told."""
    script(venv / "bin/python", 'echo "reads $JUPYTER_CONFIG_PATH"')
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    assert make("lab", "TORCH=no", f"VENV={venv}").stdout.endswith(f"reads {ROOT}\n")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    assert make("lab", "TORCH=no", f"VENV={venv}").stdout.endswith(f"reads {ROOT}:/mine\n")


def test_only_python_is_run_from_the_environment() -> None:
    """The other scripts there begin with the path of the Python that installed them."""
    assert set(re.findall(r"\$\(BIN\)/(\w+)", MAKEFILE)) == {"python"}


def test_the_other_index_is_used_for_torch_alone(venv: Path) -> None:
    said = make("-n", "torch", f"VENV={venv}", "TORCH_INDEX=file:///wheels").stdout
    (line,) = [line for line in said.splitlines() if "file:///wheels" in line and "pip" in line]
    assert line.endswith("--no-deps --index-url file:///wheels torch")
    assert "--index-url" not in make("-n", "torch", f"VENV={venv}").stdout


def test_a_machine_without_a_screen_gets_the_address(venv: Path) -> None:
    lab = ("-n", "lab", "TORCH=no", f"VENV={venv}")
    assert ("--no-browser" in make(*lab).stdout) == sys.platform.startswith("linux")
    assert "--no-browser" not in make(*lab, "DISPLAY=:0").stdout
    assert ("--allow-root" in make(*lab).stdout) == (os.getuid() == 0)
    assert make(*lab, "LAB_ARGS=--port=9999").stdout.rstrip().endswith("--port=9999")
