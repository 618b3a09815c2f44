"""How matplotlib draws each type of plotly trace.

``draw(axes, trace, colour)`` returns the artist that the legend or the colour bar shows;
``DRAWERS`` holds the types that are known.
"""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from widgets.png import array

DASHES = {"dash": (5, 3), "dot": (1.2, 2), "dashdot": (6, 2.5, 1.2, 2.5), "longdash": (9, 4)}
DASHES["longdashdot"] = (9, 3, 1.2, 3)
MARKERS = {"circle": "o", "square": "s", "diamond": "D", "cross": "P", "x": "X", "star": "*"}
MARKERS |= {"triangle-up": "^", "triangle-down": "v", "triangle-left": "<", "triangle-right": ">"}
VIRIDIS = "viridis"


def colour(value, default="#444444"):
    """A matplotlib colour from css: ``rgb(...)`` as a tuple, names and ``#...`` as they are."""
    if not isinstance(value, str):
        return default
    if value.startswith("rgb"):
        parts = [float(part) for part in value[value.index("(") + 1 : -1].split(",")]
        return (*(part / 255 for part in parts[:3]), *parts[3:])
    return value


def colour_map(scale):
    """A matplotlib colour map from plotly's list of ``[position, colour]``."""
    if not scale or isinstance(scale, str):
        return (scale or VIRIDIS).lower()
    stops = [(float(position), colour(shade)) for position, shade in scale]
    return LinearSegmentedColormap.from_list("plotly", stops)


def dash(name):
    """A matplotlib line style from plotly's dash name or its lengths in pixels (``"5px,2px"``)."""
    if not name or name == "solid":
        return "-"
    if name in DASHES:
        return (0, DASHES[name])
    return (0, tuple(float(length.removesuffix("px")) for length in name.split(",")))


def draw_scatter(axes, trace, default):
    """Lines, markers or both; filled down to zero or to the trace before it."""
    y = array(trace["y"])
    x = array(trace["x"]) if "x" in trace else np.arange(len(y))
    line, marker = trace.get("line", {}), trace.get("marker", {})
    mode = trace.get("mode") or ("lines+markers" if len(y) < 20 else "lines")
    shade = colour(line.get("color") or marker.get("color"), default)
    if trace.get("fill") in ("tozeroy", "tonexty"):
        below = 0.0 if trace["fill"] == "tozeroy" else axes.lines[-1].get_ydata()
        axes.fill_between(
            x, below, y, color=colour(trace.get("fillcolor"), shade), alpha=0.25, linewidth=0
        )
    (artist,) = axes.plot(
        x,
        y,
        color=shade,
        linestyle=dash(line.get("dash")) if "lines" in mode else "",
        linewidth=line.get("width", 2),
        alpha=trace.get("opacity"),
        drawstyle="steps-post" if line.get("shape") == "hv" else "default",
    )
    if "markers" in mode:
        _markers(axes, artist, x, y, marker, shade)
    if "text" in mode:
        for at_x, at_y, text in zip(x, y, array(trace["text"]), strict=True):
            axes.annotate(
                str(text), (at_x, at_y), (4, 4), textcoords="offset points", parse_math=False
            )
    return artist


