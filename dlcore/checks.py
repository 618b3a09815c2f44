"""Checks of arguments that more than one part of the course makes, told in a sentence."""

import math
import operator


def check_count(name, value, least=1):
    """``value`` as an int of at least ``least``, 1 or 0.

    Raises TypeError for what is no integer, ValueError for one that is too small.
    """
    if isinstance(value, bool):
        raise TypeError(f"{name} should be an integer, received {value}")
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} should be an integer, received {value!r}") from None
    if value < least:
        limit = f"be at least {least}" if least else "not be negative"
        raise ValueError(f"{name} should {limit}, received {value}")
    return value


def check_learning_rate(value, name="a learning rate"):
    """``value`` as a float; TypeError for no number, ValueError if negative or not finite.

    name: how the sentence begins.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is a number, received {value!r}") from None
    if not math.isfinite(number) or number < 0:
        raise ValueError(
            f"{name} is a finite number that is not negative, received {value!r}: "
            "with a negative one every step would go uphill"
        )
    return number


def check_model(model):
    """TypeError unless ``model`` is an nn.Module, of whichever backend."""
    if isinstance(model, type) or not (hasattr(model, "parameters") and hasattr(model, "eval")):
        hint = ": this is the class, call it to make a model" if isinstance(model, type) else ""
        raise TypeError(f"model should be an nn.Module of one backend, received {model!r}{hint}")


def check_loss(loss):
    """TypeError unless ``loss`` can be called with (output, y)."""
    if isinstance(loss, type) or not callable(loss):
        hint = f": this is the class, write {loss.__name__}()" if isinstance(loss, type) else ""
        raise TypeError(
            f"loss should be a function (output, y) -> scalar tensor, received {loss!r}{hint}"
        )


def check_pair(names, X, y):
    """X and y have an axis of examples, of one length that is not 0; ValueError if not."""
    for name, tensor in zip(names, (X, y), strict=True):
        if tensor.ndim == 0:
            raise ValueError(f"{name} is a single number; its first axis should be the examples")
    if len(X) != len(y):
        raise ValueError(
            f"{names[0]} has {len(X)} examples and {names[1]} has {len(y)} "
            f"(shapes {tuple(X.shape)} and {tuple(y.shape)}): the first axes should agree"
        )
    if not len(X):
        raise ValueError(f"{names[0]} and {names[1]} hold no examples: shape {tuple(X.shape)}")
