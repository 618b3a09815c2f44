"""Sequences of different lengths, as ``torch.nn.utils.rnn``: padded, or packed.

Packed means: the rows of all sequences at time 0, then those at time 1, ..., longest sequence
first. Nothing is computed for padding, and the sequences that are still there are always the first.
"""

from typing import NamedTuple

import numpy as np

from ...functions.layout import cat, transpose
from ...kernels import recurrent_packing as kernels
from ...tape import apply
from ...tensor import Tensor, outside

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Rows (M, ...) of all times, and ``batch_sizes`` (T,): how many of them belong to each time.

    sorted_indices: the place in the caller's batch of each packed sequence, None if they were
    sorted already. unsorted_indices: its inverse. Usually made by ``pack_padded_sequence``.
    """

    __slots__ = ()

    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if batch_sizes is None:
            raise ValueError(
                "PackedSequence: batch_sizes is missing, the number of rows of each time; "
                "pack_padded_sequence makes both"
            )
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args, **kwargs):
        """With the rows in another dtype."""
        return self._replace(data=self.data.to(*args, **kwargs))

    def double(self):
        return self._replace(data=self.data.double())

    def float(self):
        return self._replace(data=self.data.float())

    def cpu(self):
        return self

    @property
    def is_cuda(self):
        return False


def invert_permutation(permutation):
    """The permutation that undoes one; None stays None."""
    return None if permutation is None else Tensor._wrap(np.argsort(permutation._array))


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """Padded (T, N, ...), or (N, T, ...) with ``batch_first``, and N lengths -> PackedSequence.

    enforce_sorted: lengths must not increase; False sorts them, and whoever unpacks gets the
    caller's order back. Raises RuntimeError for lengths that do not fit.
    """
    if input.ndim < 2:
        raise RuntimeError(
            "pack_padded_sequence: expected two axes or more, times and batch, received shape "
            f"{tuple(input.shape)}"
        )
    x = transpose(input, 0, 1) if batch_first else input
    T, N = x.shape[:2]
    lengths = _lengths(lengths, N, T)
    order = None
    if not enforce_sorted:
        order = np.argsort(-lengths, kind="stable")
        lengths = lengths[order]
    elif np.any(np.diff(lengths) > 0):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True, "
            f"received {lengths.tolist()}; pass enforce_sorted=False to have them sorted"
        )
    sizes = _batch_sizes(lengths)
    time, place = _coordinates(sizes)
    data = apply(kernels.pack, x, time=time, place=place if order is None else order[place])
    return PackedSequence(data, Tensor._wrap(sizes), None if order is None else Tensor._wrap(order))


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """The inverse: (padded (T, N, ...) or (N, T, ...), lengths (N,)).

    T is the longest length, or ``total_length``, which must not be shorter (ValueError).
    """
    if not isinstance(sequence, PackedSequence):
        raise TypeError(
            f"pad_packed_sequence: expected a PackedSequence, received {type(sequence).__name__}"
        )
    sizes = sequence.batch_sizes._array
    T, N = len(sizes), int(sizes[0])
    if total_length is not None:
        if total_length < T:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in "
                f"input, but got total_length={total_length} and max sequence length being {T}"
            )
        T = total_length
    time, place = _coordinates(sizes)
    lengths = np.count_nonzero(sizes[:, None] > np.arange(N), axis=0)
    if sequence.sorted_indices is not None:
        place = sequence.sorted_indices._array[place]
        lengths = lengths[sequence.unsorted_indices._array]
    out = apply(
        kernels.unpack,
        sequence.data,
        time=time,
        place=place,
        shape=(T, N),
        padding_value=padding_value,
    )
    return transpose(out, 0, 1) if batch_first else out, Tensor._wrap(lengths.astype(np.int64))


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """N sequences (T_i, ...) -> (T, N, ...), or (N, T, ...) with ``batch_first``; T is the longest.

    padding_side: "right" puts the padding after a sequence, "left" before it.
    """
    if padding_side not in ("left", "right"):
        raise RuntimeError(
            f"Expected padding_side to be one of left or right, but got {padding_side}."
        )
    if not isinstance(sequences, (list, tuple, Tensor)):
        raise RuntimeError(
            "pad_sequence: expected a list of tensors, received " + type(sequences).__name__
        )
    sequences = list(sequences)
    if not sequences:
        raise RuntimeError("received an empty list of sequences")
    lengths = [len(s) for s in sequences]
    T = max(lengths)
    first = [T - n if padding_side == "left" else 0 for n in lengths]
    time = np.concatenate([np.arange(s, s + n) for s, n in zip(first, lengths, strict=True)])
    place = np.repeat(np.arange(len(lengths)), lengths)
    out = apply(
        kernels.unpack,
        cat(sequences),
        time=time,
        place=place,
        shape=(T, len(lengths)),
        padding_value=padding_value,
    )
    return transpose(out, 0, 1) if batch_first else out


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """Padded (T, N, ...) or (N, T, ...) -> list of N sequences, each of its own length."""
    x = padded_sequences if batch_first else transpose(padded_sequences, 0, 1)
    return [x[i, : int(n)] for i, n in enumerate(lengths)]


def pack_sequence(sequences, enforce_sorted=True):
    """N sequences (T_i, ...) -> PackedSequence."""
    return pack_padded_sequence(
        pad_sequence(sequences), [len(s) for s in sequences], enforce_sorted=enforce_sorted
    )


def unpack_sequence(packed_sequences):
    """PackedSequence -> list of N sequences, in the caller's order."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


def _lengths(lengths, N, T):
    """The lengths as an array; RuntimeError where they do not fit N sequences of T times."""
    lengths = np.array(lengths._array if isinstance(lengths, Tensor) else lengths, np.int64)
    if lengths.ndim != 1:
        raise RuntimeError(
            f"lengths: expected one number for each sequence, received shape {lengths.shape}"
        )
    if len(lengths) != N:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(lengths)} "
            f"(batch_size={N}); is batch_first right?"
        )
    if not N:
        raise RuntimeError("Cannot pack empty tensors: there is no sequence in the batch")
    if lengths.min() <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' "
            f"that is <= 0: {lengths.tolist()}"
        )
    if lengths.max() > T:
        raise RuntimeError(
            f"lengths: the longest is {lengths.max()}, but the input has only {T} times; is "
            "batch_first right?"
        )
    return lengths


def _batch_sizes(lengths):
    """How many sequences there are at each time."""
    return np.count_nonzero(lengths[:, None] > np.arange(lengths.max()), axis=0).astype(np.int64)


def _coordinates(sizes):
    """Time and place of every packed row, each (M,)."""
    time = np.repeat(np.arange(len(sizes)), sizes)
    place = np.concatenate([np.arange(n) for n in sizes])
    return time, place


__getattr__ = outside("torch.nn.utils.rnn")
