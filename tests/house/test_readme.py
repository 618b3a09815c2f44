"""The README's example runs as it stands, and its commands are those that CI and pip really use."""

import re
import subprocess
import sys
import textwrap

from benchmarks.__main__ import names, read_sections
from benchmarks.goals import table, update_readme

from .tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", README, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for _, text in found]


def test_the_examples_run_and_learn() -> None:
    example = "\n".join(blocks("python"))
    check = "assert history.validation['loss'][-1] < 0.3, history.validation\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example + check],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_what_the_readme_says_of_make_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"lab", "test", "chapters"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"no target {target}"
    for variable in set(re.findall(r"\bmake [a-z]+ ([A-Z_]+)=", README)):
        assert re.search(rf"^{variable}\s*\?=", makefile, re.MULTILINE), f"no variable {variable}"


def test_the_numbers_are_those_of_the_benchmarks() -> None:
    """`python -m benchmarks` writes both files; neither is changed by hand."""
    results = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    missing = set(names()) - set(read_sections(results))
    assert not missing, f"run `python -m benchmarks {' '.join(sorted(missing))}`"
    assert table(results).count("\n") > 10, "results.md holds no goals"
    assert update_readme(README, results) == README, "run `python -m benchmarks`"
