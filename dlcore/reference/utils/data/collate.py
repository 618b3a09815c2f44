"""Collating: a list of examples becomes one batch."""

import copy
from collections.abc import Mapping, Sequence

import numpy as np

from ...functions.create import as_tensor
from ...functions.layout import stack
from ...tensor import Tensor


def default_collate(batch):
    """Examples to a batch: numbers, arrays and tensors (...) are stacked to (N, ...).

    Tuples, named tuples, lists and dicts are collated part by part; strings stay a list.
    Raises TypeError for other things, RuntimeError for parts of different sizes.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch)
    if isinstance(first, (np.ndarray, np.number, np.bool_)) and first.dtype.kind in "biuf":
        if len({np.shape(a) for a in batch}) > 1:
            shapes = ", ".join(str(np.shape(a)) for a in batch[:4])
            raise RuntimeError(f"arrays of different shapes do not make a batch: {shapes}, ...")
        return as_tensor(np.stack(batch))
    if isinstance(first, (bool, int, float)):
        # A Python float is float64 here: it has not been through a float32 tensor.
        return as_tensor(np.array(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _like(first, {k: default_collate([example[k] for example in batch]) for k in first})
    if isinstance(first, Sequence):
        sizes = {len(example) for example in batch}
        if len(sizes) > 1:
            raise RuntimeError(
                "each element in list of batch should be of equal size, received sizes "
                f"{sorted(sizes)}: pad them, or pass a collate_fn"
            )
        parts = [default_collate(part) for part in zip(*batch, strict=True)]
        # A tuple becomes a list, as in PyTorch; a named tuple keeps its names.
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {getattr(first, 'dtype', type(first).__name__)}"
    )


def default_convert(data):
    """One example: NumPy's numbers and arrays become tensors, part by part; the rest stays."""
    if isinstance(data, (np.ndarray, np.number, np.bool_)) and data.dtype.kind in "biuf":
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return [default_convert(part) for part in data]
    return data


def _like(mapping, values):
    """``values`` in a mapping of the same type: an OrderedDict stays one."""
    if type(mapping) is dict:
        return values
    result = copy.copy(mapping)
    result.update(values)
    return result
