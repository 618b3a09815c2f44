"""Who may import whom, and that whatever is imported is declared."""

import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .tree import ROOT, files, imports

OURS = {"chapters", "dlcore", "homework", "widgets"}
ALLOWED = {
    "dlcore": {"dlcore"},
    "widgets": {"dlcore", "widgets"},
    "homework": {"dlcore", "homework", "widgets"},
    "chapters": {"chapters", "dlcore", "widgets"},
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def imported_by(package: str) -> list[tuple[str, str]]:
    """The top-level names that a package imports, with the file and line."""
    return [
        (module.partition(".")[0], f"{path.relative_to(ROOT)}:{line}")
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == package
        for module, line in imports(path)
    ]


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    wrong = [
        (name, where)
        for name, where in imported_by(package)
        if name in OURS and name not in ALLOWED[package]
    ]
    assert not wrong


def test_torch_is_imported_in_one_place() -> None:
    places = {where.partition(":")[0] for name, where in imported_by("dlcore") if name == "torch"}
    assert places <= {"dlcore/backend.py"}


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_what_is_imported_is_a_declared_dependency(package: str) -> None:
    extras = PROJECT["optional-dependencies"]
    declared = {
        canonicalize_name(Requirement(line).name)
        for line in [*PROJECT["dependencies"], *extras["torch"]]
    }
    providers = packages_distributions()
    missing = [
        (name, where)
        for name, where in imported_by(package)
        if name not in OURS | set(sys.stdlib_module_names)
        and not declared & {canonicalize_name(found) for found in providers.get(name, [name])}
    ]
    assert not missing
