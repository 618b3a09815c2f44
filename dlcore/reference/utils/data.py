"""Data sets and mini-batches, as ``torch.utils.data``."""

import math

import numpy as np

from ..functions.create import as_tensor, randperm
from ..functions.layout import stack
from ..tensor import Tensor, outside

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate", "random_split"]


class Dataset:
    """Base class: a subclass defines ``__getitem__(index)`` and ``__len__()``."""

    def __getitem__(self, index):
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index)")


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


class Subset(Dataset):
    """The examples of a data set at some indices."""

    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, idx):
        return self.dataset[self.indices[idx]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Subsets of these lengths, or of these fractions that add up to 1, drawn at random."""
    total = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        fractions, lengths = lengths, [math.floor(total * f) for f in lengths]
        for i in range(total - sum(lengths)):  # what rounding left over, one each from the first on
            lengths[i % len(fractions)] += 1
    if sum(lengths) != total:
        raise ValueError(
            f"Sum of input lengths does not equal the length of the input dataset: "
            f"{list(lengths)} and {total}"
        )
    order = randperm(total, generator=generator).tolist()
    ends = np.cumsum(lengths)
    return [Subset(dataset, order[e - n : e]) for n, e in zip(lengths, ends, strict=True)]


def default_collate(batch):
    """Examples to a batch: numbers and tensors are stacked; tuples and dicts part by part."""
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch)
    if isinstance(first, np.ndarray):
        return as_tensor(np.stack(batch))
    if isinstance(first, (bool, int, float, np.number)):
        # A Python float is float64 here: it has not been through a float32 tensor.
        return as_tensor(np.array(batch))
    if isinstance(first, dict):
        return {key: default_collate([example[key] for example in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        return [default_collate(part) for part in zip(*batch, strict=True)]
    if isinstance(first, str):
        return batch
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first).__name__}"
    )


class DataLoader:
    """Mini-batches of a data set, in order or shuffled anew in every epoch.

    dataset: anything with ``__getitem__`` and ``__len__``. drop_last: leave out a last batch that
    is smaller. collate_fn: makes a batch of a list of examples.
    Raises ValueError for a batch_size below 1. Worker processes are not in the subset.
    """

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        *,
        collate_fn=None,
        drop_last=False,
        generator=None,
    ):
        if batch_size < 1:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, bool(shuffle)
        self.collate_fn = collate_fn or default_collate
        self.drop_last, self.generator = drop_last, generator

    def __len__(self):
        batches = len(self.dataset) / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)

    def __iter__(self):
        count, size = len(self.dataset), self.batch_size
        order = randperm(count, generator=self.generator).tolist() if self.shuffle else range(count)
        for start in range(0, len(self) * size, size):
            yield self.collate_fn([self.dataset[i] for i in order[start : start + size]])


__getattr__ = outside("torch.utils.data")
