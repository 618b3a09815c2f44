"""One distribution, installable, with exact tested versions that agree with its ranges."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .tree import ROOT, files

PACKAGES = ("dlcore", "homework", "widgets")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements() -> list[Requirement]:
    """Everything that pyproject.toml asks for, the extras included."""
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def pins() -> dict[str, Version]:
    """The exact versions of constraints.txt, by name."""
    found = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            assert canonicalize_name(name) not in found, f"{name} stands there twice"
            found[canonicalize_name(name)] = Version(version)
    return found


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_every_dependency_has_a_tested_version_in_its_range(requirement: Requirement) -> None:
    tested = pins().get(canonicalize_name(requirement.name))
    assert tested is not None, f"constraints.txt has no version of {requirement.name}"
    assert tested in requirement.specifier


def test_ipykernel_stays_below_the_version_that_makes_widgets_wait() -> None:
    (ipykernel,) = [r for r in requirements() if r.name == "ipykernel"]
    assert "7.3.0" in ipykernel.specifier
    assert "7.4.0" not in ipykernel.specifier


def test_torch_is_an_extra_and_its_range_is_wider_than_the_tested_version() -> None:
    assert "torch" not in [Requirement(line).name for line in PROJECT["dependencies"]]
    (torch,) = PROJECT["optional-dependencies"]["torch"]
    assert {"2.13.0", "2.14.1"} == set(Requirement(torch).specifier.filter(["2.13.0", "2.14.1"]))
    assert pins()["torch"] == Version("2.13.0")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """The names of the files in the wheel that setuptools builds from a copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    for path in files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    build = "from setuptools.build_meta import build_wheel; build_wheel('dist')"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    (built,) = Path(copy, "dist").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield set(archive.namelist())


def test_the_wheel_holds_the_three_packages_and_no_other(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel if ".dist-info/" not in name}
    (data,) = (name for name in tops if name.endswith(".data"))
    assert tops - {data} == set(PACKAGES)
    # What JupyterLab reads: store the picture of a live view and not the view.
    where = f"{data}/data/etc/jupyter/jupyter_server_config.d/jupyter_server_config.json"
    assert {name for name in wheel if name.startswith(data)} == {where}


def test_the_wheel_holds_every_file_of_the_packages(wheel: set[str]) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
    }
    assert wanted - wheel == set(), "see package-data in pyproject.toml"
