"""fit: the training loop, the same for both backends."""

import contextlib
import itertools
import time
from dataclasses import dataclass

import numpy as np

from dlcore.backend import backend_of, get_device

from .batches import as_pair, describe, make_batches, place_pair
from .checks import (
    check_alike,
    check_broadcast,
    check_clip_norm,
    check_count,
    check_duration,
    check_listeners,
    check_loss,
    check_loss_value,
    check_model,
    check_schedule,
    check_trainable,
    choose_controls,
    explain_failure,
)
from .evaluate import check_metrics, evaluate
from .events import EVENTS, Run, Step, Validation, handlers
from .history import Recorder
from .learning_rate import LearningRate
from .nonfinite import explain

# How many losses are left on a GPU before they are read: each reading waits for all that is queued.
_GPU_BLOCK = 50


def fit(
    model,
    train,
    *,
    loss,
    optimizer,
    epochs=None,
    steps=None,
    batch_size=None,
    validation=None,
    metrics=None,
    scheduler=None,
    schedule="step",
    clip_norm=None,
    listeners=(),
    controls=None,
    device="auto",
    seed=0,
    name=None,
):
    """Train ``model`` on ``train`` and return the History.

    model: nn.Module of either backend. It is moved to the device, trained in train mode, and left
        in the mode (train or eval, module by module) in which it came.
    train: a pair (X, y) of arrays or tensors (N, ...), or an object with attributes X and y, cut
        into mini-batches that are shuffled anew in every epoch with NumPy's generator for ``seed``;
        or an iterable of batches (x, y) that starts anew in every epoch, as a DataLoader does.
    loss: (output, y) -> scalar tensor. optimizer: an optimiser that holds the model's parameters.
    epochs, steps: how long, exactly one of the two. batch_size: None for all examples at once.
    validation: a pair as above, measured after every epoch and at the end, with the loss and the
        ``metrics``, a dict from name to (output, y) -> number.
    scheduler: an lr_scheduler. Its step() is called after every update (schedule="step") or after
        every epoch (schedule="epoch"), so its own counts are in that unit. ReduceLROnPlateau is
        called after every epoch with the validation loss.
    clip_norm: the largest norm that the gradient as a whole may have, or None.
    listeners: objects with methods of Listener. controls: Controls; without them those of the first
        listener that has any are obeyed.
    device: "auto", "cpu", "cuda", ... name: of the run; by default the optimiser and its rate.

    KeyboardInterrupt ends the training and the History is returned; so does ``controls.stop()``.

    Raises NonFiniteLoss, with step, likely cause and history, when the loss is nan or infinite: on
    a CPU before that step changes the weights, on a GPU at most 50 steps later. Raises TypeError or
    ValueError for arguments that do not fit each other.
    """
    check_model(model)
    backend = backend_of(model)
    device = get_device(backend, device)
    epochs, steps = check_duration(epochs, steps)
    batch_size = None if batch_size is None else check_count("batch_size", batch_size)
    clip_norm = check_clip_norm(clip_norm)
    listeners = check_listeners(listeners)
    controls = choose_controls(controls, listeners)
    check_loss(loss)
    check_trainable(model, optimizer)
    metrics = check_metrics(metrics, validation is not None)
    when = check_schedule(backend, optimizer, scheduler, schedule, validation)

    model.to(device)
    if isinstance(loss, backend.nn.Module):  # the weights of classes, for instance
        loss.to(device)
    batches = make_batches(backend, device, model, train, batch_size, seed)
    if validation is not None:
        pair = as_pair(validation)
        if pair is None:
            raise TypeError(
                f"validation should be a pair (X, y) of arrays, received {describe(validation)}"
            )
        validation = place_pair(backend, device, model, ("validation X", "validation y"), pair)
        check_alike(as_pair(train), validation)
    rate = LearningRate(optimizer, scheduler)
    run = Run(
        name=f"{type(optimizer).__name__} {rate.value:g}" if name is None else name,
        model=model,
        total_steps=_total_steps(batches, epochs, steps),
        learning_rate=rate.value,
        controls=controls,
        metrics=list(metrics),
    )
    on_gpu = _is_asynchronous(device)
    training = _Training(
        backend=backend,
        run=run,
        batches=batches,
        epochs=epochs,
        steps=steps,
        loss=loss,
        optimizer=optimizer,
        rate=rate,
        advance_after=when,
        clip_norm=clip_norm,
        validation=validation,
        metrics=metrics,
        on={event: handlers(listeners, event) for event in EVENTS},
        recorder=Recorder(backend, read_every=_GPU_BLOCK if on_gpu else 1),
        keep_batch=not on_gpu,
    )
    return training.run_to_the_end()


