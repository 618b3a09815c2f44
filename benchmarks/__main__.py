"""Run every benchmark in a process of its own; write ``results.md`` and the README's table.

``python -m benchmarks mlp cnn`` runs these alone and replaces their sections.
"""

import pkgutil
import subprocess
import sys
from pathlib import Path

from . import __path__ as package_path
from .goals import update_readme
from .timing import conditions

_NOT_A_BENCHMARK = {"timing", "training_step", "goals", "__main__"}
RESULTS = Path(__file__).parent / "results.md"
README = Path(__file__).parent.parent / "README.md"


def names():
    """The benchmarks, sorted."""
    found = (m.name for m in pkgutil.iter_modules(package_path))
    return sorted(name for name in found if name not in _NOT_A_BENCHMARK)


def run(name):
    """The section of one benchmark, printed as well; None if it failed."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=README.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    section = f"## {name}\n\n{conditions()}\n\n{done.stdout.strip()}\n"
    print(section, flush=True)
    return None if done.returncode else section


def main(chosen):
    """Run the chosen benchmarks, by default all, and keep what they print."""
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        sys.exit(f"no benchmark {unknown[0]!r}; there are: {', '.join(names())}")
    sections = read_sections(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    failed = []
    for name in chosen or names():
        section = run(name)
        if section is None:
            failed.append(name)
        else:
            sections[name] = section
    text = "# Results\n\n" + "\n".join(sections[n] for n in names() if n in sections)
    RESULTS.write_text(text, encoding="utf-8")
    README.write_text(update_readme(README.read_text("utf-8"), text), encoding="utf-8")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; what results.md had of them is still there")


def read_sections(text):
    """Name -> section of a results.md."""
    parts = text.split("\n## ")[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


if __name__ == "__main__":
    main(sys.argv[1:])
