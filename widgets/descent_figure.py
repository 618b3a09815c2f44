"""What ``DescentExplorer`` shows, as a sentence and as a static plotly figure."""

from __future__ import annotations

import plotly.graph_objects as go

from widgets.static import PALETTE

__all__ = ["descent_figure", "descent_sentence"]

# A racer keeps its colour, dash and marker wherever it is shown; widgets/js has the same list.
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "triangle-up", "diamond", "cross", "x")

# Neutral, so that the colours of the paths stand out; opaque, so that it reads on a dark page.
_LOW, _HIGH, _LINE = "#ffffff", "#a3abb5", "#8b939c"


def descent_figure(map, settings, race) -> go.Figure:
    """Contours of ``map`` with the paths of ``race`` that ``settings.shown`` names."""
    K = len(map.levels)
    labelled = range(1, K + 1, 2)
    figure = go.Figure(
        go.Contour(
            x=map.x,
            y=map.y,
            z=map.bands,
            zmin=0,
            zmax=K + 1,
            contours={"start": 1, "end": K, "size": 1},
            colorscale=[[0, _LOW], [1, _HIGH]],
            line={"color": _LINE, "width": 0.5},
            hoverinfo="x+y",
            colorbar={
                "title": {"text": "loss"},
                "thickness": 14,
                "len": 1,
                "tickvals": list(labelled),
                "ticktext": [f"{float(f'{map.levels[k - 1]:.2g}'):g}" for k in labelled],
            },
        )
    )
    for x, y in map.surface.minima:
        figure.add_scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"symbol": "star", "size": 11, "color": "#333333"},
            name="minimum",
            showlegend=False,
        )
    for r, name in enumerate(race.names):
        if name in settings.shown:
            figure.add_scatter(
                x=race.x[r],
                y=race.y[r],
                mode="lines+markers",
                name=name,
                line={"color": PALETTE[r], "dash": DASHES[r], "width": 2},
                marker={"symbol": MARKERS[r], "size": 8, "maxdisplayed": 10},
            )
    figure.add_scatter(
        x=settings.start[:1],
        y=settings.start[1:],
        mode="markers",
        marker={"symbol": "circle-open", "size": 14, "color": "#333333", "line": {"width": 2.5}},
        name="start",
        showlegend=False,
    )
    figure.update_xaxes(range=map.surface.x_range, title="x", showgrid=False)
    figure.update_yaxes(range=map.surface.y_range, title="y", showgrid=False)
    figure.update_layout(
        title=f"{_capital(map.surface.name)}, {race.steps} steps",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=True,
        margin={"t": 84},
        width=640,
        height=560,
    )
    return figure


def descent_sentence(map, settings, race) -> str:
    """Where each optimiser came, in words with the numbers."""
    start = ", ".join(f"{value:.3g}" for value in settings.start)
    where = f"on the {map.surface.name} with {_rates(settings)}"
    reached = [race.names.index(name) for name in race.names if name in settings.shown]
    if not reached:
        return f"{race.steps} steps from ({start}) {where}: no optimiser is shown."
    results = ", ".join(_result(race, r) for r in reached)
    sentence = f"After {race.steps} steps from ({start}) {where}: {results}."
    distance = map.distance(race.x[:, -1], race.y[:, -1])
    finished = [r for r in reached if race.diverged[r] is None]
    if not finished:
        return f"{sentence} All of them diverged."
    closest = min(finished, key=lambda r: distance[r])
    target = "a minimum" if map.surface.minima else "the lowest point of the map"
    # The browser draws with float32: below a millionth its table and this sentence would differ.
    far = f"{distance[closest]:.2g}" if distance[closest] >= 1e-6 else "less than 1e-6"
    return f"{sentence} Closest to {target}: {race.names[closest]}, {far} away."


def _result(race, r):
    name, escaped, diverged = race.names[r], race.escaped[r], race.diverged[r]
    if diverged is not None:
        return f"{name} diverged at step {diverged}"
    loss = f"{name} loss {race.loss[r, -1]:.2g}"
    return loss if escaped is None else f"{loss} (it left the map at step {escaped})"


def _rates(settings):
    return f"learning rate {settings.learning_rate:.3g}, momentum {settings.momentum:.3g}"


def _capital(text):
    return text[:1].upper() + text[1:]
