"""The training loop, the same for both backends."""

import contextlib
import itertools
import time
from dataclasses import dataclass

import numpy as np

from .accelerate import Computation
from .checkpoint import Checkpoint
from .evaluate import evaluate
from .events import Run, Step, Validation
from .history import Recorder
from .learning_rate import LearningRate
from .nonfinite import explain
from .random_states import RandomStates
from .settings import Settings


@dataclass(kw_only=True, eq=False)
class Training:
    """One run of the loop: what ``fit`` has checked and placed, and where the run stands."""

    backend: object
    settings: Settings
    run: Run
    batches: object
    loss: object
    optimizer: object
    scheduler: object
    rate: LearningRate
    advance_after: str | None
    validation: tuple | None
    metrics: dict
    on: dict  # from the event's name to the listeners' methods
    recorder: Recorder
    processes: object
    random: RandomStates
    checkpoint: Checkpoint | None = None
    computation: Computation | None = None

    step: int = 0
    epoch: int = 1  # the one that runs, or will
    done: int = 0  # its steps that a checkpoint holds
    begun_at: int = 0  # the step after which it began
    measured_at: int = 0
    saved_at: int = 0
    started: float = 0.0
    waited: float = 0.0
    seconds_before: float = 0.0
    random_of_epoch: dict | None = None
    random_now: dict | None = None

    def run_to_the_end(self):
        """Train, tell the listeners of the end whatever happened, and return the History."""
        model, controls = self.run.model, self.run.controls
        modes = [(module, module.training) for module in model.modules()]
        reason, self.started = "failed", time.perf_counter()
        try:
            controls.begin(self.run.learning_rate)
            model.train()
            self.tell("on_start", self.run)
            # The loop looks for non-finite numbers itself; NumPy's warnings would say less.
            with np.errstate(all="ignore"):
                reason = self.train()
                if reason != "diverged":
                    # Before the last measurement, which a longer training would not make here.
                    self.save()
                    if self.step > self.measured_at:
                        self.measure()
        except KeyboardInterrupt:
            reason = "interrupted"
            self.recorder.read()
        finally:
            for module, mode in modes:
                module.training = mode
            controls.end()
            history = self.recorder.history(reason, self.seconds(), self.run.name)
            with contextlib.ExitStack() as stack:  # calls them all, even if one of them fails
                for listen in reversed(self.on["on_end"]):
                    stack.callback(listen, history)
        if reason == "diverged":
            raise explain(history, model, *self.computation.culprit())
        return history

    def train(self):
        """The loop. Returns why it ended: "finished", "stopped" or "diverged"."""
        # Local names, because this is the one place where a microsecond counts.
        optimizer, rate, settings = self.optimizer, self.rate, self.settings
        gradient, update = self.computation.gradient, self.computation.update
        controls, recorder, on_step = self.run.controls, self.recorder, self.on["on_step"]
        together, by_step = self.processes.size > 1, self.advance_after == "step"
        last, save_every = settings.steps, settings.checkpoint_steps
        step, reported = self.step, self.run.learning_rate
        if step and step == last:  # the checkpoint is that of the end
            return "finished"
        while settings.epochs is None or self.epoch <= settings.epochs:
            epoch, self.begun_at = self.epoch, step - self.done
            for group in self.groups():
                if (controls.attention or together) and not self.obey():
                    return "stopped" if recorder.read() else "diverged"
                learning_rate = rate.value
                if learning_rate != reported:
                    controls.report_learning_rate(learning_rate)
                    reported = learning_rate
                optimizer.zero_grad()
                value = gradient(group)
                if not recorder.add_step(value, learning_rate):
                    return "diverged"
                updated = update()
                self.step = step = step + 1
                if by_step and updated:
                    rate.advance()
                if on_step:
                    event = Step(step, epoch, value.detach(), learning_rate)
                    for listen in on_step:
                        listen(event)
                if step == last:
                    return "finished" if recorder.read() else "diverged"
                if save_every is not None and not step % save_every:
                    if not recorder.read():
                        return "diverged"
                    self.save()
            if step == self.begun_at:
                raise ValueError(f"train gave no batch in epoch {epoch}")
            if not recorder.read():
                return "diverged"
            values = self.measure()
            if self.advance_after == "epoch":
                rate.advance()
            elif self.advance_after == "measurement":
                rate.advance(values["loss"])
            self.epoch, self.begun_at, self.done = epoch + 1, step, 0
            if save_every is None and not epoch % (settings.checkpoint_epochs or 1):
                self.save()
        return "finished"

    def groups(self):
        """The batches of the epoch, as many at a time as one optimiser step takes."""
        k, skip, resume = self.settings.accumulate, self.done * self.settings.accumulate, None
        if self.random_of_epoch is not None:
            self.random.write(self.random_of_epoch)
            self.random_of_epoch, now = None, self.random_now

            def resume():
                self.random.write(now)

        if self.checkpoint is not None:
            self.checkpoint.begin_epoch()
        batches = self.batches.epoch(skip, resume)
        batches = self.processes.same_order(batches, self.random, begun=skip > 0)
        if k == 1:
            return zip(batches)  # groups of one, without a frame of Python for each
        batches = iter(batches)
        return iter(lambda: list(itertools.islice(batches, k)), [])

    def obey(self):
        """Wait while paused and take over a new learning rate; False to stop."""
        controls, started = self.run.controls, time.perf_counter()
        going = controls.wait(lambda: self.tell("on_pause"))
        self.waited += time.perf_counter() - started
        value = controls.take_learning_rate()
        going, value = self.processes.agree(going, value)
        if going and value is not None:
            self.rate.set(value)
        return going

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

    def save(self):
        """Write a checkpoint, unless that was just done."""
        if self.checkpoint is not None and self.saved_at != (self.epoch, self.step):
            self.checkpoint.save(self, self.epoch, self.step - self.begun_at)
            self.saved_at = self.epoch, self.step

    def parts(self):
        """What has a state beside the model, by name."""
        parts = {"optimizer": self.optimizer, "rate": self.rate}
        for name, part in (("scheduler", self.scheduler), ("scaler", self.computation.scaler)):
            if part is not None:
                parts[name] = part
        return parts

    def seconds(self):
        """Wall time without pauses, of the runs before as well."""
        return self.seconds_before + time.perf_counter() - self.started - self.waited

    def tell(self, event, *args):
        for listen in self.on[event]:
            listen(*args)
