"""Data sets: examples by their index, or one after the other."""

import bisect
import itertools
import math

from ...functions.create import randperm


class Dataset:
    """Base class: a subclass defines ``__getitem__(index)`` and ``__len__()``."""

    def __getitem__(self, index):
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index)")

    def __add__(self, other):
        return ConcatDataset([self, other])

    def __class_getitem__(cls, item):
        return cls  # Dataset[T]: what an example is, for readers and type checkers


class IterableDataset(Dataset):
    """Base class of a stream: a subclass defines ``__iter__()``."""

    def __iter__(self):
        raise NotImplementedError(f"{type(self).__name__} must define __iter__()")

    def __add__(self, other):
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Tensors of one length, indexed together. AssertionError, as in PyTorch, for other lengths."""

    def __init__(self, *tensors):
        if any(len(t) != len(tensors[0]) for t in tensors):
            lengths = ", ".join(str(len(t)) for t in tensors)
            raise AssertionError(f"Size mismatch between tensors: their lengths are {lengths}")
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(t[index] for t in self.tensors)

    def __len__(self):
        return len(self.tensors[0])


class StackDataset(Dataset):
    """Data sets of one length side by side: an example is a tuple, or a dict for keywords."""

    def __init__(self, *args, **kwargs):
        if bool(args) == bool(kwargs):
            given = "both" if args else "neither"
            raise ValueError(
                f"StackDataset: pass data sets either by place, for tuples, or by name, for dicts; "
                f"received {given}"
            )
        self.datasets = kwargs or args
        lengths = [len(d) for d in self._members()]
        if len(set(lengths)) > 1:
            raise ValueError(f"Size mismatch between datasets: their lengths are {lengths}")
        self._length = lengths[0]

    def _members(self):
        return self.datasets.values() if isinstance(self.datasets, dict) else self.datasets

    def __getitem__(self, index):
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self):
        return self._length


class ConcatDataset(Dataset):
    """The examples of several data sets, one set after the other.

    AssertionError, as in PyTorch, for no data set and for an IterableDataset.
    """

    def __init__(self, datasets):
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("ConcatDataset: expected one or more data sets, received none")
        if any(isinstance(d, IterableDataset) for d in self.datasets):
            raise AssertionError("ConcatDataset does not take an IterableDataset; use ChainDataset")
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __getitem__(self, idx):
        place = idx + len(self) if idx < 0 else idx
        if place < 0:
            raise ValueError(f"index {idx} is out of range for {len(self)} examples")
        i = bisect.bisect_right(self.cumulative_sizes, place)
        if i == len(self.datasets):
            raise IndexError(f"index {idx} is out of range for {len(self)} examples")
        return self.datasets[i][place - (self.cumulative_sizes[i - 1] if i else 0)]

    def __len__(self):
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset):
    """The examples of several IterableDatasets, one stream after the other."""

    def __init__(self, datasets):
        self.datasets = datasets

    def __iter__(self):
        return itertools.chain.from_iterable(self.datasets)

    def __len__(self):
        return sum(map(len, self.datasets))


class Subset(Dataset):
    """The examples of a data set at some indices."""

    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, idx):
        if isinstance(idx, list):
            return self.dataset[[self.indices[i] for i in idx]]
        return self.dataset[self.indices[idx]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Subsets of these lengths, or of these fractions that add up to 1, drawn at random.

    ValueError for lengths that do not add up to that of the data set.
    """
    total, lengths = len(dataset), list(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for i, fraction in enumerate(lengths):
            if not 0 <= fraction <= 1:
                raise ValueError(f"Fraction at index {i} is not between 0 and 1: {fraction}")
        fractions, lengths = lengths, [math.floor(total * f) for f in lengths]
        for i in range(total - sum(lengths)):  # what rounding left over, one each from the first on
            lengths[i % len(fractions)] += 1
    if sum(lengths) != total:
        raise ValueError(
            f"Sum of input lengths does not equal the length of the input dataset: "
            f"{lengths} and {total}"
        )
    order = randperm(total, generator=generator).tolist()
    ends = itertools.accumulate(lengths)
    return [Subset(dataset, order[e - n : e]) for n, e in zip(lengths, ends, strict=True)]
