"""Every stored chapter: complete, small, readable with no kernel, and free of traces of its run.

That the chapters run, on both backends, is what nbval tests: see tests/notebooks.py.
"""

import re
from pathlib import Path

import nbformat
import pytest

from chapters import notebooks, storing
from widgets.base import WIDGET_MIME

from .tree import ROOT

NOTEBOOKS = notebooks.find()
CHAPTERS = [path for path in NOTEBOOKS if path.stem[:2].isdigit()]
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path`, exactly as it is stored."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def outputs(path: Path) -> list[nbformat.NotebookNode]:
    return [output for cell in code_cells(path) for output in cell.outputs]


@every_notebook
def test_is_a_valid_notebook_with_an_id_for_every_cell(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))


@every_notebook
def test_is_stored_as_build_stores_it(path: Path) -> None:
    """Size, metadata and outputs: `python -m chapters build` would find nothing to take out."""
    assert path.stat().st_size <= storing.MAX_BYTES
    notebook = read(path)
    storing.tidy_outputs(notebook)
    storing.forget_the_run(notebook)
    assert notebook == read(path), "run `make build`"


@every_notebook
def test_was_executed_from_top_to_bottom_without_an_error(path: Path) -> None:
    """An error to be shown is caught and printed: papermill stops at one whatever tags it has."""
    cells = [cell for cell in code_cells(path) if cell.source.strip()]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [o.evalue for o in outputs(path) if o.output_type == "error"] == []
    assert [o.text for o in outputs(path) if o.get("name") == "stderr"] == []


@every_notebook
def test_every_widget_and_every_picture_has_its_twin_in_words(path: Path) -> None:
    for output in outputs(path):
        data = output.get("data", {})
        assert WIDGET_MIME not in data, "a live view is stored without a picture of it"
        if any(kind.startswith(("image/", "application/vnd.plotly")) for kind in data):
            assert "image/png" in data, f"GitHub and untrusted notebooks show no {set(data)}"
            text = data.get("text/plain", "")
            assert len(text.split()) >= 5, f"no sentence beside the picture: {text!r}"
            assert not text.startswith("<"), f"the name of an object is no description: {text!r}"


@every_notebook
def test_no_output_holds_an_address_in_memory_or_a_script(path: Path) -> None:
    for output in outputs(path):
        shown = output.get("text", "") + "".join(
            str(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")
        )
        assert not re.search(r"\bat 0x[0-9a-f]+|<script", shown), shown[:500]


@every_chapter
def test_takes_the_backend_and_the_device_as_parameters(path: Path) -> None:
    tagged = [cell for cell in code_cells(path) if "parameters" in tags(cell)]
    assert len(tagged) == 1
    defaults = notebooks.parameters(read(path))
    assert defaults["BACKEND"] == "numpy"
    assert defaults["DEVICE"] == "auto"


@every_chapter
def test_has_at_least_four_exercises_and_their_checks(path: Path) -> None:
    """A cell tagged `exercise` bears one `exercise-<chapter>.<number>` too, in order."""
    chapter, _, name = path.stem.partition("_")
    numbers = [
        [tag.removeprefix("exercise-") for tag in tags(cell) if tag.startswith("exercise-")]
        for cell in read(path).cells
        if "exercise" in tags(cell)
    ]
    assert all(len(found) == 1 for found in numbers), numbers
    distinct = list(dict.fromkeys(found[0] for found in numbers))
    assert distinct == [f"{int(chapter)}.{n}" for n in range(1, len(distinct) + 1)]
    assert len(distinct) >= 4
    assert (ROOT / f"homework/exercises/{name}.py").is_file()


@every_chapter
def test_can_be_shown_as_slides(path: Path) -> None:
    """A class is taught from the chapter: each of its sections begins a slide."""
    for cell in read(path).cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        assert kind in SLIDE_TYPES
        if re.match(r"##? \S", cell.source) and cell.cell_type == "markdown":
            assert kind in {"slide", "subslide", "skip", "notes"}, cell.source.splitlines()[0]


def test_there_is_an_index_and_a_chapter() -> None:
    assert notebooks.FOLDER / "index.ipynb" in NOTEBOOKS
    assert CHAPTERS
