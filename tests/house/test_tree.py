"""What no file of the project may hold, and what the files promise one another."""

import re
import subprocess
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from .tree import ROOT, files, texts

# Written in pieces: this file is searched too.
DOT = "."
REGISTRIES = [
    DOT.join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("download", "pytorch", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("registry", "npmjs", "org"),
        ("mirrors", "aliyun", "com"),
        ("tuna", "tsinghua", "edu", "cn"),
    ]
]
CDNS = [
    DOT.join(parts)
    for parts in [
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare", "com"),
        ("cdn", "plot", "ly"),
        ("esm", "sh"),
        ("skypack", "dev"),
        ("ajax", "googleapis", "com"),
        ("fonts", "googleapis", "com"),
    ]
]
# A folder of one machine: somebody's home, or where a checkout happened to lie.
MACHINE_PATH = re.compile(r"(?<![\w.:/~])/(?:home|Users|root|work|tmp)/\w")


@pytest.mark.parametrize("hosts", [REGISTRIES, CDNS], ids=["registry", "cdn"])
def test_no_file_names_a_host_that_packages_or_scripts_come_from(hosts: list[str]) -> None:
    found = [f"{path}: {host}" for path, text in texts() for host in hosts if host in text]
    assert not found


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        f"{path}: {match.group()}"
        for path, text in texts()
        for match in MACHINE_PATH.finditer(text)
    ]
    assert not found


def markdown() -> list[tuple[str, str]]:
    """The Markdown of the project: files, and the cells of the chapters, with where it stands."""
    found = []
    for path in files():
        if path.suffix == ".md":
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        elif path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            found.append((path.relative_to(ROOT).as_posix(), text))
    return found


def targets(text: str) -> list[str]:
    """Where the links and pictures of a Markdown text point to."""
    text = re.sub(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$", "", text, flags=re.DOTALL)
    return re.findall(r"\]\(\s*<?([^)\s>]+)", text) + re.findall(r"""(?:src|href)="([^"]+)""", text)


@pytest.mark.parametrize(("name", "text"), markdown(), ids=lambda value: value[:40])
def test_relative_links_lead_to_a_file_of_the_project(name: str, text: str) -> None:
    known = {path.resolve() for path in files()}
    known |= {folder for path in known for folder in path.parents}
    lost = []
    for target in targets(text):
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and parts.path:
            if ((ROOT / name).parent / unquote(parts.path)).resolve() not in known:
                lost.append(target)
    assert not lost, f"{name} links to what is not there: {lost}"


def test_ci_runs_the_test_command_of_the_readme_and_nothing_after_it() -> None:
    last = (ROOT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == "make test"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"```[^`]*^make test\b[^`]*```", readme, re.MULTILINE), "not in a code block"


def test_scripts_are_executable_and_bash_can_read_them() -> None:
    scripts = [ROOT / ".ci/run", ROOT / "binder/postBuild"]
    for script in scripts:
        assert script.stat().st_mode & 0o111, f"{script} is not executable"
        subprocess.run(["bash", "-n", script], check=True)
        assert "set -euo pipefail" in script.read_text(encoding="utf-8")
