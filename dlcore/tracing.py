"""trace: what every layer gave and which gradients arrived there, by name, with one call."""

from dataclasses import dataclass, field

from .backend import backend_of


@dataclass
class Trace:
    """What one run of a model showed. Every value is a NumPy array.

    output: the model's output. loss: its loss as a float, None if no loss was asked for.
    activations: path of the layer -> its output; with several outputs "path.0", "path.1", ...
    gradients: the same paths -> d(loss)/d(that output), where there is one.
    weight_gradients: path of the parameter -> d(loss)/d(parameter).
    """

    output: object = None
    loss: float | None = None
    activations: dict = field(default_factory=dict)
    gradients: dict = field(default_factory=dict)
    weight_gradients: dict = field(default_factory=dict)


def trace(model, *inputs, loss=None, layers=None, **options):
    """Run a model of either backend once and return a Trace.

    inputs, options: what the model's forward takes. loss: a function output -> tensor of no axes;
    with it backward runs as well. layers: names of the layers to look at, by default all below the
    model. The model is left as it was: its gradients, its mode and its hooks.
    Raises KeyError for the name of a layer that the model does not have, TypeError if ``model`` is
    no module.
    """
    backend_of(model)  # the check: a TypeError in words
    below = {name: module for name, module in model.named_modules() if name}
    unknown = sorted(set(layers or ()) - below.keys())
    if unknown:
        raise KeyError(f"no layer {unknown[0]!r} in the model; it has: {', '.join(below)}")
    seen = {}

    def remember(name):
        def hook(module, args, output):
            # A layer that runs several times, such as a cell, shows its last run.
            seen[name] = output

        return hook

    handles = [below[name].register_forward_hook(remember(name)) for name in (layers or below)]
    before = [(p, p.grad) for p in model.parameters()]
    for p, _ in before:
        p.grad = None
    try:
        output = model(*inputs, **options)
        tensors = {path: t for name, out in seen.items() for path, t in _named(name, out)}
        result = Trace(
            _array(_first(output)), activations={k: _array(t) for k, t in tensors.items()}
        )
        if loss is not None:
            _trace_gradients(model, result, tensors, loss(output))
    finally:
        for handle in handles:
            handle.remove()
        for p, grad in before:
            p.grad = grad
    return result


def _trace_gradients(model, result, tensors, value):
    with_gradient = {path: t for path, t in tensors.items() if t.requires_grad}
    for t in with_gradient.values():
        t.retain_grad()
    value.backward()
    result.loss = value.item()
    result.gradients = {
        path: _array(t.grad) for path, t in with_gradient.items() if t.grad is not None
    }
    result.weight_gradients = {
        name: _array(p.grad) for name, p in model.named_parameters() if p.grad is not None
    }


def _named(name, output):
    """The tensors of a layer's output with their paths; the tuple of an LSTM is counted through."""
    if isinstance(output, dict):
        output = tuple(output.values())
    if isinstance(output, (tuple, list)):
        for i, part in enumerate(output):
            yield from _named(f"{name}.{i}", part)
    elif hasattr(output, "requires_grad"):
        yield name, output


def _first(output):
    while isinstance(output, (tuple, list)):
        output = output[0]
    return output


def _array(tensor):
    """A copy as a NumPy array; bfloat16, which NumPy has not, becomes float32."""
    tensor = tensor.detach().cpu()
    if "bfloat16" in str(tensor.dtype):
        tensor = tensor.float()
    return tensor.numpy().copy()
