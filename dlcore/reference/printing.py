"""How a tensor prints: as PyTorch's, up to the number of digits."""

import numpy as np

from . import dtypes


def to_text(tensor):
    """``tensor([...], dtype=...)``: four digits, and what is unusual about it."""
    array, kind = tensor._array, tensor._array.dtype
    style = {}
    if kind.kind == "f" and array.size and not np.array_equal(array, np.round(array)):
        style = {"floatmode": "fixed"}
    elif kind == dtypes.BOOL:
        width = 4 if array.all() else 5
        style = {"formatter": {"bool": lambda value: str(value).rjust(width)}}
    body = np.array2string(
        array, separator=", ", precision=4, prefix="tensor(", threshold=1000, **style
    )
    notes = [body]
    if kind not in (dtypes.FLOAT32, dtypes.INT64, dtypes.BOOL):
        notes.append(f"dtype={tensor.dtype}")
    if tensor._node is not None:
        notes.append(f"grad_fn={tensor._node!r}")
    elif tensor._requires_grad:
        notes.append("requires_grad=True")
    return f"tensor({', '.join(notes)})"
