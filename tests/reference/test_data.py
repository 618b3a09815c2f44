"""torch.utils.data on both backends: the same batches where the order is not chance."""

from collections import Counter, OrderedDict, namedtuple

import numpy as np
import pytest

import dlcore.reference as ref

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)
Point = namedtuple("Point", "x y")


def pairs(t):
    return t.utils.data.TensorDataset(t.from_numpy(X), t.from_numpy(Y))


def squares(t):
    """A data set of one's own: an index gives a dict of an array and a number."""

    class Squares(t.utils.data.Dataset):
        def __len__(self):
            return 7

        def __getitem__(self, index):
            return {"x": np.full(2, index, np.float32), "y": index**2, "name": f"n{index}"}

    return Squares()


def stream(t):
    class Stream(t.utils.data.IterableDataset):
        def __iter__(self):
            return iter([(float(i), i) for i in range(5)])

    return Stream()


def plain(value):
    """What a batch holds, without tensors: shapes by nesting, values and dtypes."""
    if isinstance(value, dict):
        return type(value), {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [plain(v) for v in value]
    return (value.tolist(), repr(value.dtype)) if hasattr(value, "tolist") else value


LOADERS = {
    "default": lambda t: t.utils.data.DataLoader(pairs(t)),
    "batches": lambda t: t.utils.data.DataLoader(pairs(t), batch_size=4),
    "whole batches": lambda t: t.utils.data.DataLoader(pairs(t), batch_size=4, drop_last=True),
    "own data set": lambda t: t.utils.data.DataLoader(squares(t), 3, pin_memory=False),
    "single examples": lambda t: t.utils.data.DataLoader(squares(t), batch_size=None),
    "sampler": lambda t: t.utils.data.DataLoader(pairs(t), 2, sampler=[3, 1, 2]),
    "lists of indices": lambda t: t.utils.data.DataLoader(pairs(t), batch_sampler=[[3], [1, 2]]),
    "subset": lambda t: t.utils.data.DataLoader(t.utils.data.Subset(pairs(t), [4, 2, 9]), 2),
    "list": lambda t: t.utils.data.DataLoader([1, 2, 3], 2),
    "collate_fn": lambda t: t.utils.data.DataLoader(pairs(t), 3, collate_fn=len),
    "joined": lambda t: t.utils.data.DataLoader(pairs(t) + pairs(t), 7),
    "side by side": lambda t: t.utils.data.DataLoader(
        t.utils.data.StackDataset(a=pairs(t), b=range(10)), 4
    ),
}
STREAMS = {
    "stream": {"batch_size": 2},
    "whole batches of a stream": {"batch_size": 2, "drop_last": True},
    "single examples of a stream": {"batch_size": None},
}


@pytest.mark.parametrize("name", LOADERS)
def test_batches_in_order_are_torchs(name, torch):
    ours, theirs = (LOADERS[name](t) for t in (ref, torch))
    assert len(ours) == len(theirs)
    assert plain(list(ours)) == plain(list(theirs))
    assert plain(list(ours)) == plain(list(theirs)), "a loader starts anew in every epoch"


@pytest.mark.parametrize("name", STREAMS)
def test_batches_of_a_stream_are_torchs(name, torch):
    ours, theirs = (t.utils.data.DataLoader(stream(t), **STREAMS[name]) for t in (ref, torch))
    assert plain(list(ours)) == plain(list(theirs))
    chains = [t.utils.data.DataLoader(stream(t) + stream(t), **STREAMS[name]) for t in (ref, torch)]
    assert plain(list(chains[0])) == plain(list(chains[1]))


def test_shuffling_gives_every_example_once_and_anew_in_each_epoch():
    generator = ref.Generator().manual_seed(1)
    loader = ref.utils.data.DataLoader(pairs(ref), 3, shuffle=True, generator=generator)
    epochs = [[y for _, batch in loader for y in batch.tolist()] for _ in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(10))
    assert epochs[0] != epochs[1]
    x, y = next(iter(loader))
    assert x[:, 0].tolist() == [2.0 * k for k in y.tolist()], "examples keep their targets"


@pytest.mark.parametrize(
    "lengths",
    [[7, 3], [0.8, 0.2], [0.33, 0.33, 0.34], (5, 5)],
)
def test_random_split_has_torchs_lengths_and_covers_the_set(lengths, torch):
    ours, theirs = (t.utils.data.random_split(pairs(t), lengths) for t in (ref, torch))
    assert [len(s) for s in ours] == [len(s) for s in theirs]
    assert sorted(y.item() for part in ours for _, y in part) == list(range(10))


COLLATED = {
    "floats": [1.0, 2.0],
    "integers": [1, 2],
    "truth values": [True, False],
    "numpy numbers": [np.float32(1), np.float32(2)],
    "arrays": [np.ones(2, np.float32), np.zeros(2, np.float32)],
    "dicts": [{"a": 1, "b": [1.0, 2]}, {"a": 2, "b": [3.0, 4]}],
    "tuples with strings": [(1, "a"), (2, "b")],
    "named tuples": [Point(1, 2.0), Point(3, 4.0)],
    "ordered dicts": [OrderedDict(a=1), OrderedDict(a=2)],
}


@pytest.mark.parametrize("name", COLLATED)
def test_collate_gives_torchs_shapes_and_types(name, torch):
    ours, theirs = (t.utils.data.default_collate(COLLATED[name]) for t in (ref, torch))
    assert plain(ours) == plain(theirs)
    ours, theirs = (t.utils.data.default_convert(COLLATED[name][0]) for t in (ref, torch))
    assert plain(ours) == plain(theirs)


def test_tensors_are_stacked_and_keep_their_graph():
    w = ref.ones(2, requires_grad=True)
    batch = ref.utils.data.default_collate([w * 2, w * 3])
    batch.sum().backward()
    assert batch.shape == (2, 2) and w.grad.tolist() == [5, 5]


def test_random_samplers_draw_what_they_promise():
    data = ref.utils.data
    generator = ref.Generator().manual_seed(3)
    twice = list(data.RandomSampler(range(4), num_samples=6, generator=generator))
    assert sorted(twice[:4]) == [0, 1, 2, 3] and len(set(twice[4:])) == 2
    again = data.RandomSampler(range(4), replacement=True, num_samples=50, generator=generator)
    assert len(again) == 50 and set(again) == {0, 1, 2, 3}
    part = data.SubsetRandomSampler([5, 7, 9], generator=generator)
    assert len(part) == 3 and sorted(part) == [5, 7, 9]
    weighted = data.WeightedRandomSampler([1.0, 0.0, 3.0], 4000, generator=generator)
    counts = Counter(weighted)
    assert counts[1] == 0 and 2800 < counts[2] < 3200
    without = data.WeightedRandomSampler(ref.tensor([1.0, 9.0, 0.0]), 2, False, generator)
    assert sorted(without) == [0, 1]


def test_a_seed_gives_the_same_order_again():
    def order():
        ref.manual_seed(5)
        return [y for _, y in ref.utils.data.DataLoader(pairs(ref), shuffle=True)]

    assert [y.item() for y in order()] == [y.item() for y in order()]


def both(call):
    """The same call for both backends: the types of their errors."""

    def kind(t):
        try:
            call(t.utils.data, t)
        except Exception as error:
            return type(error)
        return None

    return kind


MISTAKES = {
    "lengths differ": lambda d, t: d.TensorDataset(t.ones(10), t.ones(9)),
    "no example": lambda d, t: d.Dataset()[0],
    "no length": lambda d, t: len(d.Dataset()),
    "batch_size 0": lambda d, t: d.DataLoader(pairs(t), batch_size=0),
    "batch_size 2.5": lambda d, t: d.DataLoader(pairs(t), batch_size=2.5),
    "empty and shuffled": lambda d, t: d.DataLoader([], shuffle=True),
    "sampler and shuffle": lambda d, t: d.DataLoader([1], sampler=[0], shuffle=True),
    "batches and batch_size": lambda d, t: d.DataLoader([1], batch_size=2, batch_sampler=[[0]]),
    "drop_last of examples": lambda d, t: d.DataLoader([1], batch_size=None, drop_last=True),
    "shuffled stream": lambda d, t: d.DataLoader(stream(t), shuffle=True),
    "length of a stream": lambda d, t: len(d.DataLoader(stream(t))),
    "workers below 0": lambda d, t: d.DataLoader([1], num_workers=-1),
    "timeout below 0": lambda d, t: d.DataLoader([1], timeout=-1),
    "prefetch without workers": lambda d, t: d.DataLoader([1], prefetch_factor=2),
    "persistence without workers": lambda d, t: d.DataLoader([1], persistent_workers=True),
    "split 7 and 4": lambda d, t: d.random_split(pairs(t), [7, 4]),
    "split -0.5 and 1.5": lambda d, t: d.random_split(pairs(t), [-0.5, 1.5]),
    "collate objects": lambda d, t: d.default_collate([object()]),
    "collate text arrays": lambda d, t: d.default_collate([np.array("a")]),
    "collate different shapes": lambda d, t: d.default_collate([t.ones(2), t.ones(3)]),
    "collate different lengths": lambda d, t: d.default_collate([[1, 2], [1]]),
    "collate different keys": lambda d, t: d.default_collate([{"a": 1}, {"b": 1}]),
    "collate nothing": lambda d, t: d.default_collate([]),
    "join nothing": lambda d, t: d.ConcatDataset([]),
    "join a stream": lambda d, t: d.ConcatDataset([stream(t)]),
    "below a joined set": lambda d, t: (pairs(t) + pairs(t))[-21],
    "beyond a joined set": lambda d, t: (pairs(t) + pairs(t))[20],
    "stack nothing": lambda d, t: d.StackDataset(),
    "stack both ways": lambda d, t: d.StackDataset([1], b=[1]),
    "stack lengths": lambda d, t: d.StackDataset([1], [1, 2]),
    "0 samples": lambda d, t: d.RandomSampler([1], num_samples=0),
    "replacement 1": lambda d, t: d.RandomSampler([1], replacement=1),
    "matrix of weights": lambda d, t: d.WeightedRandomSampler([[0.1]], 1),
    "weights all 0": lambda d, t: list(d.WeightedRandomSampler([0.0, 0.0], 1)),
    "negative weight": lambda d, t: list(d.WeightedRandomSampler([1.0, -1.0], 1)),
    "too many without replacement": lambda d, t: list(d.WeightedRandomSampler([0.5], 2, False)),
    "BatchSampler of 0": lambda d, t: d.BatchSampler([1], 0, False),
    "drop_last 1": lambda d, t: d.BatchSampler([1], 2, 1),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_torchs(name, torch):
    kind = both(MISTAKES[name])
    assert kind(ref) is not None and kind(ref) is kind(torch)


def test_mistakes_are_named():
    with pytest.raises(AssertionError, match="10, 9"):
        ref.utils.data.TensorDataset(ref.ones(10), ref.ones(9))
    with pytest.raises(ValueError, match="batch_size=0"):
        ref.utils.data.DataLoader(pairs(ref), batch_size=0)
    with pytest.raises(ValueError, match=r"\[7, 4\] and 10"):
        ref.utils.data.random_split(pairs(ref), [7, 4])
    with pytest.raises(TypeError, match="found object"):
        ref.utils.data.default_collate([object()])
    with pytest.raises(NotImplementedError, match=r"timeout=5.*leave it out"):
        ref.utils.data.DataLoader(pairs(ref), num_workers=1, timeout=5)


def test_workers_are_answered_with_a_warning_and_the_same_batches():
    with pytest.warns(UserWarning, match="num_workers=2: the reference reads examples in this"):
        loader = ref.utils.data.DataLoader(pairs(ref), 4, num_workers=2, persistent_workers=True)
    assert [len(y) for _, y in loader] == [4, 4, 2]
    assert ref.utils.data.get_worker_info() is None


def test_fit_takes_a_loader():
    from dlcore.models import mlp
    from dlcore.train import fit

    model = mlp(ref)((2, 10))
    loader = ref.utils.data.DataLoader(pairs(ref), batch_size=4, shuffle=True)
    history = fit(
        model,
        loader,
        loss=ref.nn.CrossEntropyLoss(),
        optimizer=ref.optim.Adam(model.parameters(), lr=0.01),
        epochs=3,
    )
    assert len(history.loss) == 9
