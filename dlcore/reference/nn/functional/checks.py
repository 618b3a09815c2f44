"""What the functions ask of their arguments before a rule runs, and how they say it."""

from ...tensor import Tensor


def tensors(name, *values):
    """TypeError unless every value is a tensor."""
    for value in values:
        if not isinstance(value, Tensor):
            raise TypeError(
                f"{name}: expected a tensor, received {type(value).__name__}; for an array write "
                "from_numpy(array), for numbers tensor(...)"
            )


def floats(name, input):
    """The input, if it is a tensor of floats; else the error that says so."""
    tensors(name, input)
    if not input.is_floating_point():
        raise RuntimeError(f"{name} is not implemented for {input.dtype}; use .float() first")
    return input
