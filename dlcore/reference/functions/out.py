"""The argument ``out=``: a result written into memory that is there already."""

import functools

from ..in_place import is_recorded
from ..tensor import Tensor


def with_out(function):
    """The function with torch's keyword ``out``, a tensor that takes over the result.

    RuntimeError if the result is recorded on the tape, or if ``out`` has another shape (torch
    would resize it, with a warning).
    """

    @functools.wraps(function)
    def wrapper(*args, out=None, **options):
        if out is None:
            return function(*args, **options)
        name = function.__name__
        if is_recorded(out, *args):
            raise RuntimeError(
                f"{name}(): functions with out=... arguments don't support automatic "
                "differentiation, but one of the arguments requires grad"
            )
        result = function(*args, **options)
        if not isinstance(out, Tensor) or out.shape != result.shape:
            received = tuple(out.shape) if isinstance(out, Tensor) else type(out).__name__
            raise RuntimeError(
                f"{name}(): out must be a tensor of shape {tuple(result.shape)}, received "
                f"{received}"
            )
        return out.copy_(result)

    return wrapper
