"""What every widget promises. A new widget class without an example here fails."""

import base64
import importlib
import json
import pkgutil
import re

import numpy as np
import plotly.graph_objects as go
import pytest

import widgets
from dlcore import available_backends, get_backend
from dlcore.train import fit
from widgets import DescentExplorer, LiveWidget, LossCurve
from widgets.saving import keep_twins_only
from widgets.static import PALETTE

MIME_TYPES = {
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.plotly.v1+json",
    "image/png",
    "text/plain",
}
SVG = "http://www.w3.org/2000/svg"


def trained_curve(backend):
    b = get_backend(backend)
    X = np.linspace(-1, 1, 32, dtype=np.float32).reshape(16, 2)
    y = X[:, :1]
    curve = LossCurve(smoothing=0.5)
    for lr in (0.05, 0.1):
        model = b.nn.Linear(2, 1)
        optimizer = b.optim.SGD(model.parameters(), lr=lr)
        pair = (X, y)
        fit(
            model,
            pair,
            validation=pair,
            loss=b.nn.MSELoss(),
            optimizer=optimizer,
            epochs=30,
            listeners=[curve],
        )
    return curve


EXAMPLES = {
    LossCurve: trained_curve,
    DescentExplorer: lambda backend: DescentExplorer(steps=20, backend=backend),
}


def widget_classes():
    """Every widget class of the package, whether or not it is exported."""
    for module in pkgutil.iter_modules(widgets.__path__, "widgets."):
        importlib.import_module(module.name)
    waiting, found = [LiveWidget], []
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        found += [cls for cls in subclasses if cls.__module__.startswith("widgets.")]
    return found


CLASSES = sorted(widget_classes(), key=lambda cls: cls.__name__)


@pytest.fixture(params=CLASSES, ids=lambda cls: cls.__name__)
def widget_class(request):
    return request.param


@pytest.fixture(params=available_backends())
def widget(request, widget_class):
    return EXAMPLES[widget_class](request.param)


def test_every_widget_has_an_example_and_is_exported(widget_class):
    assert widget_class in EXAMPLES, f"add an example of {widget_class.__name__} to EXAMPLES"
    assert widget_class.__name__ in widgets.__all__


def test_everything_that_is_exported_exists():
    assert [name for name in widgets.__all__ if not hasattr(widgets, name)] == []


def test_it_says_in_words_what_it_shows(widget):
    text = widget.describe()
    assert re.search(r"\d", text), "the numbers that matter are part of the description"
    assert text == text.strip() and text.endswith(".")


def test_its_figure_is_a_plotly_figure_with_data(widget):
    figure = widget.figure()
    assert isinstance(figure, go.Figure)
    assert len(figure.data) > 0


def test_its_display_reads_well_everywhere(widget):
    data, metadata = widget._repr_mimebundle_()
    assert set(data) == MIME_TYPES
    assert data["text/plain"] == widget.describe()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    png = base64.b64decode(data["image/png"])
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
    assert len(json.dumps(data["application/vnd.plotly.v1+json"], allow_nan=False)) < 300_000
    assert metadata["image/png"]["width"] <= 900


def test_its_module_is_one_small_file_that_needs_no_network(widget_class):
    # Strings in the text, of whatever kind: nothing but the name of SVG may look like an address.
    text = widget_class._esm + widget_class._css
    assert re.findall(r"(?:https?|wss?):?//[^\s\"'`)]+", text.replace(SVG, "")) == []
    assert not re.search(r"^\s*import\b|\bimport\s*\(|@import|\burl\(", text, re.MULTILINE)
    assert len(re.findall(r"^export default ", text, re.MULTILINE)) == 1
    assert len(text) < 60_000


def test_its_colours_are_those_of_the_twin(widget_class):
    (colours,) = re.findall(r"^const PALETTE = (\[.*?\]);", widget_class._esm, re.MULTILINE)
    assert tuple(json.loads(colours)) == PALETTE


def test_a_saved_notebook_keeps_the_twin_and_not_the_view(widget):
    data, metadata = widget._repr_mimebundle_()
    view = "application/vnd.jupyter.widget-view+json"
    only_live = {view: data[view], "text/plain": "no twin yet"}
    outputs = [{"data": dict(data), "metadata": metadata}, {"data": dict(only_live)}, {"text": ""}]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    keep_twins_only(model={"type": "notebook", "content": {"cells": cells}}, path="a.ipynb")
    twin, sentence, untouched, text = cells[1]["outputs"]
    assert set(twin["data"]) == MIME_TYPES - {view}
    assert sentence["data"]["text/plain"] == widget.describe()
    assert untouched["data"] == only_live
    assert text == {"text": ""}
