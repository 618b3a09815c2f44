"""conda's environment, Binder's copy of it, and what repo2docker makes of them."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .test_packaging import PROJECT, pins
from .tree import ROOT

ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CONDA = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
(PIP,) = [line["pip"] for line in ENVIRONMENT["dependencies"] if isinstance(line, dict)]
# conda's name of a package where it is another one than pip's
PIP_NAMES = {"matplotlib-base": "matplotlib", "pytorch-cpu": "torch"}


def test_binder_has_the_same_environment() -> None:
    """Because of the folder `binder` repo2docker does not look at the root's file."""
    root, binder = ROOT / "environment.yml", ROOT / "binder/environment.yml"
    assert not binder.is_symlink()
    assert root.read_bytes() == binder.read_bytes()


def test_no_channel_is_an_address() -> None:
    assert ENVIRONMENT["channels"] == ["conda-forge"]


@pytest.mark.parametrize("line", PIP)
def test_what_pip_installs_is_the_tested_version(line: str) -> None:
    name, version = line.split("==")
    assert str(pins()[name]) == version


@pytest.mark.parametrize("line", [line for line in CONDA if line not in ("pip", "python=3.12")])
def test_what_conda_installs_admits_the_tested_version(line: str) -> None:
    name = line.split("=")[0].rstrip("<>")
    specifier = line.removeprefix(name)
    if specifier.startswith("="):  # conda's one sign: this version and whatever it begins
        specifier = f"=={specifier[1:]}.*"
    tested = pins()[PIP_NAMES.get(name, name)]
    assert tested in Requirement(f"x{specifier}").specifier


def test_the_environment_holds_every_dependency_of_the_project() -> None:
    """postBuild installs with --no-deps, so that what is forgotten here is missing there."""
    conda = {line.split("=")[0].rstrip("<>") for line in CONDA}
    held = {PIP_NAMES.get(name, name) for name in conda} | {line.split("==")[0] for line in PIP}
    needed = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert needed - held == set()


def test_repo2docker_finds_the_environment_and_writes_a_dockerfile() -> None:
    program = Path(sys.executable).with_name("jupyter-repo2docker")
    done = subprocess.run(
        [program, "--no-build", "--debug", ROOT], capture_output=True, text=True, timeout=120
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Building conda environment for python=3.12" in said
    assert '--file "binder/environment.yml"' in said
    assert "RUN ./binder/postBuild" in said
