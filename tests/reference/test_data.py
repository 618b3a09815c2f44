"""torch.utils.data on both backends: the same batches where the order is not chance."""

import numpy as np
import pytest

import dlcore.reference as ref

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)


def pairs(t):
    return t.utils.data.TensorDataset(t.from_numpy(X), t.from_numpy(Y))


@pytest.mark.parametrize("options", [{}, {"batch_size": 4}, {"batch_size": 4, "drop_last": True}])
def test_batches_in_order_are_torchs(options, torch):
    loaders = [t.utils.data.DataLoader(pairs(t), **options) for t in (ref, torch)]
    assert len(loaders[0]) == len(loaders[1])
    for ours, theirs in zip(*loaders, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
            assert repr(a.dtype) == repr(b.dtype)


def test_shuffling_gives_every_example_once_and_anew_in_each_epoch():
    generator = ref.Generator().manual_seed(1)
    loader = ref.utils.data.DataLoader(pairs(ref), 3, shuffle=True, generator=generator)
    epochs = [[y for _, batch in loader for y in batch.tolist()] for _ in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(10))
    assert epochs[0] != epochs[1]
    x, y = next(iter(loader))
    assert x[:, 0].tolist() == [2.0 * k for k in y.tolist()], "examples keep their targets"


@pytest.mark.parametrize("lengths", [[7, 3], [0.8, 0.2], [0.33, 0.33, 0.34]])
def test_random_split_has_torchs_lengths_and_covers_the_set(lengths, torch):
    ours, theirs = (t.utils.data.random_split(pairs(t), list(lengths)) for t in (ref, torch))
    assert [len(s) for s in ours] == [len(s) for s in theirs]
    assert sorted(y.item() for part in ours for _, y in part) == list(range(10))


COLLATED = {
    "floats": [1.0, 2.0],
    "integers": [1, 2],
    "arrays": [np.ones(2, np.float32), np.zeros(2, np.float32)],
    "dicts": [{"a": 1, "b": [1.0, 2]}, {"a": 2, "b": [3.0, 4]}],
}


@pytest.mark.parametrize("name", COLLATED)
def test_collate_gives_torchs_shapes_and_types(name, torch):
    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        return value.tolist(), repr(value.dtype)

    ours, theirs = (t.utils.data.default_collate(COLLATED[name]) for t in (ref, torch))
    assert plain(ours) == plain(theirs)


def test_mistakes_are_named():
    with pytest.raises(AssertionError, match="10, 9"):
        ref.utils.data.TensorDataset(ref.ones(10), ref.ones(9))
    with pytest.raises(ValueError, match="batch_size=0"):
        ref.utils.data.DataLoader(pairs(ref), batch_size=0)
    with pytest.raises(ValueError, match=r"\[7, 4\] and 10"):
        ref.utils.data.random_split(pairs(ref), [7, 4])
    with pytest.raises(TypeError, match="found object"):
        ref.utils.data.default_collate([object()])


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
