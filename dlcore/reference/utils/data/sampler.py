"""Samplers: in which order the examples of a data set come, and how they are grouped."""

import itertools

import numpy as np

from ...functions.create import randint, randperm
from ...functions.generator import default_generator
from ...tensor import Tensor


def check_positive(name, value):
    """ValueError unless ``value`` is an int of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")


class Sampler:
    """Base class: a subclass defines ``__iter__()`` over indices, and ``__len__()`` if it can."""

    def __iter__(self):
        raise NotImplementedError(f"{type(self).__name__} must define __iter__()")

    def __class_getitem__(cls, item):
        return cls


class SequentialSampler(Sampler):
    """0, 1, 2, ..."""

    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(range(len(self.data_source)))

    def __len__(self):
        return len(self.data_source)


class RandomSampler(Sampler):
    """All indices in random order, or ``num_samples`` draws with replacement.

    Without replacement, more samples than examples are one random order after another.
    """

    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got {replacement!r}")
        self.data_source, self.replacement = data_source, replacement
        self._num_samples, self.generator = num_samples, generator
        check_positive("num_samples", self.num_samples)

    @property
    def num_samples(self):
        """How many indices an epoch has; by default, as many as there are examples."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self):
        n, wanted = len(self.data_source), self.num_samples
        if self.replacement:
            yield from randint(n, (wanted,), generator=self.generator).tolist()
            return
        for start in range(0, wanted, n):
            yield from randperm(n, generator=self.generator).tolist()[: wanted - start]

    def __len__(self):
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """The given indices, in random order."""

    def __init__(self, indices, generator=None):
        self.indices, self.generator = indices, generator

    def __iter__(self):
        for i in randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self):
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """``num_samples`` indices of 0 to len(weights) - 1, with probabilities as the weights.

    RuntimeError, as in PyTorch, for weights that are negative or add up to 0, and for more samples
    than weights without replacement.
    """

    def __init__(self, weights, num_samples, replacement=True, generator=None):
        check_positive("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got {replacement!r}")
        values = weights.tolist() if isinstance(weights, Tensor) else weights
        array = np.asarray([float(w) for w in values] if np.ndim(values) == 1 else values)
        if array.ndim != 1:
            raise ValueError(f"weights should be a 1d sequence, received shape {array.shape}")
        self.weights, self.num_samples = Tensor._wrap(array.astype(np.float64)), num_samples
        self.replacement, self.generator = replacement, generator

    def __iter__(self):
        weights = self.weights._array
        if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
            raise RuntimeError(
                "weights should be finite and not negative, and at least one of them above 0"
            )
        if not self.replacement and self.num_samples > np.count_nonzero(weights):
            raise RuntimeError(
                f"num_samples={self.num_samples} without replacement is more than the "
                f"{np.count_nonzero(weights)} indices whose weight is not 0"
            )
        drawn = (self.generator or default_generator).numpy.choice(
            len(weights), self.num_samples, self.replacement, weights / weights.sum()
        )
        return iter(drawn.tolist())

    def __len__(self):
        return self.num_samples


class BatchSampler(Sampler):
    """Lists of ``batch_size`` indices from another sampler; the last one may be smaller."""

    def __init__(self, sampler, batch_size, drop_last):
        check_positive("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got {drop_last!r}")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self):
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self):
        whole, rest = divmod(len(self.sampler), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)
