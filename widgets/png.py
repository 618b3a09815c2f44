"""A plotly figure drawn as PNG by matplotlib, for places that show pictures only.

plotly itself needs a browser to make a picture. This module reads the figure's description and
draws the trace types that the course uses on matplotlib's Agg canvas, without pyplot: it keeps no
global state and works in any thread.
"""

from __future__ import annotations

import base64
import io
import re
import threading

import numpy as np

__all__ = ["picture_size", "to_png"]

# Pixels, for a figure that names no size. One pixel of the picture is one css pixel: JupyterLab's
# plotly renderer shows the picture as large as it is until the mouse enters, whatever the metadata
# say, so a denser one would be cut off at the edge of the notebook.
WIDTH, HEIGHT = 760, 440
COLOURS = 128  # of the stored palette: a third of the bytes, no difference to be seen

# The artists of a picture are its own, but matplotlib's fonts are shared and not thread-safe.
_lock = threading.Lock()


def to_png(figure) -> bytes:
    """PNG of a plotly figure, on white, with ``picture_size(figure)`` pixels.

    Draws the trace types scatter, contour, heatmap and bar with linear, logarithmic and categorical
    axes, subplots, a legend, colour bars, text annotations, and lines and rectangles as shapes. The
    same figure gives the same bytes.

    Raises TypeError that names the trace type when it is another one, and for no plotly figure.
    """
    # matplotlib takes 0.4 s to import, so only when a picture is drawn.
    from PIL import Image

    from widgets.png_layout import Picture
    from widgets.png_traces import DRAWERS

    specification = specification_of(figure)
    for trace in specification["data"]:
        if trace["type"] not in DRAWERS:
            raise TypeError(
                f"the picture of a figure cannot hold a {trace['type']!r} trace, only "
                f"{', '.join(DRAWERS)}; describe the figure with these"
            )
    with _lock:
        picture = Picture(specification, picture_size(figure))
        for trace in specification["data"]:
            picture.add(trace, DRAWERS[trace["type"]])
        pixels = picture.pixels()
    indices, palette = _palette(pixels)
    image = Image.fromarray(indices, mode="P")
    image.putpalette(palette.tobytes())
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def _palette(pixels) -> tuple[np.ndarray, np.ndarray]:
    """Indices (H, W) and the palette (at most COLOURS, 3) that stand for (H, W, 4) bytes.

    The most frequent colours stay as they are and the others become the nearest of those. Pillow's
    own palettes average instead, which moves the flat colours that a plot is made of.
    """
    red, green, blue = (pixels[..., channel].astype(np.uint32) for channel in range(3))
    codes, index, counts = np.unique(
        red << 16 | green << 8 | blue, return_inverse=True, return_counts=True
    )
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.float32)
    palette = colours[np.argsort(-counts, kind="stable")[:COLOURS]]
    # |c - p|^2 without the |c|^2 that is the same for every p.
    nearest = ((palette**2).sum(axis=1) - 2 * colours @ palette.T).argmin(axis=1)
    return nearest.astype(np.uint8)[index].reshape(pixels.shape[:2]), palette.astype(np.uint8)


def specification_of(figure) -> dict:
    """The figure's data and layout as plain dicts; TypeError for anything but a plotly figure."""
    # Traces and layouts have a to_plotly_json as well.
    if not (hasattr(figure, "to_plotly_json") and hasattr(figure, "add_trace")):
        kind = f"{type(figure).__module__}.{type(figure).__name__}"
        hint = {
            "matplotlib": ": a matplotlib figure is displayed by itself, at the end of a cell",
            "plotly": ": put it into a figure, go.Figure(...)",
        }.get(kind.partition(".")[0], "")
        raise TypeError(f"expected a plotly.graph_objects.Figure, received {kind}{hint}")
    return figure.to_plotly_json()


def picture_size(figure) -> tuple[int, int]:
    """Width and height of the picture of ``figure`` in pixels."""
    return int(figure.layout.width or WIDTH), int(figure.layout.height or HEIGHT)


def array(value) -> np.ndarray:
    """An array from what plotly stores: a list (None is a gap), or base64 with dtype and shape."""
    if isinstance(value, dict):
        flat = np.frombuffer(base64.b64decode(value["bdata"]), dtype=np.dtype(value["dtype"]))
        shape = str(value.get("shape", len(flat)))
        return flat.reshape([int(size) for size in shape.split(",")])
    if isinstance(value, (list, tuple)) and any(item is None for item in value):
        value = [np.nan if item is None else item for item in value]
    return np.asarray(value)


def plain(text) -> str:
    """plotly's little HTML (or a title that holds it) as plain text, with its line breaks."""
    if isinstance(text, dict):
        text = text.get("text")
    return re.sub(r"<[^>]+>", "", re.sub(r"<br\s*/?>", "\n", text or ""))
