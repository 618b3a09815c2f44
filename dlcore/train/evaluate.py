"""The model measured on data that it does not learn from."""

from .checks import check_broadcast, explain_failure

# Rows of validation data that go through the model at once: all at a time may not fit in memory.
_ROWS = 1024


def check_metrics(metrics, has_validation):
    """The metrics as a dict; they need validation data, callables, and names of their own."""
    if metrics is not None and not isinstance(metrics, dict):
        raise TypeError(
            f"metrics should be a dict from name to function, received {type(metrics).__name__}: "
            'write metrics={"accuracy": accuracy}'
        )
    metrics = dict(metrics or {})
    for name, function in metrics.items():
        if name in ("loss", "step", "epoch"):
            raise ValueError(f"a metric may not be called {name!r}: the history uses that name")
        if not callable(function):
            raise TypeError(
                f"metric {name!r} should be a function (output, y) -> number, received {function!r}"
            )
    if metrics and not has_validation:
        raise ValueError(
            f"metrics {list(metrics)} are computed on validation data: pass validation=(X, y)"
        )
    return metrics


def evaluate(backend, model, X, y, loss, metrics):
    """dict from name to float, "loss" first, on all of (X, y), in eval mode and without gradients.

    The loss and the metrics see the outputs of all examples at once, so a mean is the mean over the
    examples whatever the pieces. The model is left in train mode. Errors of the model, the loss and
    the metrics get a note that they came here.
    """
    output = None
    model.eval()
    try:
        with backend.no_grad():
            try:
                pieces = [model(X[i : i + _ROWS]) for i in range(0, len(X), _ROWS)]
                output = pieces[0] if len(pieces) == 1 else backend.cat(pieces)
                check_broadcast(backend, loss, output, y)
                values = {"loss": float(loss(output, y))}
            except Exception as error:
                explain_failure(error, "In the validation", model, X, y, output)
                raise
            for name, function in metrics.items():
                values[name] = _metric(name, function, output, y)
    finally:
        model.train()
    return values


def _metric(name, function, output, y):
    try:
        return float(function(output, y))
    except Exception as error:
        error.add_note(
            f"In the validation: the metric {name!r} failed. It is given the outputs "
            f"{tuple(output.shape)} and y {tuple(y.shape)}, and should return one number."
        )
        raise
