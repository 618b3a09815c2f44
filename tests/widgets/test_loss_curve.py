"""The loss curve as a listener: what it sends, obeys and says, with no browser."""

import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from dlcore import available_backends, get_backend, seed
from dlcore.train import Controls, NonFiniteLoss, Run, Step, Validation, fit
from widgets import LossCurve

from .test_record import history

ROOT = Path(__file__).parents[2]


class Loss:
    """A loss on a far device: reading it is counted."""

    def __init__(self, value):
        self.value = value
        self.read = 0

    def __float__(self):
        self.read += 1
        return float(self.value)


class Sent(list):
    """What a curve sends to the browser, as (message, buffers)."""

    def points(self):
        return [(m, b) for m, b in self if m["type"] == "points"]

    def losses(self):
        return [np.frombuffer(b[1]).tolist() for _, b in self.points()]


@pytest.fixture
def curve(monkeypatch):
    """A curve whose messages are kept in ``curve.sent``."""
    widget = LossCurve()
    widget.sent = Sent()
    widget.send = lambda message, buffers=(): widget.sent.append((message, buffers))
    return widget


def start(curve, name="GD", total_steps=100):
    run = Run(name, None, total_steps, 0.1, Controls(), [])
    run.controls.begin(0.1)
    curve.on_start(run)
    return run


def train(backend, curve, *, lr=0.1, **options):
    b = get_backend(backend)
    seed(b, 0)
    model = b.nn.Linear(2, 1)
    X = np.random.default_rng(0).normal(size=(32, 2)).astype(np.float32)
    y = X @ np.array([[1.0], [2.0]], np.float32)
    optimizer = b.optim.SGD(model.parameters(), lr=lr)
    options = {"steps": 20, "loss": b.nn.MSELoss(), "optimizer": optimizer, **options}
    return fit(model, (X, y), validation=(X, y), listeners=[curve], **options)


# -- what is sent -------------------------------------------------------------------------------


def test_a_step_only_appends_and_an_update_sends_new_points_only(curve):
    start(curve)
    curve._next_update = float("inf")
    losses = [Loss(value) for value in (3.0, 2.0, 1.0)]
    curve.on_step(Step(1, 1, losses[0], 0.1))
    curve.on_step(Step(2, 1, losses[1], 0.1))
    assert not curve.sent.points()
    assert [loss.read for loss in losses] == [0, 0, 0]
    curve.on_pause()
    curve._next_update = 0.0
    curve.on_step(Step(3, 1, losses[2], 0.05))
    assert curve.sent.losses() == [[3.0, 2.0], [1.0]]
    assert [loss.read for loss in losses] == [1, 1, 1]
    message, _ = curve.sent.points()[-1]
    assert message["learning_rate"] == 0.05
    assert message["train"] == {"from": 2}


def test_updates_are_limited_in_time(curve):
    start(curve)
    begin = time.perf_counter()
    step = 0
    while time.perf_counter() < begin + 0.45:
        step += 1
        curve.on_step(Step(step, 1, 0.5, 0.1))
    assert 1 <= len(curve.sent.points()) <= 4


def test_the_history_goes_once_to_a_view_that_asks(curve):
    for name in ("GD", "Adam"):
        start(curve, name)
        curve.on_step(Step(1, 1, 2.0, 0.1))
        curve.on_validation(Validation(1, 1, {"loss": 3.0, "accuracy": 0.5}))
        curve.on_end(history([2.0, 1.0], {"step": np.array([1.0]), "loss": np.array([3.0])}))
    curve.sent.clear()
    curve._receive(curve, {"type": "fetch", "have": [[1, 1]]}, [])
    assert [message["run"] for message, _ in curve.sent.points()] == [0, 1]
    assert curve.sent.losses() == [[1.0], [2.0, 1.0]]
    validation = [np.frombuffer(buffers[3]).tolist() for _, buffers in curve.sent.points()]
    assert validation == [[], [3.0]]


# -- what is obeyed -----------------------------------------------------------------------------


def control(curve, name, value=None, run=0):
    curve._receive(curve, {"type": "control", "run": run, "name": name, "value": value}, [])


def test_the_view_steers_the_controls_of_the_run(curve):
    controls = start(curve).controls
    control(curve, "pause")
    assert controls.paused and curve.paused
    control(curve, "step")
    assert controls.paused and controls.wait()
    control(curve, "learning_rate", 0.5)
    assert controls.learning_rate == 0.5
    control(curve, "resume")
    assert not controls.paused and not curve.paused
    control(curve, "stop")
    assert controls.stopped


@pytest.mark.parametrize("late_for", ["a run that has ended", "the run before this one"])
def test_a_click_that_comes_late_is_not_obeyed(curve, late_for):
    start(curve)
    curve.on_end(history([1.0]))
    controls = curve.controls
    if late_for == "the run before this one":
        controls = start(curve, "next").controls
    control(curve, "stop", run=0)
    assert not controls.stopped


def test_the_view_is_told_that_messages_arrive(curve):
    curve._receive(curve, {"type": "ping", "run": 3}, [])
    assert curve.sent == [({"type": "pong", "run": 3}, ())]