@dataclass(kw_only=True, eq=False)
class _Training:
    """One run of the loop: what ``fit`` has checked and placed, and where the run stands."""

    backend: object
    run: Run
    batches: object
    epochs: int | None
    steps: int | None
    loss: object
    optimizer: object
    rate: LearningRate
    advance_after: str | None
    clip_norm: float | None
    validation: tuple | None
    metrics: dict
    on: dict  # from the event's name to the listeners' methods
    recorder: Recorder
    keep_batch: bool  # whether the batch of a non-finite loss is still at hand

    step: int = 0
    epoch: int = 0
    measured_at: int = 0
    waited: float = 0.0
    bad_batch: tuple | None = None
    bad_output: object = None

    def run_to_the_end(self):
        """Train, tell the listeners of the end whatever happened, and return the History."""
        model, controls = self.run.model, self.run.controls
        modes = [(module, module.training) for module in model.modules()]
        reason, started = "failed", time.perf_counter()
        try:
            controls.begin(self.run.learning_rate)
            model.train()
            self.tell("on_start", self.run)
            # The loop looks for non-finite numbers itself; NumPy's warnings would say less.
            with np.errstate(all="ignore"):
                reason = self.train()
                if reason != "diverged" and self.step > self.measured_at:
                    self.measure()
        except KeyboardInterrupt:
            reason = "interrupted"
            self.recorder.read()
        finally:
            for module, mode in modes:
                module.training = mode
            seconds = time.perf_counter() - started - self.waited
            controls.end()
            history = self.recorder.history(reason, seconds, self.run.name)
            with contextlib.ExitStack() as stack:  # calls them all, even if one of them fails
                for listen in reversed(self.on["on_end"]):
                    stack.callback(listen, history)
        if reason == "diverged":
            raise explain(history, model, self.bad_batch, self.bad_output)
        return history

    def train(self):
        """The loop. Returns why it ended: "finished", "stopped" or "diverged"."""
        # Local names, because this is the one place where a microsecond counts.
        model, loss, optimizer, rate = self.run.model, self.loss, self.optimizer, self.rate
        controls, recorder, on_step = self.run.controls, self.recorder, self.on["on_step"]
        clip_norm, clip = self.clip_norm, self.backend.nn.utils.clip_grad_norm_
        parameters = list(model.parameters())
        step, reported = 0, self.run.learning_rate
        for epoch in itertools.count(1) if self.epochs is None else range(1, self.epochs + 1):
            self.epoch, first_of_epoch = epoch, step
            for x, y in self.batches:
                if controls.attention and not self.obey():
                    return "stopped" if recorder.read() else "diverged"
                learning_rate = rate.value
                if learning_rate != reported:
                    controls.report_learning_rate(learning_rate)
                    reported = learning_rate
                optimizer.zero_grad()
                if step:
                    output = model(x)
                    value = loss(output, y)
                else:
                    output, value = self.first_forward(x, y)
                if not recorder.add_step(value, learning_rate):
                    if self.keep_batch:
                        self.bad_batch, self.bad_output = (x, y), output
                    return "diverged"
                value.backward()
                if clip_norm is not None:
                    clip(parameters, clip_norm)
                optimizer.step()
                self.step = step = step + 1
                if self.advance_after == "step":
                    rate.advance()
                if on_step:
                    event = Step(step, epoch, value.detach(), learning_rate)
                    for listen in on_step:
                        listen(event)
                if step == self.steps:
                    return "finished" if recorder.read() else "diverged"
            if step == first_of_epoch:
                raise ValueError(f"train gave no batch in epoch {epoch}")
            if not recorder.read():
                return "diverged"
            values = self.measure()
            if self.advance_after == "epoch":
                rate.advance()
            elif self.advance_after == "measurement":
                rate.advance(values["loss"])
        return "finished"

    def obey(self):
        """Wait while paused and take over a new learning rate; False to stop."""
        controls, started = self.run.controls, time.perf_counter()
        going = controls.wait(lambda: self.tell("on_pause"))
        self.waited += time.perf_counter() - started
        value = controls.take_learning_rate()
        if going and value is not None:
            self.rate.set(value)
        return going

    def first_forward(self, x, y):
        """The first output and loss, with the checks that need them."""
        output = None
        try:
            output = self.run.model(x)
            value = self.loss(output, y)
        except Exception as error:
            explain_failure(error, "In step 1 of fit", self.run.model, x, y, output)
            raise
        check_loss_value(self.backend, value)
        if isinstance(output, self.backend.Tensor):
            check_broadcast(self.backend, self.loss, output, y)
        return output, value

    def measure(self):
        """Validate, if there is something to validate on; returns the values."""
        if self.validation is None:
            return None
        X, y = self.validation
        values = evaluate(self.backend, self.run.model, X, y, self.loss, self.metrics)
        validation = Validation(self.step, self.epoch, values)
        self.measured_at = self.step
        self.recorder.add_validation(validation)
        self.tell("on_validation", validation)
        return values

    def tell(self, event, *args):
        for listen in self.on[event]:
            listen(*args)


def _is_asynchronous(device):
    """Whether the device only queues what it is asked for, as GPUs do."""
    return not str(device).startswith("cpu")


def _total_steps(batches, epochs, steps):
    if steps is not None:
        return steps
    try:
        return epochs * len(batches)
    except TypeError:  # an iterable of unknown length
        return None
