"""``python -m dlcore.reference program.py ...`` runs a PyTorch program on NumPy."""

import runpy
import sys
from pathlib import Path

from .as_torch import as_torch


def main():
    """Run the program that is named first, with the rest as its arguments."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit("usage: python -m dlcore.reference program.py [arguments of the program]")
    program = Path(sys.argv[1])
    if not program.is_file():
        sys.exit(f"there is no program {str(program)!r}")
    sys.argv = sys.argv[1:]
    sys.path[0] = str(program.resolve().parent)  # where the program finds its own modules
    with as_torch():
        runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    main()
