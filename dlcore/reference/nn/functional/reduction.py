"""What losses share: how single losses become one, and which pairs of shapes belong together."""

import warnings

from ... import dtypes
from ...functions.pointwise import cast
from .checks import floats, tensors


def legacy(size_average, reduce, reduction):
    """``reduction``, unless one of torch's two older arguments is given; then a UserWarning."""
    if size_average is None and reduce is None:
        return reduction
    chosen = "sum" if size_average is False else "mean"
    if reduce is False:
        chosen = "none"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction={chosen!r} instead",
        UserWarning,
        stacklevel=3,
    )
    return chosen


def check(name, reduction):
    """ValueError unless it is one of the three."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(
            f"{name}: {reduction!r} is not a valid value for reduction; use 'mean', 'sum' or 'none'"
        )


def reduced(losses, reduction):
    """The mean, the sum, or the losses themselves."""
    if reduction == "mean":
        return losses.mean()
    return losses.sum() if reduction == "sum" else losses


def promoted(name, *values):
    """The tensors in their common type, which must be one of floats."""
    tensors(name, *values)
    kind = dtypes.result_type(*(x._array for x in values))
    values = tuple(cast(x, kind) for x in values)
    floats(name, values[0])
    return values


def paired(name, input, target):
    """Input and target of a regression in one type and shape; a UserWarning where shapes differ."""
    input, target = promoted(name, input, target)
    if input._array.shape != target._array.shape:
        warnings.warn(
            f"{name}: Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting: "
            "every prediction may be compared with every target. Please ensure they have the same "
            "size, for example with .reshape(-1, 1) or .squeeze(1).",
            UserWarning,
            stacklevel=3,
        )
        difference = input.detach() - target.detach()  # says which shapes do not broadcast
        input, target = input.expand(difference.shape), target.expand(difference.shape)
    return input, target


def equal(name, input, target):
    """ValueError unless the shapes are equal, RuntimeError unless the types are."""
    tensors(name, input, target)
    floats(name, input)
    if input._array.shape != target._array.shape:
        raise ValueError(
            f"{name}: Target size ({target.shape}) must be the same as input size ({input.shape}); "
            "reshape one of them, for example with .reshape(-1, 1) or .squeeze(1)"
        )
    if target._array.dtype != input._array.dtype:
        raise RuntimeError(
            f"{name}: Found dtype {target.dtype} for the target but expected {input.dtype}, the "
            f"input's; convert it with .to({input.dtype!r})"
        )