def _markers(axes, artist, x, y, marker, shade):
    edge, symbol, size = (
        marker.get("line", {}),
        marker.get("symbol", "circle"),
        marker.get("size", 6),
    )
    shape, hollow = MARKERS.get(symbol.removesuffix("-open"), "o"), symbol.endswith("-open")
    colours = marker.get("color")
    if isinstance(size, (int, float)) and isinstance(colours, (str, type(None))):
        artist.set_marker(shape)
        artist.set_markersize(size)
        artist.set_markerfacecolor("none" if hollow else colour(colours, shade))
        artist.set_markeredgecolor(colour(edge.get("color"), shade))
        artist.set_markeredgewidth(edge.get("width", 1.5 if hollow else 0))
        if marker.get("maxdisplayed"):
            artist.set_markevery(max(1, len(y) // marker["maxdisplayed"]))
        return
    many = array(colours) if not isinstance(colours, (str, type(None))) else shade
    if isinstance(many, np.ndarray) and many.dtype.kind in "US":
        many = [colour(one) for one in many.tolist()]
    axes.scatter(
        x,
        y,
        s=np.asarray(array(size), dtype=float) ** 2,
        c=many,
        marker=shape,
        cmap=colour_map(marker.get("colorscale")),
        vmin=marker.get("cmin"),
        vmax=marker.get("cmax"),
        edgecolors=colour(edge.get("color"), "none"),
        linewidths=edge.get("width", 0),
        alpha=marker.get("opacity"),
        zorder=3,
    )


def draw_contour(axes, trace, default):
    """Filled contours or lines, at the levels that ``contours`` names or at ``ncontours``."""
    z = array(trace["z"])
    x = array(trace["x"]) if "x" in trace else np.arange(z.shape[1])
    y = array(trace["y"]) if "y" in trace else np.arange(z.shape[0])
    contours, line = trace.get("contours", {}), trace.get("line", {})
    z = np.ma.masked_invalid(z)
    low, high = trace.get("zmin", z.min()), trace.get("zmax", z.max())
    if "size" in contours:
        count = round((contours["end"] - contours["start"]) / contours["size"]) + 1
        levels = np.linspace(contours["start"], contours["end"], count)
    else:
        levels = np.linspace(low, high, trace.get("ncontours", 15) + 1)[1:-1]
    colours = {"cmap": colour_map(trace.get("colorscale")), "vmin": low, "vmax": high}
    if contours.get("coloring") in ("lines", "none"):
        if contours["coloring"] == "none":
            colours = {"colors": [colour(line.get("color"))]}
        return axes.contour(x, y, z, levels, linewidths=line.get("width", 1.2), **colours)
    filled = axes.contourf(x, y, z, levels, extend="both", **colours)
    if contours.get("showlines", True):
        axes.contour(
            x, y, z, levels, colors=[colour(line.get("color"))], linewidths=line.get("width", 0.5)
        )
    return filled


def draw_heatmap(axes, trace, default):
    """One coloured cell per number of ``z``; ``x`` and ``y`` are cell centres or names."""
    z = array(trace["z"])
    x = array(trace["x"]) if "x" in trace else np.arange(z.shape[1])
    y = array(trace["y"]) if "y" in trace else np.arange(z.shape[0])
    cells = axes.pcolormesh(
        _positions(x, axes.xaxis),
        _positions(y, axes.yaxis),
        np.ma.masked_invalid(z),
        cmap=colour_map(trace.get("colorscale")),
        vmin=trace.get("zmin"),
        vmax=trace.get("zmax"),
        shading="nearest",
    )
    return cells


def draw_bar(axes, trace, default):
    """Bars, upright or lying (``orientation="h"``), at the ``offset`` of their group."""
    names, lengths = (
        (trace["y"], trace["x"]) if trace.get("orientation") == "h" else (trace["x"], trace["y"])
    )
    lying = trace.get("orientation") == "h"
    positions = _positions(array(names), axes.yaxis if lying else axes.xaxis)
    shade = colour(trace.get("marker", {}).get("color"), default)
    width = trace.get("width", 0.8)
    start = positions + trace.get("offset", -width / 2)
    draw = axes.barh if lying else axes.bar
    return draw(start, array(lengths), width, align="edge", color=shade, alpha=trace.get("opacity"))


def _positions(values, axis):
    """Numbers as they are; names as 0, 1, 2, ..., with the names as tick labels."""
    if values.dtype.kind in "fiub":
        return values
    axis.set_ticks(range(len(values)), [str(value) for value in values])
    return np.arange(len(values))


DRAWERS = {
    "scatter": draw_scatter,
    "contour": draw_contour,
    "heatmap": draw_heatmap,
    "bar": draw_bar,
}
