"""What a stored notebook holds of a live view: its static twin, and the sentence that goes with it.

A stored view is of use only while its kernel lives; opened later it says "model not found" and
hides the picture beside it. ``jupyter_server_config.json`` at the top of the repository sets the
hook below; ``make lab`` names its folder to Jupyter, and an installed wheel brings it along.
"""

from __future__ import annotations

from widgets.base import WIDGET_MIME
from widgets.static import caption


def keep_twins_only(model: dict, **_) -> None:
    """Jupyter's ``pre_save_hook``: store the twin of each live view that has one.

    ``model`` is the contents model that is about to be saved, changed in place. The page keeps its
    live views; only the file changes.
    """
    if model["type"] == "notebook":
        replace_views_by_twins(model["content"]["cells"])


def replace_views_by_twins(cells: list) -> None:
    """Drop the live view from each output that has a picture, and put its text below the picture.

    ``cells`` are those of a notebook, as dicts or as ``nbformat.NotebookNode``; changed in place.
    """
    for cell in cells:
        outputs = []
        for output in cell.get("outputs", ()):
            outputs.append(output)
            data = output.get("data", {})
            if WIDGET_MIME in data and "image/png" in data:
                del data[WIDGET_MIME]
                kind = type(output)  # dict or NotebookNode, as the others
                below = {"output_type": "display_data", "metadata": {}}
                outputs.append(kind(below, data=caption(data["text/plain"])))
        if outputs:
            cell["outputs"] = outputs
