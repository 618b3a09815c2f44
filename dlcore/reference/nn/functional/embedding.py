"""Look-up tables: integers in, rows of a matrix out."""

import numpy as np

from ...functions.create import from_numpy
from ...functions.layout import stack
from ...functions.masking import where
from ...kernels import embedding as kernels
from ...tape import apply
from ...tensor import Tensor
from .checks import tensors


def refuse(name, max_norm=None, scale_grad_by_freq=False, sparse=False):
    """NotImplementedError for those of torch's settings that have no counterpart here."""
    given = {"max_norm": max_norm, "scale_grad_by_freq": scale_grad_by_freq, "sparse": sparse}
    for setting, value in given.items():
        if value not in (None, False):
            raise NotImplementedError(
                f"{name}: PyTorch has {setting}, the reference does not, received {value!r}; leave "
                "it out"
            )


def _padding(name, padding_idx, rows):
    """The row that is not learnt, counted from the front; None for none."""
    if padding_idx is None:
        return None
    if not -rows <= padding_idx < rows:
        raise RuntimeError(
            f"{name}: padding_idx must be within the {rows} rows of the table, received "
            f"{padding_idx}"
        )
    return padding_idx % rows


def embedding(
    input,
    weight,
    padding_idx=None,
    max_norm=None,
    norm_type=2.0,
    scale_grad_by_freq=False,
    sparse=False,
):
    """Rows of weight (V, D) at integers (...) -> (..., D). IndexError outside 0 .. V - 1.

    padding_idx: the row that takes no gradient. max_norm (with its norm_type), scale_grad_by_freq
    and sparse are refused.
    """
    refuse("embedding", max_norm, scale_grad_by_freq, sparse)
    tensors("embedding", input, weight)
    index, rows = input._array, weight._array.shape[0]
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            f"embedding: expected integers (int64 or int32) as indices, received {input.dtype}"
        )
    if index.size and (index.min() < 0 or index.max() >= rows):
        bad = index[(index < 0) | (index >= rows)].flat[0]
        raise IndexError(f"index out of range: {bad} in an embedding of {rows} rows")
    padding = _padding("embedding", padding_idx, rows)
    out = apply(kernels.embedding, input, weight)
    if padding is None or not out.requires_grad:
        return out
    return where((input == padding).unsqueeze(-1), out.detach(), out)


def embedding_bag(
    input,
    weight,
    offsets=None,
    max_norm=None,
    norm_type=2,
    scale_grad_by_freq=False,
    mode="mean",
    sparse=False,
    per_sample_weights=None,
    include_last_offset=False,
    padding_idx=None,
):
    """The mean, sum or max of the rows of weight (V, D) in each bag -> (bags, D).

    input: (bags, length), or (N,) of all bags with ``offsets`` where each begins (and, if
    include_last_offset, where the last one ends). padding_idx: an integer that does not count.
    per_sample_weights: a factor for each row, for mode "sum". An empty bag gives zeros.
    """
    refuse("embedding_bag", max_norm, scale_grad_by_freq, sparse)
    if mode not in ("mean", "sum", "max"):
        raise ValueError(
            f"embedding_bag: mode has to be one of sum, mean or max, received {mode!r}"
        )
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is for mode 'sum', received mode {mode!r}"
        )
    tensors("embedding_bag", input, weight)
    member = _bags(input, offsets, include_last_offset)
    flat, padding = input.reshape(-1), _padding("embedding_bag", padding_idx, len(weight))
    if padding is not None:
        member = member & (flat._array != padding)
    rows = embedding(flat, weight)
    if mode == "max":
        bags = [rows[from_numpy(np.flatnonzero(places))] for places in member]
        return stack([bag.amax(0) if len(bag) else bag.sum(0) for bag in bags])
    share = member.astype(weight._array.dtype)
    if mode == "mean":
        share /= np.maximum(member.sum(axis=1, keepdims=True), 1)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.reshape(-1, 1)
    return Tensor._wrap(share) @ rows


def _bags(input, offsets, include_last_offset):
    """(bags, N) of truth values: which of the N integers are in which bag."""
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "embedding_bag: if input is 2D, then offsets has to be None, as the bags are its "
                "rows"
            )
        bags, length = input._array.shape
        return np.repeat(np.eye(bags, dtype=bool), length, axis=1)
    if input.ndim != 1 or offsets is None:
        raise ValueError(
            "embedding_bag: expected input (bags, length), or (N,) with offsets, received shape "
            f"{tuple(input.shape)}" + ("" if input.ndim != 1 else " without offsets")
        )
    starts, total = offsets._array, input.numel()
    if not starts.size or starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] > total:
        raise RuntimeError(
            f"embedding_bag: offsets must begin with 0 and rise to at most {total}, the length of "
            f"input, received {starts.tolist()}"
        )
    ends = starts[1:]
    starts, ends = (starts[:-1], ends) if include_last_offset else (starts, np.append(ends, total))
    place = np.arange(total)
    return (place >= starts[:, None]) & (place < ends[:, None])


def one_hot(tensor, num_classes=-1):
    """Integers (...) -> 0/1 integers (..., num_classes)."""
    tensors("one_hot", tensor)
    index = tensor._array
    if index.dtype != np.int64:
        raise RuntimeError(f"one_hot: expected integers (int64), received {tensor.dtype}")
    if num_classes == 0 or (num_classes < 0 and not index.size):
        raise RuntimeError("one_hot: the number of classes cannot be told from an empty tensor")
    if index.size and index.min() < 0:
        raise RuntimeError(f"one_hot: Class values must be non-negative, received {index.min()}")
    classes = num_classes if num_classes > 0 else int(index.max()) + 1
    if index.size and index.max() >= classes:
        raise RuntimeError(
            f"one_hot: Class values must be smaller than num_classes ({classes}), received "
            f"{index.max()}"
        )
    return Tensor._wrap((index[..., None] == np.arange(classes)).astype(np.int64))
