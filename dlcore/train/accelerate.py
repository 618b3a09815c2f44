"""How a step is computed: plainly, compiled, in mixed precision, in pieces, by processes."""

import contextlib
from math import isfinite

from dlcore.backend import name_of

from .checks import check_broadcast, check_loss_value, explain_failure


def check_backend(backend, device, settings):
    """ValueError for what this backend or device does not offer."""
    if name_of(backend) == "numpy":
        for name, value in (("compile", settings.compile), ("amp", settings.amp)):
            if value is not None:
                raise ValueError(
                    f"{name} is for the torch backend; NumPy computes every operation as it is "
                    f"written, in the precision of its arrays. Leave {name} out"
                )
        return
    kind = device.partition(":")[0]
    if settings.amp is not None and kind not in ("cpu", "cuda"):
        raise ValueError(f"amp works on 'cpu' and 'cuda', the device is {device!r}")
    if settings.amp == "float16" and kind != "cuda":
        raise ValueError(
            f'amp="fp16" needs a GPU, the device is {device!r}: use amp="bf16", which needs no '
            "scaling of the loss"
        )


class Computation:
    """Loss, gradient and update of one optimiser step.

    processes: Alone or Together. step: the number of the first step, for errors.
    watch: whether each loss may be read at once, to keep the batch of one that is not finite.
    """

    def __init__(
        self, *, backend, model, loss, optimizer, settings, device, processes, step, watch
    ):
        self._backend, self._plain, self._loss, self._optimizer = backend, model, loss, optimizer
        self._clip_norm, self._parameters = settings.clip_norm, list(model.parameters())
        self._processes, self._step, self._watch = processes, step, watch
        self._wrapped = self._model = processes.wrap(model, device)
        if settings.compile is not None:
            self._model = backend.compile(self._wrapped, **settings.compile)
        self._autocast = self.scaler = None
        if settings.amp is not None:
            kind = device.partition(":")[0]
            self._autocast = backend.autocast(kind, getattr(backend, settings.amp))
            if settings.amp == "float16":
                self.scaler = backend.amp.GradScaler(kind)
        self._forward = self._first_forward
        self._last = None  # x, y and output of the latest batch
        self._bad = None  # of the first one of several whose loss was not finite

    def gradient(self, group):
        """Add the gradient of the mean loss over the batches of a step; returns that loss (0-d).

        group: the (x, y) of the step. A batch counts by its number of examples, as if all were one.
        """
        if len(group) == 1 and self._processes.size == 1:
            x, y = group[0]
            value = self._forward(x, y)
            self._backward(value)
            return value
        total, mean = sum(len(x) for x, _ in group), 0.0
        for i, (x, y) in enumerate(group):
            x, y, n = self._processes.shard(x, y)
            more = i + 1 < len(group)
            with self._processes.between(self._wrapped) if more else contextlib.nullcontext():
                value = self._forward(x, y)
                # Processes average their gradients, so each takes its part of the sum times size.
                self._backward(value * (n * self._processes.size / total))
            mean = mean + value.detach() * (n / total)
            if self._watch and self._bad is None and not isfinite(value.item()):
                self._bad = self._last
        return self._processes.sum(mean)

    def update(self):
        """Clip the gradient and change the weights; False if its overflow made that impossible."""
        scaler = self.scaler
        if scaler is None:
            if self._clip_norm is not None:
                self._clip()
            self._optimizer.step()
            return True
        if self._clip_norm is not None:
            scaler.unscale_(self._optimizer)
            self._clip()
        before = scaler.get_scale()
        scaler.step(self._optimizer)
        scaler.update()
        return scaler.get_scale() >= before

    def culprit(self):
        """(x, y) and output of the batch whose loss is not finite; None, None if it has gone."""
        alone = self._watch and self._processes.size == 1
        x, y, output = self._bad or (self._last if alone else None) or (None, None, None)
        return (None if x is None else (x, y)), output

    def _clip(self):
        self._backend.nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)

    def _backward(self, value):
        (value if self.scaler is None else self.scaler.scale(value)).backward()

    def _later_forward(self, x, y):
        if self._autocast is None:
            output = self._model(x)
            value = self._loss(output, y)
        else:
            with self._autocast:
                output = self._model(x)
                value = self._loss(output, y)
        self._last = x, y, output
        return value

    def _first_forward(self, x, y):
        """The first loss, with the checks that need output and loss."""
        self._last = None, None, None
        output = None
        try:
            with self._autocast or contextlib.nullcontext():
                output = self._model(x)
                value = self._loss(output, y)
        except Exception as error:
            explain_failure(error, f"In step {self._step} of fit", self._plain, x, y, output)
            raise
        check_loss_value(self._backend, value)
        if isinstance(output, self._backend.Tensor):
            with self._autocast or contextlib.nullcontext():
                check_broadcast(self._backend, self._loss, output, y)
        self._last, self._forward = (x, y, output), self._later_forward
        return value