# -- training -----------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", available_backends())
def test_fit_fills_the_curve(curve, backend, capsys):
    result = train(backend, curve, name="GD")
    (record,) = curve._records
    np.testing.assert_array_equal(record.train.step, result.step)
    np.testing.assert_array_equal(record.train.loss, result.loss)
    np.testing.assert_array_equal(record.validation.loss, result.validation["loss"])
    assert not curve.running
    assert curve.runs == [
        {"name": "GD", "total_steps": 20, "learning_rate": 0.1, "outcome": "finished"}
    ]
    assert capsys.readouterr().out == ""  # a script's output stays its own


def test_fit_obeys_the_curve_s_own_controls(curve):
    class StopAtFive:
        def on_step(self, step):
            if step.step == 5:
                control(curve, "stop")

    b = get_backend("numpy")
    model = b.nn.Linear(1, 1)
    X = np.ones((4, 1), np.float32)
    optimizer = b.optim.SGD(model.parameters(), lr=0.1)
    listeners = [curve, StopAtFive()]
    result = fit(
        model, (X, X), loss=b.nn.MSELoss(), optimizer=optimizer, steps=100, listeners=listeners
    )
    assert (result.stopped, len(result)) == ("stopped", 5)


def test_a_diverged_run_is_told_and_drawn(curve):
    with pytest.raises(NonFiniteLoss), np.errstate(over="ignore", invalid="ignore"):
        train("numpy", curve, name="GD", lr=1e6, steps=500)
    assert ", diverged at step " in curve.describe()
    cross = curve.figure().data[-1]
    assert cross.marker.symbol == "x"
    assert cross.name.startswith("GD: ")
    assert not curve.running


# -- what is said and drawn ---------------------------------------------------------------------


def test_the_description_worked_by_hand():
    curve = LossCurve()
    assert curve.describe() == "Loss: no run yet."
    curve.add(history([1.2, 0.8, 0.31], {"step": np.array([3.0]), "loss": np.array([0.35])}))
    curve.add(history([2.0, 1.0], stopped="stopped"))
    assert curve.describe() == (
        "Loss over 3 steps, 2 runs: GD from 1.2 to 0.31 (validation 0.35), "
        "GD from 2 to 1, stopped at step 2."
    )


def test_the_figure_follows_the_view():
    curve = LossCurve(log=True, smoothing=0.5, title="Digits")
    curve.add(history([4.0, 2.0, 8.0], {"step": np.array([3.0]), "loss": np.array([5.0])}))
    curve.add(history([1.0, 1.0]))
    curve.hidden = [1]
    figure = curve.figure()
    faint, smoothed, validation = figure.data
    assert faint.y.tolist() == [4.0, 2.0, 8.0]
    np.testing.assert_allclose(smoothed.y, [4.0, 8 / 3, 40 / 7])
    assert (validation.line.dash, validation.mode) == ("dash", "lines+markers")
    assert (figure.layout.yaxis.type, figure.layout.xaxis.type) == ("log", "linear")
    assert figure.layout.title.text == "Digits"


def test_adding_to_a_running_curve_says_when_to_do_it(curve):
    start(curve, "Adam")
    with pytest.raises(RuntimeError, match="while 'Adam' is still running"):
        curve.add(history([1.0]))


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, float("nan")])
def test_smoothing_outside_its_range_is_refused(smoothing):
    with pytest.raises(ValueError, match=r"from 0 to below 1; received"):
        LossCurve(smoothing=smoothing)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"smoothing": "a"}, "smoothing should be a number from 0 to below 1, received 'a'"),
        ({"log": "yes"}, "log should be True or False, received 'yes'"),
        ({"title": 5}, "title should be a text, received 5"),
    ],
)
def test_options_of_another_kind_are_refused(options, said):
    with pytest.raises(TypeError, match=said):
        LossCurve(**options)


def test_options_may_come_from_numpy():
    curve = LossCurve(log=np.bool_(True), smoothing=np.float32(0.5))
    assert (curve.log_loss, curve.smoothing) == (True, 0.5)


def test_what_is_no_history_cannot_be_added():
    with pytest.raises(TypeError, match="the History that fit returned, received list"):
        LossCurve().add([1, 2])


# -- in a kernel --------------------------------------------------------------------------------


def test_a_kernel_without_a_browser_stores_view_and_twin_where_it_trained():
    source = """
from dlcore.train import Controls, Run, Step
from tests.widgets.test_record import history
from widgets import LossCurve
curve = LossCurve()
def run():
    curve.on_start(Run("GD", None, 2, 0.1, Controls(), []))
    curve.on_end(history([2.0, 1.0]))
"""
    cells = [source, "run(); run()", "run()", "curve", "run()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = NotebookClient(notebook, kernel_name="python3", timeout=120)
    client.execute(cwd=str(ROOT))
    outputs = [cell.outputs for cell in notebook.cells]
    # Two runs in one cell share a view, another cell has one of its own, and where the reader has
    # put the curve on the page, later cells leave it there.
    assert [len(cell_outputs) for cell_outputs in outputs] == [0, 1, 1, 1, 0]
    runs = [o[0].data["text/plain"].split(", ")[1].split(":")[0] for o in outputs[1:4]]
    assert runs == ["2 runs", "3 runs", "4 runs"]
    for (output,) in outputs[1:4]:
        assert set(output.data) == {
            "application/vnd.jupyter.widget-view+json",
            "application/vnd.plotly.v1+json",
            "image/png",
            "text/plain",
        }
