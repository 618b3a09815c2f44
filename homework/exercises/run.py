"""Run an answer on its cases, safely: whatever goes wrong becomes a sentence."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Outcomes:
    """What a function returned: ``values[output]`` is a list with one float array per case.

    Where that was not possible, ``problem`` is the kind of mistake and ``message`` the explanation.
    """

    values: dict[str, list[np.ndarray]] = field(default_factory=dict)
    problem: str = ""
    message: str = ""


def outcomes(function, cases, outputs) -> Outcomes:
    """Call ``function(*case)`` for every case; ``outputs`` are the names of what it returns."""
    values = {name: [] for name in outputs}
    for case in cases:
        arguments = copy.deepcopy(case)
        try:
            # Overflow is told from the result, in words; a warning on stderr would only confuse.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = function(*arguments)
        except NotImplementedError:
            return Outcomes(problem="unanswered")
        except (Exception, SystemExit) as error:
            return Outcomes(problem=_kind(error), message=_explain(error, case))
        if result is None or result is ...:
            message = "your function ran and returned None. Does it end with `return`?"
            return Outcomes(problem="returns-nothing", message=message)
        if any(not _same(before, after) for before, after in zip(case, arguments, strict=True)):
            return Outcomes(
                problem="in-place",
                message="your function changed an array that it was given. `a -= b` and `a[:] = b` "
                "work in place; `a = a - b` makes a new array and leaves the caller's alone.",
            )
        parts = (result,) if len(outputs) == 1 else result
        if len(outputs) > 1 and (
            not isinstance(parts, (tuple, list)) or len(parts) != len(outputs)
        ):
            return Outcomes(
                problem="count",
                message=f"expected {len(outputs)} things in return, {', '.join(outputs)}; received "
                + (
                    f"{len(parts)}." if isinstance(parts, (tuple, list)) else f"{_kind_of(result)}."
                ),
            )
        for name, part in zip(outputs, parts, strict=True):
            array = _array(part)
            if array is None:
                message = f"{name} should be a number or an array, received {_kind_of(part)}."
                return Outcomes(problem="type", message=message)
            if array.dtype.kind in "iub" and array.ndim:
                message = (
                    f"{name} holds whole numbers ({array.dtype}): the fractions were cut off. Was "
                    "it written into an integer array, or divided with `//`?"
                )
                return Outcomes(problem="integer", message=message)
            values[name].append(array.astype(np.float64))
    return Outcomes(values)


def _array(part) -> np.ndarray | None:
    """What was returned (a tensor of either backend, too) as a numeric array, or None."""
    if hasattr(part, "detach"):
        part = part.detach().cpu().numpy()
    try:
        array = np.asarray(part)
    except (TypeError, ValueError):  # a ragged list
        return None
    return array if array.dtype.kind in "iufb" else None


def _same(before, after) -> bool:
    return not isinstance(before, np.ndarray) or np.array_equal(before, after, equal_nan=True)


def _kind(error) -> str:
    text = str(error)
    if isinstance(error, TypeError) and "argument" in text and "()" in text:
        return "signature"
    shapes = "shape" in text or "dimension" in text or "broadcast" in text
    return "shape-error" if isinstance(error, ValueError) and shapes else "exception"


def _explain(error, case) -> str:
    kind, name = _kind(error), type(error).__name__
    if kind == "signature":
        return f"your function takes other arguments than it is called with: {error}."
    if kind == "shape-error":
        shapes = ", ".join(str(a.shape) for a in case if isinstance(a, np.ndarray))
        return (
            f"two shapes do not fit ({error}). The arrays that came in have the shapes {shapes}; "
            "write the shape of each product beside it: is a transpose missing?"
        )
    return f"your function raised {name}: {error}."


def _kind_of(value) -> str:
    array = getattr(value, "shape", None)
    return f"an array of shape {tuple(array)}" if array is not None else type(value).__name__
