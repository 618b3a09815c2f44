"""`python -m chapters` executes on the backend asked for and refuses what makes no sense."""

import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import dlcore
from chapters import notebooks, storing
from chapters.__main__ import main

PARAMETERS = 'BACKEND = "numpy"\nDEVICE = "auto"\nSTEPS = 3\nRATE = 0.5'
SHOW = """\
import base64, sys
from IPython.display import display
png = base64.b64encode(b"a picture").decode()
view = {"version_major": 2, "version_minor": 0, "model_id": "none"}
bundle = {"text/plain": "a curve", "image/png": png}
display(bundle | {"application/vnd.jupyter.widget-view+json": view}, raw=True)
print(BACKEND, STEPS, RATE, flush=True)
print(sys.executable)"""


def chapter(folder: Path, *sources: str) -> Path:
    """A notebook with a parameters cell and these code cells."""
    cells = [new_markdown_cell("# A chapter"), new_code_cell(PARAMETERS)]
    cells[1].metadata["tags"] = ["parameters"]
    path = folder / "01_small.ipynb"
    nbformat.write(new_notebook(cells=[*cells, *map(new_code_cell, sources)]), path)
    return path


def run(*arguments: object) -> Result:
    """Call the program."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def printed(path: Path) -> list[str]:
    """The lines that the cells of a notebook printed."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs).splitlines()


def test_runs_on_every_backend_in_this_interpreter(tmp_path: Path) -> None:
    done = run("run", chapter(tmp_path, SHOW), "--output", tmp_path / "build", "-p", "STEPS", 5)
    assert done.exit_code == 0, done.output
    for backend in dlcore.available_backends():
        executed = tmp_path / "build" / backend / "01_small.ipynb"
        assert printed(executed) == [f"{backend} 5 0.5", sys.executable]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STEP", "5", "has no parameter 'STEP'. Its parameters: BACKEND = 'numpy', DEVICE"),
        ("STEPS", "many", "STEPS is of type int, such as 3; received 'many', of type str"),
        ("STEPS", "True", "received True, of type bool"),
        ("RATE", "fast", "RATE is of type float"),
        ("BACKEND", "3", "BACKEND is of type str, such as 'numpy'; received 3"),
        ("BACKEND", "abacus", "Cannot run on 'abacus': no backend 'abacus'. Here: numpy"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    build = tmp_path / "build"
    done = run("run", chapter(tmp_path, SHOW), "--output", build, "-p", name, value)
    assert done.exit_code == 1
    assert said in done.output
    assert not build.exists(), "nothing may run"


def test_a_parameter_may_be_written_with_an_equals_sign(tmp_path: Path) -> None:
    """The words behind it stay what they are; with click alone the next one was the value."""
    build, path = tmp_path / "build", chapter(tmp_path, "print(DEVICE, STEPS)")
    options = ("-p", "DEVICE=a=b", "--backend", "numpy", "-p", "STEPS", 5)
    done = run("run", *options, path, "--output", build)
    assert done.exit_code == 0, done.output
    assert printed(build / "numpy/01_small.ipynb") == ["a=b 5"]


def test_a_whole_number_is_taken_for_a_float() -> None:
    notebooks.check(Path("x.ipynb"), {"RATE": 0.5}, {"RATE": 1})


def test_a_chapter_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    chapter(tmp_path)
    with pytest.raises(notebooks.ChapterError, match=r"no chapter '07'.*01_small"):
        notebooks.find(["07"], folder=tmp_path)
    for name in ("01", "01_small", "01_small.ipynb"):
        assert notebooks.find([name], folder=tmp_path) == [tmp_path / "01_small.ipynb"]


def test_a_parameter_that_is_computed_is_refused() -> None:
    cell = new_code_cell("STEPS = 3 * 4 ** len('x')", metadata={"tags": ["parameters"]})
    with pytest.raises(notebooks.ChapterError, match="NAME = literal"):
        notebooks.parameters(new_notebook(cells=[cell]))


def test_a_failing_cell_is_reported_shortly_and_the_notebook_is_left(tmp_path: Path) -> None:
    path = chapter(tmp_path, "print('before')", "1 / 0", "print('after')")
    before = path.read_bytes()
    for command in ("run", "build"):
        output = tmp_path / command
        options = ["--backend", "numpy"] if command == "run" else []
        done = run(command, path, "--output", output, *options)
        assert done.exit_code == 1
        assert "the cell In [4] that starts with '1 / 0' raised ZeroDivisionError" in done.output
        assert printed(output / "numpy/01_small.ipynb") == ["before"]
    assert path.read_bytes() == before, "a chapter that fails is not stored"


def test_build_stores_the_static_twin_and_is_the_same_every_time(tmp_path: Path) -> None:
    path = chapter(tmp_path, SHOW)
    cells = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    stored = []
    for _ in range(2):
        done = run("build", path, "--output", tmp_path / "build")
        assert done.exit_code == 0, done.output
        stored.append(path.read_bytes())
    assert stored[0] == stored[1]
    notebook = nbformat.read(path, as_version=4)
    assert [cell.id for cell in notebook.cells] == cells
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert [dict(cell.metadata) for cell in notebook.cells] == [{}, {"tags": ["parameters"]}, {}]
    picture, *below, text = notebook.cells[2].outputs
    assert [output.data["text/plain"] for output in below] == [picture.data["text/plain"]]
    assert set(picture.data) == {"text/plain", "image/png"}
    assert text.text == f"numpy 3 0.5\n{sys.executable}\n"


def test_a_chapter_that_has_grown_too_large_is_not_stored(tmp_path: Path) -> None:
    path = chapter(tmp_path)
    before = path.read_bytes()
    large = nbformat.read(path, as_version=4)
    large.cells[1].outputs = [new_output("stream", text="x" * storing.MAX_BYTES)]
    executed = tmp_path / "executed.ipynb"
    nbformat.write(large, executed)
    with pytest.raises(notebooks.ChapterError, match=r"3\.0 MB; at most 3 MB"):
        storing.store(executed, path)
    assert path.read_bytes() == before
