"""`python -m chapters run` executes the chapters, `python -m chapters build` stores the outputs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import nbformat

import dlcore

from . import notebooks, storing
from .execution import execute
from .notebooks import ChapterError

OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build"),
    show_default=True,
    help="The executed notebooks go to OUTPUT/<backend>/.",
)


@click.group()
def main() -> None:
    """Execute the chapters of the course."""


class Run(click.Command):
    """A command whose `-p NAME=VALUE` means `-p NAME VALUE`; click would take the next word too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the one word apart before click counts words."""
        words = []
        for before, word in zip([None, *args], args, strict=False):
            words += word.split("=", 1) if before == "-p" else [word]
        return super().parse_args(ctx, words)


@main.command(cls=Run)
@click.argument("names", nargs=-1)
@click.option("--backend", help="One or more, such as numpy,torch.  [default: all installed]")
@click.option(
    "-p",
    "given",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A parameter, also NAME=VALUE.",
)
@OUTPUT
def run(
    names: tuple[str, ...], backend: str | None, given: tuple[tuple[str, str], ...], output: Path
) -> None:
    """Execute chapters, all or those named (01, 01_gradient_descent), on each backend."""
    parameters = {name: notebooks.value(text) for name, text in given}
    chapters = notebooks.find(names)
    for path in chapters:
        defaults = notebooks.parameters(nbformat.read(path, as_version=4))
        notebooks.check(path, defaults, parameters)
    chosen = parameters.pop("BACKEND", backend)
    execute_all(chapters, backends(chosen), output, parameters)


@main.command()
@click.argument("names", nargs=-1)
@OUTPUT
def build(names: tuple[str, ...], output: Path) -> None:
    """Execute chapters on NumPy and store them, outputs included, in their place."""
    chapters = notebooks.find(names)
    execute_all(chapters, ["numpy"], output, {})
    for path in chapters:
        size = storing.store(output / "numpy" / path.name, path)
        click.echo(f"{path.stem:24} stored, {size / 1000:.0f} kB")


def backends(names: str | None) -> list[str]:
    """The backends that `names`, joined by commas, ask for; all that are installed without names.

    Raises:
        ChapterError: one that does not exist or is not installed.
    """
    available = list(dlcore.available_backends())
    if names is None:
        return available
    wanted = names.split(",")
    for name in wanted:
        if name not in available:
            reason = "torch is not installed" if name == "torch" else f"no backend {name!r}"
            raise ChapterError(f"Cannot run on {name!r}: {reason}. Here: {', '.join(available)}.")
    return wanted


def execute_all(
    chapters: Iterable[Path], on: Iterable[str], output: Path, given: Mapping[str, Any]
) -> None:
    """Execute every chapter on every backend, past failures, and tell how each one went.

    Raises:
        ChapterError: at the end, if any failed, with how many.
    """
    failed = 0
    runs = [(path, backend) for path in chapters for backend in on]
    for path, backend in runs:
        try:
            seconds = execute(path, output / backend / path.name, backend, given)
        except ChapterError as error:
            failed += 1
            click.echo(f"{path.stem:24} {backend:6} FAILED\n{error.message}", err=True)
        else:
            click.echo(f"{path.stem:24} {backend:6} {seconds:6.1f} s")
    if failed:
        raise ChapterError(f"{failed} of {len(runs)} runs failed.")


if __name__ == "__main__":
    main(prog_name="python -m chapters")
