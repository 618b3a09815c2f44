"""Run every benchmark in a process of its own and write ``benchmarks/results.md``."""

import pkgutil
import subprocess
import sys
from pathlib import Path

from . import __path__ as package_path
from .timing import conditions

_NOT_A_BENCHMARK = {"timing", "__main__"}


def main():
    """Print each benchmark's table as it comes, and keep them all in one file."""
    names = sorted(m.name for m in pkgutil.iter_modules(package_path))
    sections = [f"# Results\n\n{conditions()}\n"]
    failed = []
    for name in names:
        if name in _NOT_A_BENCHMARK:
            continue
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            failed.append(name)
        section = f"## {name}\n\n{done.stdout.strip()}\n"
        print(section, flush=True)
        sections.append(section)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; results.md is left as it was")
    (Path(__file__).parent / "results.md").write_text("\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
