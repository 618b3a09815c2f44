"""What the functions with a sliding window ask of their sizes, and images without a batch axis."""

from ...functions.layout import squeeze, unsqueeze
from .checks import floats

AXES = {1: "(N, C, L)", 2: "(N, C, H, W)"}


def per_axis(name, argument, value, axes, least):
    """A tuple with one integer for each axis; a single integer counts for all of them."""
    if type(value) is int and value >= least:
        return (value,) * axes
    numbers = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    if any(isinstance(n, bool) or not hasattr(n, "__index__") for n in numbers):
        raise TypeError(
            f"{name}: {argument} must be an integer or a tuple of {axes} integers, received "
            f"{value!r}"
        )
    if len(numbers) == 1:
        numbers *= axes
    if len(numbers) != axes:
        raise RuntimeError(
            f"{name}: {argument} must be one integer or {axes}, received {len(numbers)}: {value!r}"
        )
    if min(numbers) < least:
        raise RuntimeError(f"{name}: {argument} must be at least {least}, received {value!r}")
    return tuple(int(n) for n in numbers)


def batched(name, input, axes):
    """(input with a batch axis, whether it had none); RuntimeError for another number of axes."""
    if floats(name, input).ndim == axes + 1:
        return unsqueeze(input, 0), True
    if input.ndim != axes + 2:
        raise RuntimeError(
            f"{name}: expected an input {AXES[axes]}, or one without the batch axis N; received "
            f"{input.ndim} axes: {tuple(input.shape)}"
        )
    return input, False


def with_height(input):
    """A signal (..., L) as an image of one row (..., 1, L)."""
    return unsqueeze(input, -2)


def in_rows(numbers, neutral):
    """The numbers of a one-dimensional window for an image of one row."""
    return numbers if len(numbers) == 2 else (neutral, *numbers)


def restored(out, axes, alone):
    """Without the axes that ``with_height`` and ``batched`` have put in."""
    out = squeeze(out, -2) if axes == 1 else out
    return squeeze(out, 0) if alone else out
