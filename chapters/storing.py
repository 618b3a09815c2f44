"""Make an executed notebook fit to be stored: small, the same every time, readable with no kernel.

A live widget is stored as its static twin (plotly, PNG and text) and never as a view: without its
kernel the view only says that its model is missing, and the state of one figure takes megabytes.
"""

from pathlib import Path

import nbformat

from widgets.saving import replace_views_by_twins

from .notebooks import ChapterError

MAX_BYTES = 3_000_000
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def tidy_outputs(notebook: nbformat.NotebookNode) -> None:
    """Leave the static twin alone where a widget's view has one; join pieces of one stream."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        outputs = []
        for output in cell.outputs:
            last = outputs[-1] if outputs else None
            # The kernel sends what a cell prints in pieces whose borders depend on the clock.
            if last and output.output_type == last.output_type == "stream":
                if output.name == last.name:
                    last.text += output.text
                    continue
            outputs.append(output)
        cell.outputs = outputs
    replace_views_by_twins(notebook.cells)


def tidy_outputs_of(path: Path) -> None:
    """`tidy_outputs` for the notebook file at `path`, if there is one."""
    if path.exists():
        notebook = nbformat.read(path, as_version=4)
        tidy_outputs(notebook)
        nbformat.write(notebook, path)


def forget_the_run(notebook: nbformat.NotebookNode) -> None:
    """Take out what differs from run to run: injected parameters, times, paths, versions."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        for key in ("papermill", "execution", "widgets"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]  # papermill gives every cell a list of tags
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.execution_count is not None:
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})


def store(executed: Path, chapter: Path) -> int:
    """Put the executed notebook in the place of the chapter's file.

    Returns:
        the size of the stored file in bytes.

    Raises:
        ChapterError: it is larger than `MAX_BYTES`; the chapter stays as it was.
    """
    notebook = nbformat.read(executed, as_version=4)
    tidy_outputs(notebook)
    forget_the_run(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    size = len(text.encode())
    if size > MAX_BYTES:
        raise ChapterError(
            f"{chapter.name} would be stored with {size / 1e6:.1f} MB; at most "
            f"{MAX_BYTES / 1e6:.0f} MB are kept. Draw its figures smaller or fewer."
        )
    chapter.write_text(text, encoding="utf-8")
    return size
