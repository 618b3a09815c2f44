"""LossCurve: the losses of one or several runs, live, with controls that act on a running cell."""

from __future__ import annotations

import uuid
from time import perf_counter

import numpy as np
import traitlets

from dlcore.train import Controls, History
from widgets.base import WIDGET_MIME, LiveWidget, module
from widgets.loss_figure import describe_losses, loss_figure
from widgets.record import RunRecord

# Each update costs about a millisecond over all threads of the kernel, so seven a second stay well
# below two hundredths of the time. On a slow machine there are fewer, but a hiccup must not silence
# the curve for long.
_UPDATE_SECONDS = 0.15
_RAREST_SECONDS = 1.0
_COST_SHARE = 0.01


class LossCurve(LiveWidget):
    """Training and validation losses while a network learns, and the controls of its training.

    A listener of ``dlcore.train.fit``: ``fit(..., listeners=[curve], name="Adam")``. It shows
    itself when training starts unless it is on the page already, and several runs on one curve are
    compared. Pause, step, stop and the learning rate act while the cell still runs.

    log: whether the loss axis is logarithmic. smoothing: weight of the past in the moving average
    that is drawn, from 0 to below 1. title: str.

    Raises ValueError for a smoothing outside this range, TypeError for options of another kind.
    """

    _esm = module("series", "plot", "loss_plot", "loss_curve")

    title = traitlets.Unicode().tag(sync=True)
    log_loss = traitlets.Bool().tag(sync=True)
    log_steps = traitlets.Bool().tag(sync=True)
    smoothing = traitlets.Float().tag(sync=True)
    hidden = traitlets.List(traitlets.Int()).tag(sync=True)
    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    running = traitlets.Bool().tag(sync=True)
    paused = traitlets.Bool().tag(sync=True)

    def __init__(self, log=False, smoothing=0.0, title="", **traits):
        for name, value, kind, wanted in (
            ("log", log, (bool, np.bool_), "True or False"),
            ("smoothing", smoothing, (int, float, np.number), "a number from 0 to below 1"),
            ("title", title, str, "a text"),
        ):
            if not isinstance(value, kind):
                raise TypeError(f"{name} should be {wanted}, received {value!r}")
        self.controls = Controls()
        self._records: list[RunRecord] = []
        self._unread_steps = []
        self._unread_validations = []
        self._learning_rate = None
        self._next_update = 0.0
        self._display_id = None
        self._shown_by_reader = False
        self._shown_in = None
        super().__init__(log_loss=bool(log), smoothing=float(smoothing), title=title, **traits)
        self.on_msg(self._receive)

    @traitlets.validate("smoothing")
    def _check_smoothing(self, proposal):
        if not 0 <= proposal["value"] < 1:
            raise ValueError(
                "smoothing is the weight of the past, from 0 to below 1; "
                f"received {proposal['value']}"
            )
        return proposal["value"]

    # -- the events of a training ---------------------------------------------------------------

    def on_start(self, run) -> None:
        """A run begins: it gets its own line, and the buttons act on its controls."""
        self.controls = run.controls
        self._learning_rate = run.learning_rate
        self._unread_steps, self._unread_validations = [], []
        self._records.append(RunRecord(run.name, run.total_steps, run.learning_rate))
        self._next_update = perf_counter() + _UPDATE_SECONDS
        self._report(running=True)
        self._show_where_it_trains()

    def on_step(self, step) -> None:
        # This is all that most steps pay. The loss stays where it is: reading it waits for a GPU.
        self._unread_steps.append(step)
        if perf_counter() >= self._next_update:
            self._update()

    def on_validation(self, validation) -> None:
        self._unread_validations.append(validation)

    def on_pause(self) -> None:
        """The loop waits: show the last steps, which were held back."""
        self._update()
        self._report(running=True)

    def on_end(self, history) -> None:
        """The run is over: complete the line and put the finished picture beside the live view."""
        record = self._records[-1]
        lengths = len(record.train), len(record.validation)
        record.catch_up(history)
        self._send_points(len(self._records) - 1, *lengths)
        self._report(running=False)
        self._show_result()

    def add(self, history) -> None:
        """Add a run after the fact, from the ``dlcore.train.History`` that ``fit`` returned.

        Raises RuntimeError while another run is going on, TypeError for anything but a History.
        """
        if not isinstance(history, History):
            raise TypeError(
                f"a curve adds the History that fit returned, received {type(history).__name__}"
            )
        if self.running:
            raise RuntimeError(
                f"cannot add {history.name!r} while {self._records[-1].name!r} is still running; "
                "add it when the run has ended"
            )
        rate = float(history.learning_rate[0]) if len(history) else None
        record = RunRecord(history.name, len(history), rate)
        record.catch_up(history)
        self._records.append(record)
        self._send_points(len(self._records) - 1, 0, 0)
        self._report(running=self.running)
        self._show_result()

    # -- to the browser -------------------------------------------------------------------------

    def _update(self) -> None:
        """Read what was held back and send it: new points only, never the history."""
        begin = perf_counter()
        record = self._records[-1]
        lengths = len(record.train), len(record.validation)
        steps, self._unread_steps = self._unread_steps, []
        validations, self._unread_validations = self._unread_validations, []
        record.train.extend([s.step for s in steps], [float(s.loss) for s in steps])
        record.validation.extend(
            [v.step for v in validations], [v.values["loss"] for v in validations]
        )
        if steps:
            self._learning_rate = steps[-1].learning_rate
        self._send_points(len(self._records) - 1, *lengths)
        end = perf_counter()
        pause = (end - begin) / _COST_SHARE
        self._next_update = end + min(max(pause, _UPDATE_SECONDS), _RAREST_SECONDS)

    def _send_points(self, run: int, train_start: int, validation_start: int) -> None:
        header, buffers = self._records[run].chunk(train_start, validation_start)
        rate = self._learning_rate
        self.send({"type": "points", "run": run, "learning_rate": rate, **header}, buffers)

    def _report(self, running: bool) -> None:
        with self.hold_sync():
            self.runs = [
                {
                    "name": record.name,
                    "total_steps": record.total_steps,
                    "learning_rate": record.learning_rate,
                    "outcome": record.outcome,
                }
                for record in self._records
            ]
            self.paused = running and self.controls.paused
            self.running = running

    def _receive(self, _, content: dict, buffers) -> None:
        """A message of the view. While a cell runs it comes in another thread: only set values."""
        if content["type"] == "ping":
            self.send({"type": "pong", "run": content["run"]})
        elif content["type"] == "fetch":
            for run in range(len(self._records)):
                have = content["have"][run] if run < len(content["have"]) else (0, 0)
                self._send_points(run, *have)
        # A front end may deliver a click long after its run is over, and the next one is not meant.
        elif self.running and content["run"] == len(self._records) - 1:
            self._control(content["name"], content.get("value"))

    def _control(self, name: str, value) -> None:
        if name == "learning_rate":
            self.controls.set_learning_rate(value)
        elif name in ("pause", "resume", "step", "stop"):
            getattr(self.controls, name)()
            self.paused = self.controls.paused

    # -- on the page ----------------------------------------------------------------------------

    def describe(self) -> str:
        """Where each run's loss began and ended, as the text alternative of the picture."""
        return describe_losses(self._records, self.title)

    def figure(self):
        """The runs that are not hidden as a plotly Figure, with the view's axes and smoothing."""
        return loss_figure(
            self._records,
            log=self.log_loss,
            log_steps=self.log_steps,
            smoothing=self.smoothing,
            hidden=self.hidden,
            title=self.title,
        )

    def _ipython_display_(self) -> None:
        self._shown_by_reader = True
        self._show(self._bundle())

    def _bundle(self) -> tuple[dict, dict]:
        if any(len(record.train) for record in self._records):
            return self._repr_mimebundle_()
        # Nothing to draw yet: the live view comes at once, and the twin when there is a result.
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {WIDGET_MIME: view, "text/plain": self.describe()}, {}

    def _show_where_it_trains(self) -> None:
        """Display the curve in the cell that trains, unless the reader has put it on the page."""
        kernel = _kernel_shell()
        if kernel is None or self._shown_by_reader or self._shown_in == kernel.execution_count:
            return
        self._shown_in = kernel.execution_count
        self._show(self._bundle())

    def _show(self, data_and_metadata: tuple[dict, dict], update: bool = False) -> None:
        from IPython.display import display  # a plain script has no use for it

        if not update:
            self._display_id = uuid.uuid4().hex
        data, metadata = data_and_metadata
        display(data, raw=True, metadata=metadata, display_id=self._display_id, update=update)

    def _show_result(self) -> None:
        if self._display_id is not None and _kernel_shell() is not None:
            self._show(self._bundle(), update=True)


def _kernel_shell():
    """IPython's shell in a notebook's kernel, else None: a script's output stays its own."""
    from IPython import get_ipython

    shell = get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None
