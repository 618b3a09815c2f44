"""Tables, bags, and the small layers of nn/linear.py: PyTorch's numbers and messages."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same, twins

WORDS = np.random.default_rng(0).integers(0, 7, (4, 5))
FLAT = np.array([1, 2, 4, 5, 1, 3, 2, 0])


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


LAYERS = {
    "table": (lambda nn: nn.Embedding(7, 3), (WORDS,)),
    "padding": (lambda nn: nn.Embedding(7, 3, padding_idx=2), (WORDS,)),
    "padding from the end": (lambda nn: nn.Embedding(7, 3, -1), (WORDS,)),
    "bag": (lambda nn: nn.EmbeddingBag(7, 3), (WORDS,)),
    "bag, sum, padding": (lambda nn: nn.EmbeddingBag(7, 3, mode="sum", padding_idx=2), (WORDS,)),
    "bag, mean, padding": (lambda nn: nn.EmbeddingBag(7, 3, padding_idx=2), (WORDS,)),
    "bag, max": (lambda nn: nn.EmbeddingBag(7, 3, mode="max"), (WORDS,)),
    "bags by offsets": (lambda nn: nn.EmbeddingBag(7, 3), (FLAT, np.array([0, 3, 3, 6]))),
    "max of bags": (lambda nn: nn.EmbeddingBag(7, 3, mode="max"), (FLAT, np.array([0, 3, 3, 6]))),
    "last offset": (
        lambda nn: nn.EmbeddingBag(7, 3, mode="sum", include_last_offset=True),
        (FLAT, np.array([0, 3, 8])),
    ),
    "bilinear": (lambda nn: nn.Bilinear(3, 4, 2), (numbers(5, 3), numbers(5, 4))),
    "bilinear, no bias": (
        lambda nn: nn.Bilinear(3, 4, 2, bias=False),
        (numbers(5, 6, 3), numbers(5, 6, 4)),
    ),
    "unflatten": (lambda nn: nn.Unflatten(1, (2, 3)), (numbers(4, 6),)),
    "unflatten, rest": (lambda nn: nn.Unflatten(-1, (2, -1)), (numbers(4, 6),)),
    "flatten": (lambda nn: nn.Flatten(0, 1), (numbers(4, 2, 3),)),
    "identity": (lambda nn: nn.Identity(54, unused=0.1), (numbers(4, 2),)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, torch):
    make, inputs = LAYERS[name]
    ours, theirs = twins(make, torch)
    assert_same(ours, theirs, torch, *inputs)


def test_the_padding_row_starts_at_0_and_is_not_learnt():
    layer = ref.nn.Embedding(5, 3, padding_idx=2)
    assert layer.weight[2].tolist() == [0, 0, 0]
    assert layer.weight.requires_grad
    layer(ref.tensor([2, 2, 1])).sum().backward()
    assert layer.weight.grad.tolist() == [[0] * 3, [1] * 3, [0] * 3, [0] * 3, [0] * 3]


def test_pretrained_tables(torch):
    for t in (ref, torch):
        known = t.tensor(numbers(4, 3))
        frozen = t.nn.Embedding.from_pretrained(known)
        assert not frozen.weight.requires_grad
        assert frozen(t.tensor([3]))[0].tolist() == known[3].tolist()
        assert t.nn.Embedding.from_pretrained(known, freeze=False).weight.requires_grad
        bag = t.nn.EmbeddingBag.from_pretrained(known, mode="sum", freeze=True)
        assert bag(t.tensor([[0, 1]]))[0].tolist() == (known[0] + known[1]).tolist()


def test_weighted_bags(torch):
    found = []
    for t in (ref, torch):
        w = t.tensor(numbers(7, 3), requires_grad=True)
        share = t.tensor(numbers(4, 5), requires_grad=True)
        y = t.nn.functional.embedding_bag(t.tensor(WORDS), w, mode="sum", per_sample_weights=share)
        (y * y).sum().backward()
        found.append([x.detach().numpy() for x in (y, w.grad, share.grad)])
    for mine, other in zip(*found, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10)


def test_one_hot(torch):
    for t in (ref, torch):
        f = t.nn.functional.one_hot
        assert f(t.tensor([0, 2])).tolist() == [[1, 0, 0], [0, 0, 1]]
        assert tuple(f(t.tensor([[1], [0]]), num_classes=4).shape) == (2, 1, 4)
        assert f(t.tensor(1)).dtype is t.int64
        for wrong in (t.tensor([-1]), t.tensor([0.5]), t.tensor([], dtype=t.int64)):
            with pytest.raises(RuntimeError):
                f(wrong)
        with pytest.raises(RuntimeError, match="smaller than num_classes"):
            f(t.tensor([3]), 3)


@pytest.mark.parametrize(
    "options", [{"max_norm": 1.0}, {"scale_grad_by_freq": True}, {"sparse": True}]
)
def test_what_is_left_out_says_so(options):
    name = next(iter(options))
    for make in (ref.nn.Embedding, ref.nn.EmbeddingBag):
        with pytest.raises(NotImplementedError, match=f"PyTorch has {name}, the reference does"):
            make(5, 3, **options)
    with pytest.raises(NotImplementedError, match=name):
        ref.nn.functional.embedding(ref.tensor([0]), ref.ones(2, 2), **options)


BAD = [
    (lambda t: t.nn.Embedding(7, 3)(t.tensor([7])), IndexError, "out of range"),
    (lambda t: t.nn.Embedding(7, 3)(t.tensor([1.0])), RuntimeError, "integers|scalar type"),
    (
        lambda t: t.nn.Embedding.from_pretrained(t.ones(3)),
        (ValueError, AssertionError),
        "matrix|2-d",
    ),
    (lambda t: t.nn.EmbeddingBag(7, 3)(t.tensor([1, 2])), ValueError, "offsets"),
    (
        lambda t: t.nn.EmbeddingBag(7, 3)(t.tensor([[1, 2]]), t.tensor([0])),
        ValueError,
        "offsets has to be None",
    ),
    (lambda t: t.nn.EmbeddingBag(7, 3)(t.tensor([1]), t.tensor([1])), RuntimeError, "offsets"),
    (lambda t: t.nn.Bilinear(2, 3, 4)(t.ones(5, 3), t.ones(5, 3)), RuntimeError, "bilinear|size"),
    (lambda t: t.nn.Bilinear(0, 3, 4), ValueError, "must be > 0"),
    (lambda t: t.nn.Unflatten(1, (2, 2))(t.ones(2, 6)), RuntimeError, "multiply up"),
    (lambda t: t.nn.Unflatten(1, 6), TypeError, "tuple"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_input_is_an_error_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    for t in (ref, torch):
        with pytest.raises(kind, match=message):
            call(t)
