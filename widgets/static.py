"""Static twins: one plotly figure described once, shown interactively, as a picture, and in words.

A stored notebook is read in many places: a live JupyterLab, an untrusted one, nbconvert's HTML,
GitHub. Only a bundle of several MIME types reads well in all of them, so every figure of the course
is displayed as ``{application/vnd.plotly.v1+json, image/png, text/plain}`` and every view picks the
richest it can show.
"""

from __future__ import annotations

import base64
import re

import numpy as np

from widgets.png import array, picture_size, specification_of, to_png

__all__ = ["PALETTE", "bundle", "show", "to_png"]

PLOTLY_MIME = "application/vnd.plotly.v1+json"

# Distinguishable with every common colour blindness; the first four also have at least 3:1 on
# white and on JupyterLab's dark background, so figures with fewer than five lines use those.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

# The one grey that is readable as text on a white page and on a dark one (4.5:1 and 4.2:1).
_TEXT = "#767676"
_GRID = "rgba(128,128,128,0.25)"
_AXIS = {"gridcolor": _GRID, "linecolor": _TEXT, "zerolinecolor": _GRID, "ticks": "outside"}
_BAR = {"colorbar": {"outlinewidth": 0, "ticks": "outside", "tickcolor": _TEXT}}

# What remains in the tool bar is zoom, pan, reset and a picture of the plot. By default it also has
# a button that uploads the figure to a server.
CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
}

# Replaces plotly's default template: 16 kB in every figure, and white in the dark theme.
TEMPLATE = {
    "data": {"contour": [_BAR], "heatmap": [_BAR]},
    "layout": {
        "colorway": list(PALETTE),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": _TEXT, "size": 13},
        "hoverlabel": {"align": "left"},
        "legend": {"bgcolor": "rgba(0,0,0,0)"},
        "margin": {"l": 64, "r": 24, "t": 48, "b": 56},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": _TEXT, "activecolor": PALETTE[0]},
        "title": {"x": 0, "xref": "paper", "y": 1, "yref": "container", "yanchor": "top"}
        | {"pad": {"t": 14}, "font": {"size": 16}},
        "xaxis": {"automargin": True, **_AXIS},
        "yaxis": {"automargin": True, **_AXIS},
    },
}


def bundle(figure, text: str) -> dict:
    """The MIME bundle of a figure: the interactive plot, its picture, its text alternative.

    ``figure`` is a ``plotly.graph_objects.Figure``; ``text`` says what the figure shows, numbers
    included, for readers who cannot see it. Returns a dict that ``display(..., raw=True)`` and a
    widget's ``_repr_mimebundle_`` accept. The figure's own template is replaced by the course's,
    and float64 is stored as float32, which no screen can tell apart.

    Raises ValueError for an empty text, and TypeError for what is no plotly figure and for a trace
    type that the picture cannot draw.
    """
    text = _text_alternative(text)
    specification = specification_of(figure)
    layout = {**specification.get("layout", {}), "template": TEMPLATE}
    plot = {
        "data": _compact(specification["data"]),
        "layout": _compact(layout),
        "config": CONFIG,
    }
    picture = base64.b64encode(to_png(figure)).decode("ascii")
    return {PLOTLY_MIME: plot, "image/png": picture, "text/plain": text}


def bundle_metadata(figure, text: str) -> dict:
    """Metadata to display the bundle with: the size of the picture and its alternative text."""
    width, height = picture_size(figure)
    return {"image/png": {"width": width, "height": height, "alt": text.strip()}}


def caption(text: str) -> dict:
    """The MIME bundle of a sentence that stands below a picture.

    JupyterLab and nbconvert drop the text alternative of a picture that they show, so it is
    displayed as well. What means something in Markdown is escaped: ``text`` is plain.
    """
    return {"text/markdown": re.sub(r"([\\*_`|<$\[\]])", r"\\\1", text), "text/plain": text}


def show(figure, description: str) -> None:
    """Display a plotly ``Figure`` so that it also reads with no kernel, network or eyesight.

    ``description`` is the text alternative, and stands below the figure: a sentence or two that say
    what is seen, with the numbers that matter. Raises as ``bundle`` does.
    """
    from IPython.display import display  # a bundle can be built without IPython

    display(bundle(figure, description), raw=True, metadata=bundle_metadata(figure, description))
    display(caption(description.strip()), raw=True)


def _text_alternative(text) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(
            f"a figure needs a text alternative, received {text!r}; "
            "describe in a sentence or two what it shows, with the numbers that matter"
        )
    return text.strip()


def _compact(value):
    """A plotly specification as small JSON: six digits, and many floats as base64 of float32."""
    if isinstance(value, dict):
        if "bdata" in value:
            numbers = array(value)
            return _float32(numbers) if numbers.dtype.kind == "f" else value
        return {key: _compact(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _float32(value) if value.dtype.kind == "f" else _compact(value.tolist())
    if isinstance(value, (list, tuple)):
        # A list of floats is about as long as its base64 up to here, and easier to read.
        many = len(value) > 16 and any(isinstance(item, float) for item in value)
        if many and all(type(item) in (int, float) for item in value):
            return _float32(np.asarray(value, np.float64))
        return [_compact(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.6g}") if np.isfinite(value) else None  # JSON has no NaN
    return value


def _float32(numbers: np.ndarray) -> dict:
    numbers = numbers.astype("<f4")
    specification = {"dtype": "f4", "bdata": base64.b64encode(numbers.tobytes()).decode("ascii")}
    if numbers.ndim > 1:
        specification["shape"] = ", ".join(map(str, numbers.shape))
    return specification
