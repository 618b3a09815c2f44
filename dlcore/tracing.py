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

    inputs, options: what the model's forward takes. loss: a function output -> one number, a
    tensor; with it backward runs as well. layers: names of the layers to look at, by default all
    below the model. A layer that runs several times shows its last run; one that stands under two
    names has the first. The model is left as it was: its gradients, its mode and its hooks.
    Raises KeyError for the name of a layer that the model does not have, TypeError if ``model`` is
    no module or ``loss`` no such function.
    """
    backend_of(model)  # the check: a TypeError in words
    below = {name: module for name, module in model.named_modules() if name}
    layers = [layers] if isinstance(layers, str) else layers
    unknown = sorted(set(layers or ()) - below.keys())
    if unknown:
        raise KeyError(f"no layer {unknown[0]!r} in the model; it has: {', '.join(below)}")
    if loss is not None and not callable(loss):
        raise TypeError(f"loss should be a function of the output, received {loss!r}")
    seen = {}

    def remember(name):
        def hook(module, args, output):
            # At once, because the next layer may change its input in place.
            seen[name] = [_Seen(path, _array(t)) for path, t in _named(name, output)]
            if loss is not None:
                for one, (_, tensor) in zip(seen[name], _named(name, output), strict=True):
                    if tensor.requires_grad:
                        handles.append(tensor.register_hook(one.arrived))

        return hook

    handles = [below[name].register_forward_hook(remember(name)) for name in (layers or below)]
    before = [(p, p.grad) for p in model.parameters()]
    for p, _ in before:
        p.grad = None
    try:
        output = model(*inputs, **options)
        found = [one for several in seen.values() for one in several]
        result = Trace(_array(_first(output)), activations={s.path: s.value for s in found})
        if loss is not None:
            _trace_gradients(model, result, found, _loss_of(loss, output))
    finally:
        for handle in handles:
            handle.remove()
        for p, grad in before:
            p.grad = grad
    return result


@dataclass
class _Seen:
    """One output of a layer: its value, and its gradient as soon as there is one."""

    path: str
    value: object
    gradient: object = None

    def arrived(self, gradient):
        self.gradient = _array(gradient)


def _loss_of(loss, output):
    try:
        value = loss(output)
    except TypeError as error:
        error.add_note(
            "trace calls loss(output). A loss that wants a target as well is given it like this: "
            "loss=lambda output: criterion(output, target)"
        )
        raise
    if not hasattr(value, "backward") or value.numel() != 1:
        received = f"a tensor of shape {tuple(value.shape)}" if hasattr(value, "shape") else value
        raise TypeError(f"loss(output) should be a tensor of one number, received {received}")
    return value


def _trace_gradients(model, result, found, value):
    value.backward()
    result.loss = value.item()
    result.gradients = {s.path: s.gradient for s in found if s.gradient is not None}
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
