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
        raise NotImplementedError(
            f"{name} is not implemented for {input.dtype}; use .float() first"
        )
    return input


def one_dtype(name, input, **others):
    """RuntimeError unless the others that are given have the input's dtype."""
    for role, other in others.items():
        if other is not None and other._array.dtype != input._array.dtype:
            raise RuntimeError(
                f"{name}: input is {input.dtype} and {role} is {other.dtype}; they must be equal. "
                "Convert the input, for example with .float(), or the layer with .double()"
            )
