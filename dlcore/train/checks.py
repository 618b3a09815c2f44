"""Mistakes that can be seen before or during the first step, told in a sentence."""

import warnings

import numpy as np

from dlcore.checks import check_count

from .controls import Controls
from .events import EVENTS
from .placement import dtype_name


def check_clip_norm(value):
    """The largest norm as a float, or None."""
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"clip_norm should be a number or None, received {value!r}") from None
    if not number > 0:
        raise ValueError(f"clip_norm should be positive, received {value}")
    return number


def check_duration(epochs, steps):
    """(epochs, steps), of which exactly one is given."""
    if (epochs is None) == (steps is None):
        raise ValueError(f"pass either epochs or steps, received epochs={epochs} and steps={steps}")
    if epochs is None:
        return None, check_count("steps", steps)
    return check_count("epochs", epochs), None


def check_trainable(model, optimizer):
    """The model has parameters to train, and the optimiser holds them."""
    trainable = {id(p) for p in model.parameters() if p.requires_grad}
    if not trainable:
        has_any = any(True for _ in model.parameters())
        raise ValueError(
            "no parameter of the model requires a gradient: all are frozen"
            if has_any
            else "the model has no parameters, so there is nothing to train. Layers must be "
            "attributes of the module (a plain list hides them: use nn.Sequential or nn.ModuleList)"
        )
    if not hasattr(optimizer, "param_groups"):
        hint = "; make it with the model's parameters first" if isinstance(optimizer, type) else ""
        raise TypeError(f"optimizer should be an optimiser object, received {optimizer!r}{hint}")
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if not trainable & held:
        raise ValueError(
            "the optimiser holds none of the model's parameters, so training would change nothing: "
            "make it from this model, optimizer=SGD(model.parameters(), ...)"
        )


def check_listeners(listeners):
    """``listeners``, if it is a list of objects that can listen."""
    if not isinstance(listeners, (list, tuple)):
        raise TypeError(
            f"listeners should be a list, received {type(listeners).__name__}: write "
            "listeners=[...]"
        )
    for listener in listeners:
        if isinstance(listener, type):
            raise TypeError(f"{listener!r} is the class of a listener: write {listener.__name__}()")
        if not any(hasattr(listener, event) for event in EVENTS):
            raise TypeError(f"{listener!r} has none of a listener's methods {', '.join(EVENTS)}")
    return listeners


def choose_controls(controls, listeners):
    """The Controls that were passed, else those of the first listener that has any, else new ones.

    Raises TypeError for what is none.
    """
    if controls is None:
        offered = (getattr(listener, "controls", None) for listener in listeners)
        controls = next((c for c in offered if c is not None), None)
    if controls is None:
        return Controls()
    if not isinstance(controls, Controls):
        hint = ": this is the class, write Controls()" if controls is Controls else ""
        raise TypeError(f"controls should be a Controls object, received {controls!r}{hint}")
    return controls


def check_schedule(backend, optimizer, scheduler, schedule, validation):
    """After what the scheduler is advanced: "step", "epoch", "measurement", or None without one."""
    if schedule not in ("step", "epoch"):
        raise ValueError(f'schedule should be "step" or "epoch", received {schedule!r}')
    if scheduler is None:
        return None
    if isinstance(scheduler, type) or not hasattr(scheduler, "step"):
        raise TypeError(
            f"scheduler should be an lr_scheduler made from this optimiser, received {scheduler!r}"
        )
    if getattr(scheduler, "optimizer", optimizer) is not optimizer:
        raise ValueError("the scheduler belongs to another optimiser: make it from this one")
    if isinstance(scheduler, backend.optim.lr_scheduler.ReduceLROnPlateau):
        if validation is None:
            raise ValueError(
                "ReduceLROnPlateau watches the validation loss: pass validation=(X, y)"
            )
        return "measurement"
    return schedule


def check_alike(train, validation):
    """Training and validation data have the same number of axes; train is None for an iterable."""
    if train is None:
        return
    for name, a, b in zip("Xy", train, validation, strict=True):
        if np.ndim(a) != b.ndim:
            raise ValueError(
                f"{name} has shape {np.shape(a)} for training and {tuple(b.shape)} for validation: "
                "both should have the same axes"
            )


