"""What every live widget shares: its browser module, its text alternative and its static twin.

A live widget is drawn by one small ES module in the browser. Whoever reads the notebook without a
kernel (GitHub, nbconvert, an untrusted JupyterLab) never sees it, so each display also carries a
plotly figure, a picture of it and a sentence: the static twin.
"""

from __future__ import annotations

from pathlib import Path

import anywidget

from widgets.static import bundle, bundle_metadata

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

_JS = Path(__file__).parent / "js"


def module(*names: str) -> str:
    """The ES module of a widget: ``widgets/js/common.js``, then ``<name>.js`` for each name.

    anywidget sends one file to the browser, and an import from there would need the network, so
    the files are put one after the other and share one scope. The last one has the default export.
    """
    return "\n".join((_JS / f"{name}.js").read_text("utf-8") for name in ("common", *names))


class LiveWidget(anywidget.AnyWidget):
    """Base of the live widgets. A subclass sets ``_esm = module("its_name")`` and has a twin.

    ``describe()`` returns the text alternative, a sentence or two with the numbers that matter;
    ``figure()`` returns the static twin, a ``plotly.graph_objects.Figure``. Both may be called at
    any time, with no browser about.
    """

    _css = (_JS / "common.css").read_text("utf-8")

    def describe(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} must define describe() -> str")

    def figure(self):
        raise NotImplementedError(f"{type(self).__name__} must define figure() -> plotly Figure")

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        figure, text = self.figure(), self.describe()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {WIDGET_MIME: view, **bundle(figure, text)}, bundle_metadata(figure, text)
