"""Find the chapters and read the parameters that each one takes."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import nbformat

FOLDER = Path(__file__).resolve().parent


class ChapterError(click.ClickException):
    """A request that cannot be carried out, or a chapter that failed; says which and why."""


def find(names: Iterable[str] = (), folder: Path = FOLDER) -> list[Path]:
    """The notebooks of `folder` that `names` mean, in reading order; all of them without names.

    A name is a number (`01`), a file name with or without its ending (`01_gradient_descent`), or a
    path to any notebook.

    Raises:
        ChapterError: a name that means no notebook; the message lists the notebooks there are.
    """
    chapters = sorted(folder.glob("*.ipynb"))
    if not names:
        return chapters
    found = []
    for name in names:
        if name.endswith(".ipynb") and Path(name).is_file():
            found.append(Path(name).resolve())
            continue
        matches = [path for path in chapters if name in (path.name, path.stem, path.stem[:2])]
        if not matches:
            known = ", ".join(path.stem for path in chapters) or "none"
            raise ChapterError(f"There is no chapter {name!r}. The chapters here: {known}.")
        found += matches
    return found


def parameters(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """The names and default values that the cell tagged `parameters` assigns.

    The cell is read and not run, so each default must be a literal.

    Raises:
        ChapterError: a line of the cell that is no plain `NAME = literal`.
    """
    defaults = {}
    for cell in notebook.cells:
        if "parameters" not in cell.metadata.get("tags", []):
            continue
        for node in ast.parse(cell.source).body:
            try:
                (target,) = node.targets
                defaults[target.id] = ast.literal_eval(node.value)
            except (AttributeError, ValueError) as error:
                raise ChapterError(
                    "A parameters cell holds lines NAME = literal, so that its parameters can be "
                    f"checked before it runs; it has {ast.unparse(node)!r}."
                ) from error
    return defaults


def check(path: Path, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse a parameter that the chapter at `path` does not have, or of another type.

    papermill only warns of an unknown parameter and runs the chapter as if it had not been given.

    Raises:
        ChapterError: with the parameters that the chapter has, or the type that it takes.
    """
    for name, value in given.items():
        if name not in defaults:
            known = ", ".join(f"{key} = {default!r}" for key, default in defaults.items())
            raise ChapterError(
                f"{path.name} has no parameter {name!r}. Its parameters: {known or 'none'}."
            )
        default = defaults[name]
        # A whole number is a fine float; everything else, bool for int included, must be the same.
        if type(value) is not type(default) and (type(value), type(default)) != (int, float):
            raise ChapterError(
                f"{path.name}: the parameter {name} is of type {type(default).__name__}, such as "
                f"{default!r}; received {value!r}, of type {type(value).__name__}."
            )


def value(text: str) -> Any:
    """What was typed on the command line: a Python literal where it is one, else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
