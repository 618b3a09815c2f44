"""What JupyterLab leaves out when it saves: a live view whose static twin stands beside it.

A stored view is of use only while its kernel lives; opened later it says "model not found" and
hides the picture beside it. Start the server with
``jupyter lab --FileContentsManager.pre_save_hook=widgets.saving.keep_twins_only``.
"""

from __future__ import annotations

from widgets.base import WIDGET_MIME


def keep_twins_only(model: dict, **_) -> None:
    """Jupyter's ``pre_save_hook``: drop the live view from each output that has a picture as well.

    ``model`` is the contents model that is about to be saved, changed in place. The page keeps its
    live views; only the file changes.
    """
    if model["type"] != "notebook":
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                data.pop(WIDGET_MIME, None)
