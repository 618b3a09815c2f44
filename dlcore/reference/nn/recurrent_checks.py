"""What the recurrent layers ask of sizes, inputs and states, and how they say it."""

from ..tensor import Tensor
from .functional.checks import tensors


def check_sizes(mode, input_size, hidden_size, num_layers, dropout):
    """TypeError or ValueError for sizes that make no layer."""
    name = mode.partition("_")[0]
    for what, value in (("hidden_size", hidden_size), ("num_layers", num_layers)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{what} should be of type int, got: {type(value).__name__}")
        if value <= 0:
            raise ValueError(f"{name}: {what} must be greater than zero, received {value}")
    if input_size <= 0:
        raise ValueError(f"{name}: input_size must be greater than zero, received {input_size}")
    if isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an "
            f"element being zeroed, received {dropout}"
        )


def check_input(layer, x, packed):
    """The input's axes, features and dtype."""
    name = type(layer).__name__
    tensors(name, x)
    if packed and x.ndim != 2:
        raise RuntimeError(
            f"{name}: the rows of a packed sequence should be (M, features), received shape "
            f"{tuple(x.shape)}"
        )
    if x.ndim not in (2, 3):
        raise ValueError(
            f"{name}: Expected input to be 2D or 3D, got {x.ndim}D instead: {_axes(layer)}, or "
            f"unbatched (times, features); received shape {tuple(x.shape)}"
        )
    if x.shape[-1] != layer.input_size:
        hint = "" if packed or x.ndim == 2 else f"; the axes are {_axes(layer)}"
        raise RuntimeError(
            f"{name}: the last axis of the input must have input_size={layer.input_size} "
            f"features, received {x.shape[-1]} (shape {tuple(x.shape)}){hint}"
        )
    kind = layer.weight_ih_l0.dtype
    if x.dtype is not kind:
        raise ValueError(
            f"{name}: RNN input dtype ({x.dtype}) does not match weight dtype ({kind}). Convert "
            f"input: input.to({kind}), or convert model: model.to({x.dtype})"
        )
    if not packed and x.shape[1 if layer.batch_first and x.ndim == 3 else 0] == 0:
        raise RuntimeError(
            f"{name}: Expected sequence length to be larger than 0, received shape "
            f"{tuple(x.shape)}; the axes are {_axes(layer)}"
        )


def _axes(layer):
    if layer.batch_first:
        return "(batch, times, features), as batch_first=True"
    return "(times, batch, features), as batch_first=False"


def check_states(layer, hx, names, N, x, batched):
    """The states as a list, each of the shape that the layer and the batch of N ask for."""
    name = type(layer).__name__
    if len(names) == 1:
        states = [hx]
    elif isinstance(hx, (tuple, list)) and len(hx) == len(names):
        states = list(hx)
    else:
        raise TypeError(
            f"{name}: hx should be a pair (h_0, c_0) of tensors, received {type(hx).__name__}"
        )
    layers = layer.num_layers * (2 if layer.bidirectional else 1)
    expected = (layers, N, layer.hidden_size) if batched else (layers, layer.hidden_size)
    words = (
        "layers x directions, batch, hidden_size"
        if batched
        else ("layers x directions, hidden_size: the input is unbatched")
    )
    for label, state in zip(names, states, strict=True):
        if not isinstance(state, Tensor):
            raise TypeError(f"{name}: {label} should be a tensor, received {type(state).__name__}")
        if tuple(state.shape) != expected:
            raise RuntimeError(
                f"{name}: Expected hidden size {label} {expected} ({words}), got "
                f"{tuple(state.shape)}"
            )
        if state.dtype is not x.dtype:
            raise RuntimeError(
                f"{name}: {label} is {state.dtype} and the input is {x.dtype}; they must be equal"
            )
    return states
