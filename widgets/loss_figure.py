"""The loss curve's static twin, and the same in words."""

from __future__ import annotations

import numpy as np

from widgets.record import RunRecord, smooth, thin
from widgets.static import PALETTE

_SYMBOLS = ("circle", "square", "triangle-up", "diamond")


def describe_losses(records: list[RunRecord], title: str = "") -> str:
    """Where each run's loss began and ended, and what became of a run that did not finish."""
    subject = title or "Loss"
    records = [record for record in records if len(record.train)]
    if not records:
        return f"{subject}: no run yet."
    steps = max(int(record.train.step[-1]) for record in records)
    runs = "1 run" if len(records) == 1 else f"{len(records)} runs"
    return f"{subject} over {steps:,} steps, {runs}: {', '.join(map(_describe_run, records))}."


def _describe_run(record: RunRecord) -> str:
    losses = record.train.loss
    words = f"{record.name} from {losses[0]:.4g} to {losses[-1]:.4g}"
    if len(record.validation):
        words += f" (validation {record.validation.loss[-1]:.4g})"
    if record.outcome in ("finished", "running"):
        return words
    return f"{words}, {record.outcome} at step {int(record.train.step[-1]):,}"


def loss_figure(records, *, log=False, log_steps=False, smoothing=0.0, hidden=(), title=""):
    """All runs in one plotly Figure: training solid, validation dashed with markers.

    Lines are thinned to a few hundred points with the same outline. With smoothing the raw losses
    stand faintly behind. A run's first loss that is not finite is a cross at the height of its
    largest finite one.
    """
    import plotly.graph_objects as go  # 0.3 s, and a live curve does not need it

    figure = go.Figure()
    for index, record in enumerate(records):
        if index not in hidden:
            traces = _run_traces(record, index, log_steps, smoothing)
            figure.add_traces([go.Scatter(trace) for trace in traces])
    figure.update_layout(
        title={"text": title or None},
        showlegend=True,
        xaxis={"title": {"text": "step"}, "type": "log" if log_steps else "linear"},
        yaxis={
            "title": {"text": "loss"},
            "type": "log" if log else "linear",
            "exponentformat": "power",
        },
    )
    return figure


def _run_traces(record: RunRecord, index: int, log_steps: bool, smoothing: float) -> list[dict]:
    colour = PALETTE[index % len(PALETTE)]
    symbol = _SYMBOLS[index % len(_SYMBOLS)]
    step, loss = record.train.step, record.train.loss
    step = step[: len(loss)]
    traces = []
    if smoothing > 0:
        faint = {"line": {"color": colour, "width": 1}, "opacity": 0.28, "showlegend": False}
        traces.append(_line(*thin(step, loss, log_steps=log_steps), record.name, faint))
    solid = {"line": {"color": colour, "width": 2}}
    smoothed = smooth(loss, smoothing)
    traces.append(_line(*thin(step, smoothed, log_steps=log_steps), record.name, solid))
    if len(record.validation):
        step_v, loss_v = thin(record.validation.step, record.validation.loss, 20, log_steps)
        dashed = {
            "mode": "lines+markers",
            "line": {"color": colour, "width": 1.5, "dash": "dash"},
            "marker": {"color": colour, "size": 6, "symbol": symbol},
        }
        traces.append(_line(step_v, loss_v, f"{record.name}, validation", dashed))
    broken = ~np.isfinite(loss)
    if broken.any():
        top = np.max(loss[~broken], initial=0.0)
        at = step[broken][:1]
        cross = {"mode": "markers", "marker": {"color": colour, "size": 11, "symbol": "x"}}
        name = f"{record.name}: {loss[broken][0]} at step {int(at[0]):,}"
        traces.append(_line(at, np.full(1, top), name, cross))
    return traces


def _line(step, loss, name: str, style: dict) -> dict:
    return {"type": "scatter", "x": step, "y": loss, "name": name, "mode": "lines", **style}