def check_dtype(model, name, tensor):
    """Floating-point data have the precision of the weights."""
    if not tensor.is_floating_point():
        return
    weights = {p.dtype for p in model.parameters() if p.is_floating_point()}
    if tensor.dtype not in weights:
        wanted = " or ".join(sorted(map(dtype_name, weights)))
        raise TypeError(
            f"{name} holds {dtype_name(tensor.dtype)} and the model's weights are {wanted}: "
            f'convert the data once, {name} = {name}.astype("{wanted}") for an array. '
            "(NumPy makes float64 unless told otherwise; torch and this course use float32.)"
        )


def explain_failure(error, when, model, x, y, output):
    """Add to an error when it came ("In step 1 of fit"), and what model and loss were given."""
    lines = [f"{when}: x is {_describe(x)}, y is {_describe(y)}"]
    if output is None:
        lines[0] += "; the model failed."
        if not x.is_floating_point():
            weights = " or ".join(sorted({dtype_name(p.dtype) for p in model.parameters()}))
            lines.append(
                f"x holds integers and the weights are {weights}. Unless the model looks its input "
                'up in a table (nn.Embedding), pass floats: X.astype("float32").'
            )
    else:
        lines[0] += f", the model's output is {_describe(output)}; the loss failed."
        lines.append(
            "CrossEntropyLoss wants output (N, K) and y (N,) of int64 class numbers below K; "
            "MSELoss and BCEWithLogitsLoss want y of the output's shape and dtype."
        )
    error.add_note("\n".join(lines))


def _describe(value):
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{tuple(value.shape)} {dtype_name(value.dtype)}"
    return type(value).__name__


def check_loss_value(backend, value):
    """The loss is one number that depends on the parameters."""
    if not isinstance(value, backend.Tensor):
        raise TypeError(
            f"loss(output, y) should return a tensor of the model's backend, received "
            f"{type(value).__name__}"
        )
    if value.ndim:
        raise ValueError(
            f"loss(output, y) should return one number, received shape {tuple(value.shape)}: "
            "reduce it with .mean() (or reduction='mean')"
        )
    if not value.requires_grad:
        raise ValueError(
            "the loss does not depend on the model's parameters, so there is no gradient: was the "
            "output detached, turned into a NumPy array, or computed under no_grad()?"
        )


def check_broadcast(backend, loss, output, y):
    """ValueError if the loss compares every output with every target instead of each with its own.

    Outputs (N, 1) minus targets (N,) is a matrix (N, N), and its mean is a plausible loss whose
    minimum is the mean of y for every example. A loss that squeezes one of them itself is fine, so
    the loss is tried: paired rightly it notices when the targets are put in another order.
    """
    shapes = tuple(output.shape), tuple(y.shape)
    inner = [tuple(d for d in shape if d != 1) for shape in shapes]
    if shapes[0] == shapes[1] or inner[0] != inner[1] or len(y) < 2:
        return
    first = y.detach().cpu().numpy().reshape(len(y), -1)[:, 0]
    order = np.argsort(first)
    if first[order[0]] == first[order[-1]]:
        return  # all targets alike: the order cannot be noticed
    n = output.numel()
    rising = ((np.arange(n) + 0.5) / n).reshape(shapes[0])
    probe = backend.tensor(rising).to(output.device).to(output.dtype)
    with backend.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of this very mismatch
        up, down = (
            float(loss(probe, y[backend.tensor(np.ascontiguousarray(o)).to(y.device)]))
            for o in (order, order[::-1])
        )
    if abs(up - down) <= 1e-4 * abs(up):
        raise ValueError(
            f"the model's output has shape {shapes[0]} and y has shape {shapes[1]}: the loss "
            "broadcasts them and compares every output with every target. Give y the output's "
            f"shape, for example y.reshape({', '.join(['-1', *map(str, shapes[0][1:])])})"
        )
