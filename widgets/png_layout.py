"""The frame around the traces of a picture: all that a plotly layout describes."""

from __future__ import annotations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, Locator, NullLocator

from widgets.png import plain
from widgets.png_traces import colour, dash

TEXT, GRID, FONT = "#333333", "#e4e4e4", 12
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


class Decades(Locator):
    """Ticks of a logarithmic axis: powers of ten, seven at most, and 2 and 5 if there are few."""

    def __call__(self):
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin, vmax):
        low, high = np.log10(min(vmin, vmax)), np.log10(max(vmin, vmax))
        factors = (1, 2, 5) if high - low < 2 else (1,)
        stride = max(1, int(np.ceil((high - low) / 7)))
        powers = np.arange(stride * np.floor(low / stride), high + 1, stride)
        ticks = np.sort(np.outer(10.0**powers, factors).ravel())
        return ticks[(ticks >= 10**low * (1 - 1e-9)) & (ticks <= 10**high * (1 + 1e-9))]


def power_of_ten(value, _):
    """The label of a tick: as a number while it is short, else as a power of ten."""
    power = np.log10(value)
    if -3 <= power < 5 or abs(power - round(power)) > 1e-9:
        return f"{value:g}"
    return f"$10^{{{round(power)}}}$"


class Picture:
    """One drawing of a plotly figure, ``size`` pixels wide and high.

    ``add`` draws a trace into its pane; ``pixels`` finishes the frame and returns (H, W, 4) uint8.
    """

    def __init__(self, specification, size):
        self.layout = specification.get("layout", {})
        self.size = size
        # At 72 dots an inch a point is a pixel, and plotly's sizes hold as they are.
        self.figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.panes = {}
        self.handles, self.labels, self.colour_bars = [], [], []
        self.bars = [trace for trace in specification["data"] if trace["type"] == "bar"]
        self.colours = iter(self.layout.get("colorway", PALETTE) * len(specification["data"]))
        shown = [trace for trace in specification["data"] if trace.get("showlegend", True)]
        named = [trace for trace in shown if trace["type"] in ("scatter", "bar")]
        self.has_legend = self.layout.get("showlegend", len(named) > 1)

    def add(self, trace, draw):
        axes = self._pane(trace.get("xaxis", "x"), trace.get("yaxis", "y"))
        coloured = trace["type"] in ("contour", "heatmap")
        if trace["type"] == "bar" and self.layout.get("barmode", "group") == "group":
            beside = [bar for bar in self.bars if bar.get("xaxis") == trace.get("xaxis")]
            width = 0.8 / len(beside)
            trace = {"width": width, "offset": -0.4 + width * beside.index(trace), **trace}
        artist = draw(axes, trace, None if coloured else next(self.colours))
        if coloured and trace.get("showscale", True):
            self.colour_bars.append((axes, artist, trace.get("colorbar", {})))
        elif not coloured and trace.get("showlegend", True) and trace.get("name"):
            self.handles.append(artist)
            self.labels.append(plain(trace["name"]))

    def pixels(self):
        for (x, y), axes in self.panes.items():
            self._dress(axes.xaxis, self._axis("xaxis", x))
            self._dress(axes.yaxis, self._axis("yaxis", y))
        for shape in self.layout.get("shapes", ()):
            self._shape(shape)
        self._place()
        self.canvas.draw()
        return np.asarray(self.canvas.buffer_rgba())

    def _axis(self, kind, name):
        return self.layout.get(kind + name[1:], {})

    def _pane(self, x, y):
        if (x, y) not in self.panes:
            axes = self.figure.add_axes((0, 0, 1, 1), label=x + y)
            axes.set_facecolor("none")
            axes.set_axisbelow(True)
            for side in ("top", "right"):
                axes.spines[side].set_visible(False)
            if self._axis("yaxis", y).get("overlaying"):
                axes.yaxis.tick_right()
                axes.yaxis.set_label_position("right")
                axes.xaxis.set_visible(False)
            self.panes[x, y] = axes
        return self.panes[x, y]

    def _dress(self, axis, given):
        """Scale, range, ticks, grid and title of one axis."""
        letter, axes = axis.axis_name, axis.axes
        if given.get("type") == "log":
            getattr(axes, f"set_{letter}scale")("log")
            axis.set_major_locator(Decades())
            axis.set_major_formatter(FuncFormatter(power_of_ten))
            axis.set_minor_locator(NullLocator())
        if given.get("range") is not None:
            low, high = given["range"]
            limits = (10.0**low, 10.0**high) if given.get("type") == "log" else (low, high)
            getattr(axes, f"set_{letter}lim")(*limits)
        elif given.get("autorange") == "reversed":
            axis.set_inverted(True)
        elif given.get("rangemode") == "tozero":
            getattr(axes, f"set_{letter}lim")(**{"bottom" if letter == "y" else "left": 0})
        if given.get("tickvals") is not None:
            names = given.get("ticktext") or given["tickvals"]
            axis.set_ticks(list(given["tickvals"]), [plain(str(name)) for name in names])
        if not given.get("showticklabels", True):
            axis.set_ticklabels([])
        if given.get("visible") is False:
            axis.set_visible(False)
        if given.get("showgrid", True) and not given.get("overlaying"):
            axis.grid(True, color=GRID, linewidth=0.8)
        axis.set_tick_params(which="both", colors=TEXT, labelsize=FONT)
        label = axis.get_label()
        label.set(text=plain(given.get("title")), size=FONT + 1, color=TEXT, parse_math=False)
        for spine in axes.spines.values():
            spine.set_color("#9a9a9a")

    def _shape(self, shape):
        """A line or a rectangle in its pane, all across it where a reference is a ``domain``."""
        x, y = (shape.get(ref, ref[0]).removesuffix(" domain") for ref in ("xref", "yref"))
        axes = self._pane(*(("x", "y") if "paper" in (x, y) else (x, y)))
        x0, x1, y0, y1 = (shape[key] for key in ("x0", "x1", "y0", "y1"))
        line = shape.get("line", {})
        stroke = {
            "color": colour(line.get("color")),
            "linewidth": line.get("width", 2),
            "zorder": 1,
        }
        if shape["type"] == "line":
            stroke["linestyle"] = dash(line.get("dash"))
            across = (axes.axvline, x0) if x0 == x1 else (axes.axhline, y0) if y0 == y1 else None
            if across and (
                "domain" in str(shape.get("xref")) or "domain" in str(shape.get("yref"))
            ):
                across[0](across[1], **stroke)
            else:
                axes.plot((x0, x1), (y0, y1), scalex=False, scaley=False, **stroke)
        elif shape["type"] == "rect":
            paint = {
                "color": colour(shape.get("fillcolor"), "none"),
                "alpha": shape.get("opacity"),
                "zorder": 0,
            }
            if "domain" in str(shape.get("yref")):
                axes.axvspan(x0, x1, **paint)
            else:
                axes.fill_between((x0, x1), y0, y1, linewidth=0, **paint)

    def _place(self):
        """Give the panes their places, so that title, legend and colour bars have room."""
        width, height = self.size
        title = plain(self.layout.get("title"))
        left, right, top, bottom = 66, 20, 44 if title else 16, 52
        if title:
            self.figure.text(
                left / width,
                1 - 12 / height,
                title,
                size=FONT + 4,
                color=TEXT,
                va="top",
                parse_math=False,
            )
        if any(self._axis("yaxis", y).get("overlaying") for _, y in self.panes):
            right += 44
        if any("paper" in str(note.get("yref")) for note in self.layout.get("annotations", ())):
            top += 22
        legend = self._legend()
        if legend is not None:
            box = legend.get_window_extent(self.canvas.get_renderer())
            if self.layout.get("legend", {}).get("orientation") == "h":
                legend.set_bbox_to_anchor((left / width, 1 - top / height))
                top += box.height + 6
            else:
                legend.set_bbox_to_anchor((1 - 8 / width, 1 - top / height))
                right += box.width + 8
        bar_room = 74 if self.colour_bars else 0
        frame = (left, right + bar_room, top, bottom)
        for (x, y), axes in self.panes.items():
            axes.set_position(self._box(x, y, frame))
        for axes, artist, given in self.colour_bars:
            self._colour_bar(axes, artist, given)
        for note in self.layout.get("annotations", ()):
            self._annotate(note, frame)

    def _box(self, x, y, frame):
        """The place of a pane, (left, bottom, width, height), from the domains of its axes."""
        (width, height), (left, right, top, bottom) = self.size, frame
        given = self._axis("yaxis", y)
        x0, x1 = self._axis("xaxis", x).get("domain", (0, 1))
        y0, y1 = self._axis("yaxis", given.get("overlaying", y)).get("domain", (0, 1))
        inner_w, inner_h = 1 - (left + right) / width, 1 - (top + bottom) / height
        corner = left / width + x0 * inner_w, bottom / height + y0 * inner_h
        return *corner, (x1 - x0) * inner_w, (y1 - y0) * inner_h

    def _legend(self):
        if not (self.has_legend and self.handles):
            return None
        across = self.layout.get("legend", {}).get("orientation") == "h"
        legend = self.figure.legend(
            self.handles,
            self.labels,
            loc="upper left" if across else "upper right",
            ncols=len(self.labels) if across else 1,
            frameon=False,
            fontsize=FONT,
            labelcolor=TEXT,
            borderaxespad=0,
            borderpad=0,
            handlelength=2.4,
            columnspacing=1.1,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
        return legend

    def _colour_bar(self, axes, artist, given):
        box = axes.get_position()
        strip = self.figure.add_axes(
            (box.x1 + 14 / self.size[0], box.y0, 13 / self.size[0], box.height)
        )
        bar = self.figure.colorbar(artist, cax=strip)
        bar.outline.set_visible(False)
        strip.tick_params(colors=TEXT, labelsize=FONT - 1)
        if given.get("tickvals") is not None:
            names = given.get("ticktext") or given["tickvals"]
            bar.set_ticks(list(given["tickvals"]), labels=[plain(str(name)) for name in names])
        strip.set_title(
            plain(given.get("title")), size=FONT, color=TEXT, loc="left", parse_math=False
        )

    def _annotate(self, note, frame):
        """A text at a place of the figure (``paper``, as subplot titles are) or of a pane."""
        font = note.get("font", {})
        style = {
            "size": min(font.get("size", FONT), FONT + 2),
            "color": colour(font.get("color"), TEXT),
            "ha": {"left": "left", "right": "right"}.get(note.get("xanchor"), "center"),
            "va": {"top": "top", "bottom": "bottom"}.get(note.get("yanchor"), "center"),
            "parse_math": False,
        }
        text = plain(note.get("text"))
        if note.get("xref") == "paper" and note.get("yref") == "paper":
            (width, height), (left, right, top, bottom) = self.size, frame
            x = (left + note["x"] * (width - left - right)) / width
            y = (bottom + note["y"] * (height - top - bottom)) / height
            self.figure.text(x, y, text, **style)
            return
        x, y = note.get("xref", "x"), note.get("yref", "y")
        axes = self._pane(x, y)
        # plotly gives a place on a logarithmic axis by its logarithm.
        at_x = 10.0 ** note["x"] if self._axis("xaxis", x).get("type") == "log" else note["x"]
        at_y = 10.0 ** note["y"] if self._axis("yaxis", y).get("type") == "log" else note["y"]
        arrow = {"arrowstyle": "->", "color": TEXT} if note.get("showarrow", True) else None
        offset = (note.get("ax", -10), -note.get("ay", -30)) if arrow else (0, 0)
        style |= {"textcoords": "offset points", "arrowprops": arrow}
        axes.annotate(text, (at_x, at_y), offset, **style)
