"""The model measured on data that it does not learn from."""

from .checks import check_broadcast

# Rows of validation data that go through the model at once: all at a time may not fit in memory.
_ROWS = 1024


def check_metrics(metrics, has_validation):
    """The metrics as a dict; they need validation data, callables, and names of their own."""
    metrics = dict(metrics or {})
    for name, function in metrics.items():
        if name in ("loss", "step", "epoch"):
            raise ValueError(f"a metric may not be called {name!r}: the history uses that name")
        if not callable(function):
            raise TypeError(f"metric {name!r} should be a function (output, y) -> number")
    if metrics and not has_validation:
        raise ValueError(
            f"metrics {list(metrics)} are computed on validation data: pass validation=(X, y)"
        )
    return metrics


def evaluate(backend, model, X, y, loss, metrics):
    """dict from name to float, "loss" first, on all of (X, y), in eval mode and without gradients.

    The loss and the metrics see the outputs of all examples at once, so a mean is the mean over the
    examples whatever the pieces. The model is left in train mode.
    """
    model.eval()
    try:
        with backend.no_grad():
            pieces = [model(X[i : i + _ROWS]) for i in range(0, len(X), _ROWS)]
            output = pieces[0] if len(pieces) == 1 else backend.cat(pieces)
            check_broadcast(backend, loss, output, y)
            values = {"loss": float(loss(output, y))}
            for name, function in metrics.items():
                values[name] = float(function(output, y))
    finally:
        model.train()
    return values
