"""A loss that is not a finite number: the error, and the search for its likely cause."""

import math

import numpy as np

# How far back a growing loss is looked for, and the growth that puts the blame on the step size.
_WINDOW = 20
_SUSPICIOUS_GROWTH = 10.0
# An output of this size overflows in the loss, since float32 ends at 3.4e38.
_SQUARE_OVERFLOWS = 1e18


class NonFiniteLoss(ArithmeticError):
    """The loss became nan or infinite, and training stopped.

    step: int, the first step whose loss is not finite (from 1). cause: str, the likely cause and
    what to do. message: str, all of it. history: the History up to and including that step.
    """

    def __init__(self, message, step=None, cause=None, history=None):
        super().__init__(message)
        self.message = message
        self.step = step
        self.cause = cause
        self.history = history


@np.errstate(all="ignore")
def explain(history, model, batch=None, output=None):
    """The NonFiniteLoss for a history whose last loss is not finite.

    batch: (x, y) of the bad step and output: the model's output on it, both None when that step is
    no longer at hand (on a GPU the loss is read later); then the weights are later ones as well.
    """
    step = len(history)
    value, rate = history.loss[-1], history.learning_rate[-1]
    cause = _cause(history, model, batch, output)
    message = f"the loss is {value} at step {step} (learning rate {rate:g}): {cause}"
    return NonFiniteLoss(message, step, cause, history)


def _cause(history, model, batch, output):
    if batch is not None:
        for name, tensor in zip(("X", "y"), batch, strict=True):
            bad = _count_bad(tensor)
            if bad:
                return (
                    f"the data are not finite, {bad} of the {tensor.numel()} numbers of this "
                    f"batch's {name} are nan or infinite. Remove or replace them before training "
                    f"(np.isfinite finds them)."
                )
    if len(history) == 1:
        return _cause_at_start(model, batch, output)
    return _cause_later(history, model, output)


def _cause_at_start(model, batch, output):
    """No update was made yet, so the learning rate is innocent."""
    bad_weights = _bad_parameters(model)
    if bad_weights:
        return (
            f"the initial weights are not finite ({bad_weights}). Look at the initialisation, or "
            "at what was loaded; a model that diverged before has to be made anew."
        )
    if output is None:
        return (
            "it happened before any update, so the data or the loss function are the cause, not "
            "the learning rate. Look for nan in the data and for log(0) or a division by 0 in the "
            "loss."
        )
    if _largest(output) < _SQUARE_OVERFLOWS:
        return f"the model's output is still finite, so it is the loss function. {_LOG_OF_ZERO}"
    found = output.detach()
    nans = int((found != found).sum().item())
    reached = f"is nan in {nans} places" if nans else f"overflows, it reaches {_largest(found):.3g}"
    return (
        f"data and weights are finite, but the model's output {reached}. The largest number in X "
        f"is {_largest(batch[0]):.3g}: standardise X, or look for exp, log or a division in the "
        "model."
    )


def _cause_later(history, model, output):
    before = [float(v) for v in history.loss[:-1][-_WINDOW:]]
    lowest = min(range(len(before)), key=before.__getitem__)
    smallest, last = before[lowest], before[-1]
    steps = len(before) - 1 - lowest
    if steps and smallest > 0 and last / smallest >= _SUSPICIOUS_GROWTH:
        per_step = math.exp(math.log(last / smallest) / steps)
        return (
            f"the learning rate is probably too large. In the last {steps} steps before this one "
            f"the loss grew from {smallest:.3g} to {last:.3g}, by a factor of {per_step:.3g} a "
            "step. Make the model anew and divide the learning rate by 10, or standardise X, or "
            "clip the gradient (clip_norm=1.0)."
        )
    bad_weights = _bad_parameters(model)
    if bad_weights:
        return (
            f"the weights are not finite any more ({bad_weights}), although the loss before was "
            f"{last:.3g}. Either the last step was far too long (divide the learning rate by 10), "
            "or a derivative was infinite, as that of sqrt or of a norm at 0."
        )
    if output is not None and _largest(output) < _SQUARE_OVERFLOWS:
        return (
            f"the loss before was {last:.3g} and the model's output is still finite, so it is the "
            f"loss function. {_LOG_OF_ZERO}"
        )
    return (
        f"the loss before was {last:.3g} and the weights are finite. One step that was too long "
        "does this: divide the learning rate by 10 or clip the gradient (clip_norm=1.0). Otherwise "
        "look for log(0), a division by 0, or exp of a large number in the model or the loss."
    )


_LOG_OF_ZERO = (
    "log(0), sqrt of a negative number or a division by 0 do this: a loss of logits "
    "(CrossEntropyLoss, BCEWithLogitsLoss) never takes log(0); otherwise clamp the argument."
)


def _count_bad(tensor):
    """How many elements are nan or infinite."""
    if not tensor.is_floating_point():
        return 0
    tensor = tensor.detach()
    return int((tensor - tensor != 0).sum().item())


def _largest(tensor):
    """The largest absolute value; infinite if an element is nan or infinite."""
    return math.inf if _count_bad(tensor) else float(tensor.detach().abs().max().item())


def _bad_parameters(model):
    """The names of the parameters that are not finite, the first three of them; "" if none."""
    names = [name for name, p in model.named_parameters() if _count_bad(p)]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
