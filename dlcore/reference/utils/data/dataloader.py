"""DataLoader: the mini-batches of a data set, epoch after epoch."""

import itertools
import warnings

from ...functions.create import as_tensor
from .collate import default_collate, default_convert
from .dataset import IterableDataset, Subset, TensorDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler, check_positive


class DataLoader:
    """Mini-batches of a data set, in order or shuffled anew in every epoch.

    dataset: anything with ``__getitem__`` and ``__len__``, or an IterableDataset. batch_size: None
    gives single examples. sampler: an iterable of indices in place of ``shuffle``. batch_sampler:
    an iterable of lists of indices in place of all of these. collate_fn: makes a batch of a list of
    examples. drop_last: leave out a last batch that is smaller. generator: draws the order.

    The examples are always read in this process: num_workers above 0 is answered with a warning,
    and persistent_workers, prefetch_factor and worker_init_fn, which go with workers, then have
    nothing to act on. pin_memory does nothing without a GPU, as in PyTorch.

    Raises ValueError for options that exclude each other, NotImplementedError for a timeout and a
    multiprocessing context.
    """

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor=None,
        persistent_workers=False,
    ):
        _check_workers(
            num_workers, timeout, multiprocessing_context, prefetch_factor, persistent_workers
        )
        stream = isinstance(dataset, IterableDataset)
        _check_exclusive(stream, batch_size, shuffle, sampler, batch_sampler, drop_last)
        if batch_sampler is not None:
            batch_size, drop_last = None, False
        if stream:
            if batch_size is not None:
                check_positive("batch_size", batch_size)
        else:
            if sampler is None and shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            elif sampler is None:
                sampler = SequentialSampler(dataset)
            if batch_size is not None:
                batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.num_workers, self.pin_memory, self.timeout = num_workers, pin_memory, timeout
        self.worker_init_fn, self.prefetch_factor = worker_init_fn, prefetch_factor
        self.persistent_workers, self._stream = persistent_workers, stream
        single = batch_size is None and batch_sampler is None
        self.collate_fn = collate_fn or (default_convert if single else default_collate)

    def __len__(self):
        if self._stream:
            whole, rest = divmod(len(self.dataset), self.batch_size or 1)
            return whole + (rest > 0 and not self.drop_last)
        return len(self.sampler if self.batch_sampler is None else self.batch_sampler)

    def __iter__(self):
        if self._stream:
            return self._batches_of_a_stream()
        if self.batch_sampler is None:
            return (self.collate_fn(self.dataset[i]) for i in self.sampler)
        return self._batches()

    def _batches(self):
        together = self.collate_fn is default_collate and _indexable_at_once(self.dataset)
        for indices in self.batch_sampler:
            if together:
                yield list(_at_once(self.dataset, indices))
            elif hasattr(self.dataset, "__getitems__"):
                yield self.collate_fn(self.dataset.__getitems__(indices))
            else:
                yield self.collate_fn([self.dataset[i] for i in indices])

    def _batches_of_a_stream(self):
        examples = iter(self.dataset)
        if self.batch_size is None:
            yield from map(self.collate_fn, examples)
            return
        while batch := list(itertools.islice(examples, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield self.collate_fn(batch)


def get_worker_info():
    """None, as in PyTorch's main process: examples are read in this one."""
    return None


def _indexable_at_once(dataset):
    """Whether the set, below Subsets, is one of whole tensors."""
    while type(dataset) is Subset:
        dataset = dataset.dataset
    return type(dataset) is TensorDataset


def _at_once(dataset, indices):
    """The tensors at all indices: one indexing instead of N of them and a stack."""
    while type(dataset) is Subset:
        dataset, indices = dataset.dataset, [dataset.indices[i] for i in indices]
    return dataset[as_tensor(list(indices))]


def _check_workers(num_workers, timeout, context, prefetch_factor, persistent_workers):
    if num_workers < 0:
        raise ValueError(f"num_workers should not be negative, received {num_workers}")
    if timeout < 0:
        raise ValueError(f"timeout should not be negative, received {timeout}")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(f"prefetch_factor={prefetch_factor} is for num_workers above 0")
    if num_workers == 0 and persistent_workers:
        raise ValueError("persistent_workers=True is for num_workers above 0")
    for name, value in (("timeout", timeout), ("multiprocessing_context", context)):
        if value:
            raise NotImplementedError(
                f"{name}={value!r}: the reference reads examples in this process; leave it out"
            )
    if num_workers:
        warnings.warn(
            f"num_workers={num_workers}: the reference reads examples in this process, there are "
            "no workers",
            stacklevel=3,
        )


def _check_exclusive(stream, batch_size, shuffle, sampler, batch_sampler, drop_last):
    given = [
        f"{name}={value}"
        for name, value in (
            ("shuffle", shuffle or None),
            ("sampler", sampler),
            ("batch_sampler", batch_sampler),
        )
        if value is not None
    ]
    if stream and given:
        raise ValueError(f"an IterableDataset decides on its order itself, received {given[0]}")
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle: both give an order")
    if batch_sampler is not None and (batch_size != 1 or len(given) > 1 or drop_last):
        raise ValueError(
            "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler and "
            "drop_last: it decides on all of them"
        )
    if batch_size is None and batch_sampler is None and drop_last:
        raise ValueError("batch_size=None gives single examples, so drop_last=True has no meaning")
