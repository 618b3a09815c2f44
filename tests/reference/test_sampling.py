"""Random numbers: the numbers differ from PyTorch's, what they follow does not."""

import numpy as np
import pytest

import dlcore.reference as ref


@pytest.fixture(autouse=True)
def seeded():
    ref.manual_seed(0)


def test_multinomial_follows_its_weights():
    weights = ref.tensor([[1.0, 3.0, 0.0], [0.0, 0.0, 2.0]])
    drawn = ref.multinomial(weights, 8000, replacement=True)
    assert drawn.shape == (2, 8000)
    assert drawn.dtype is ref.int64
    shares = np.bincount(drawn[0].numpy(), minlength=3) / 8000
    assert shares.tolist() == pytest.approx([0.25, 0.75, 0], abs=0.02)
    assert (drawn[1] == 2).all()
    assert weights[0].multinomial(1).shape == (1,)


def test_multinomial_without_replacement_draws_each_once():
    rows = ref.multinomial(ref.ones(2000, 4), 4)
    assert (rows.sort(1).values == ref.arange(4)).all()
    first = ref.multinomial(ref.tensor([[1.0, 2.0, 7.0]]).expand(4000, 3), 2)[:, 0]
    assert (first.bincount() / 4000).tolist() == pytest.approx([0.1, 0.2, 0.7], abs=0.03)
    positive = ref.multinomial(ref.tensor([[0.0, 1.0, 1.0]]).expand(100, 3), 2)
    assert (positive > 0).all()


def test_a_generator_repeats_its_draws():
    draws = [
        lambda g: ref.rand(5, generator=g),
        lambda g: ref.randn(5, generator=g),
        lambda g: ref.randint(0, 99, (5,), generator=g),
        lambda g: ref.randperm(9, generator=g),
        lambda g: ref.multinomial(ref.ones(9), 3, generator=g),
        lambda g: ref.bernoulli(ref.full((9,), 0.5), generator=g),
        lambda g: ref.normal(0.0, 1.0, (5,), generator=g),
        lambda g: ref.zeros(5).exponential_(generator=g),
        lambda g: ref.zeros(5).random_(0, 99, generator=g),
    ]
    for draw in draws:
        before = draw(ref.Generator().manual_seed(7)).tolist()
        ref.rand(3)
        assert draw(ref.Generator().manual_seed(7)).tolist() == before
        assert draw(ref.Generator().manual_seed(8)).tolist() != before


def test_states_go_on_where_they_were():
    generator = ref.Generator().manual_seed(3)
    ref.rand(2, generator=generator)
    state = generator.get_state()
    assert state.dtype is ref.uint8
    a = ref.rand(4, generator=generator).tolist()
    assert ref.rand(4, generator=ref.Generator().set_state(state)).tolist() == a
    assert generator.initial_seed() == 3
    state = ref.get_rng_state()
    a = ref.randn(3).tolist()
    ref.set_rng_state(state)
    assert ref.randn(3).tolist() == a
    with pytest.raises(TypeError, match="get_state"):
        generator.set_state(ref.zeros(3))


def test_what_the_fillings_follow():
    x = ref.empty(20000)
    assert x.bernoulli_(0.3).mean().item() == pytest.approx(0.3, abs=0.02)
    assert x.exponential_(4).mean().item() == pytest.approx(0.25, abs=0.02)
    assert x.random_(2, 5).unique().tolist() == [2, 3, 4]
    assert x.random_(2).unique().tolist() == [0, 1]
    assert ref.empty(1000, dtype=ref.int64).random_().max().item() > 2**60
    assert x.normal_(1, 2).std().item() == pytest.approx(2, abs=0.05)
    assert ref.bernoulli(ref.full((20000,), 0.7)).mean().item() == pytest.approx(0.7, abs=0.02)
    means = ref.normal(ref.tensor([0.0, 5.0]).expand(9000, 2), ref.tensor([1.0, 0.1])).mean(0)
    assert means.tolist() == pytest.approx([0, 5], abs=0.05)
    assert ref.poisson(ref.full((20000,), 3.0)).var().item() == pytest.approx(3, abs=0.2)


SHAPES = {
    "rand": lambda t: t.rand(2, 3),
    "randn of a size": lambda t: t.randn(size=(2, 3)),
    "randint": lambda t: t.randint(5, (2, 3)),
    "randint of a type": lambda t: t.randint(0, 5, (2,), dtype=t.int32),
    "randperm": lambda t: t.randperm(4),
    "rand_like": lambda t: t.rand_like(t.ones(2, dtype=t.float64)),
    "randint_like": lambda t: t.randint_like(t.ones(2), 5),
    "normal": lambda t: t.normal(t.ones(2, dtype=t.float64), 1.0),
    "normal of a size": lambda t: t.normal(0.0, 1.0, (2, 3)),
    "bernoulli": lambda t: t.bernoulli(t.ones(2, 3) / 2),
    "bernoulli of p": lambda t: t.bernoulli(t.ones(2, dtype=t.int64), 0.5),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_and_types(name, torch):
    ours, theirs = SHAPES[name](ref), SHAPES[name](torch)
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert repr(ours.dtype) == repr(theirs.dtype)


DEFAULTS = {
    "a float": lambda t: t.tensor(1.5),
    "zeros": lambda t: t.zeros(2),
    "rand": lambda t: t.rand(2),
    "integers divided": lambda t: t.tensor([1, 2]) / 2,
    "integers and a float": lambda t: t.tensor([1, 2]) * 0.5,
    "exp of integers": lambda t: t.tensor([1, 2]).exp(),
    "arange": lambda t: t.arange(0.0, 1.0, 0.5),
    "float32 stays": lambda t: t.ones(2, dtype=t.float32) * 0.5,
    "a layer": lambda t: t.nn.Linear(2, 1).weight,
    "eye": lambda t: t.eye(2),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_default_dtype(name, torch):
    kinds = []
    for t in (ref, torch):
        try:
            t.set_default_dtype(t.float64)
            kinds.append((repr(t.get_default_dtype()), repr(DEFAULTS[name](t).dtype)))
        finally:
            t.set_default_dtype(t.float32)
    assert kinds[0] == kinds[1]
