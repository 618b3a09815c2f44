"""Activations as layers and functions: PyTorch's numbers, texts and conventions."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same, twins


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape) * 3


LAYERS = {
    "ELU": lambda nn: nn.ELU(0.7),
    "SELU": lambda nn: nn.SELU(),
    "CELU": lambda nn: nn.CELU(0.5),
    "GELU": lambda nn: nn.GELU(),
    "GELU by tanh": lambda nn: nn.GELU("tanh"),
    "SiLU": lambda nn: nn.SiLU(),
    "Mish": lambda nn: nn.Mish(),
    "ReLU": lambda nn: nn.ReLU(),
    "ReLU6": lambda nn: nn.ReLU6(),
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "Softplus": lambda nn: nn.Softplus(2.0, 3.0),
    "Hardtanh": lambda nn: nn.Hardtanh(-0.5, 2.0),
    "Hardswish": lambda nn: nn.Hardswish(),
    "Hardshrink": lambda nn: nn.Hardshrink(1.0),
    "Softshrink": lambda nn: nn.Softshrink(1.0),
    "LeakyReLU": lambda nn: nn.LeakyReLU(0.2),
    "LogSigmoid": lambda nn: nn.LogSigmoid(),
    "Softsign": lambda nn: nn.Softsign(),
    "Tanhshrink": lambda nn: nn.Tanhshrink(),
    "Threshold": lambda nn: nn.Threshold(0.3, -2.0),
    "RReLU": lambda nn: nn.RReLU(0.1, 0.4).eval(),
    "PReLU": lambda nn: nn.PReLU(),
    "PReLU for each channel": lambda nn: nn.PReLU(4, 0.1),
    "GLU": lambda nn: nn.GLU(1),
    "Softmax": lambda nn: nn.Softmax(dim=1),
    "Softmin": lambda nn: nn.Softmin(dim=-1),
    "LogSoftmax": lambda nn: nn.LogSoftmax(dim=0),
    "Softmax2d": lambda nn: nn.Softmax2d(),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, torch):
    ours, theirs = twins(LAYERS[name], torch)
    assert_same(ours, theirs, torch, numbers(3, 4, 2))
    if not name.startswith(("PReLU for", "GLU", "Softm", "LogSoftm")):
        assert_same(ours, theirs, torch, numbers(5))


def test_hardsigmoid_agrees_with_torch(torch):
    """Not to 1e-10: the slope of PyTorch's is 1/6 rounded to float32."""
    ours, theirs = ref.nn.Hardsigmoid(inplace=True), torch.nn.Hardsigmoid(inplace=True)
    assert repr(ours) == repr(theirs)
    x = numbers(6)
    np.testing.assert_allclose(ours(ref.tensor(x)).numpy(), theirs(torch.tensor(x)).numpy())


def test_every_activation_is_tried():
    from dlcore.reference.nn import activation

    public = {n for n, c in vars(activation).items() if isinstance(c, type) and n[0] != "_"}
    public -= {"Module", "Parameter", "Hardsigmoid"}
    assert public == {name.split()[0] for name in LAYERS}


KINKS = {
    "relu": (0.0,),
    "leaky_relu": (0.0,),
    "relu6": (0.0, 6.0),
    "hardtanh": (-1.0, 1.0),
    "hardswish": (-3.0, 3.0),
    "hardsigmoid": (-3.0, 3.0),
    "elu": (0.0,),
    "celu": (0.0,),
    "selu": (0.0,),
    "hardshrink": (-0.5, 0.5),
    "softshrink": (-0.5, 0.5),
    "softsign": (0.0,),
    "prelu": (0.0,),
}


@pytest.mark.parametrize("name", KINKS)
def test_slope_at_a_corner_is_torchs(name, torch):
    found = []
    for t in (ref, torch):
        x = t.tensor(KINKS[name], requires_grad=True)
        more = (t.tensor([0.25]),) if name == "prelu" else ()
        getattr(t.nn.functional, name)(x, *more).sum().backward()
        found.append(x.grad.tolist())
    assert found[0] == pytest.approx(found[1])


def test_relu_has_slope_0_at_0():
    x = ref.zeros(1, requires_grad=True)
    ref.nn.functional.relu(x).backward()
    assert x.grad.item() == 0


def test_gelu_is_the_exact_one_by_default():
    from statistics import NormalDist

    y = ref.nn.functional.gelu(ref.tensor([1.5], dtype=ref.float64))
    assert y.item() == pytest.approx(1.5 * NormalDist().cdf(1.5), rel=1e-12)


IN_PLACE = [
    "relu", "relu6", "elu", "selu", "celu", "silu", "mish", "leaky_relu", "hardtanh", "hardswish",
    "hardsigmoid", "rrelu",
]  # fmt: skip


@pytest.mark.parametrize("name", [*IN_PLACE, "threshold", "dropout"])
def test_in_place_changes_the_input_and_gradients_stay_right(name, torch):
    """As in self.relu(x) whose result nobody takes."""
    options = {"threshold": {"threshold": 0.5, "value": 0.1}, "dropout": {"p": 0.0}}.get(name, {})
    found = []
    for t in (ref, torch):
        f = getattr(t.nn.functional, name)
        leaf = t.tensor(numbers(3, 4), requires_grad=True)
        h = leaf * 2
        out = f(h, inplace=True, **options)
        assert out is h
        (h * h).sum().backward()
        plain = t.tensor(numbers(3, 4))
        f(plain, inplace=True, **options)
        found.append([h.detach().numpy(), leaf.grad.numpy(), plain.numpy()])
    for mine, other in zip(*found, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-7)


NAMED = {
    "relu_": (),
    "leaky_relu_": (0.2,),
    "elu_": (0.5,),
    "celu_": (0.5,),
    "selu_": (),
    "threshold_": (0.5, 0.1),
    "hardtanh_": (-0.5, 1.5),
    "rrelu_": (0.2, 0.4),
}


@pytest.mark.parametrize("name", NAMED)
def test_functions_named_as_in_place(name, torch):
    found = []
    for t in (ref, torch):
        x = t.tensor(numbers(3, 4))
        assert getattr(t.nn.functional, name)(x, *NAMED[name]) is x
        found.append(x.numpy())
    np.testing.assert_allclose(*found, rtol=1e-12)


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "ELU", "Dropout", "SiLU", "ReLU6", "RReLU"])
def test_layers_change_their_input_if_told_to(name, torch):
    for t in (ref, torch):
        layer = getattr(t.nn, name)(inplace=True)
        x = t.linspace(-1, 1, 50)
        before = x.clone()
        assert layer(x) is x
        assert (x != before).any()
    assert repr(getattr(ref.nn, name)(inplace=True)) == repr(layer)


def test_a_block_with_relu_in_place_trains_as_torchs(torch):
    """A residual block as it is usually written: one ReLU(inplace=True), used twice."""

    def make(nn):
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.bn1 = nn.Linear(4, 4), nn.BatchNorm1d(4)
                self.fc2, self.bn2 = nn.Linear(4, 4), nn.BatchNorm1d(4)
                self.relu = nn.ReLU(inplace=True)

            def forward(self, x):
                identity = x
                out = self.relu(self.bn1(self.fc1(x)))
                out = self.bn2(self.fc2(out))
                out += identity
                self.relu(out)
                return out

        return Block()

    ours, theirs = twins(make, torch)
    assert_same(ours, theirs, torch, numbers(6, 4))


def test_softmax_without_an_axis_chooses_as_torch_does(torch):
    for shape in [(4,), (3, 4), (2, 3, 4), (2, 3, 4, 2)]:
        for name in ("softmax", "log_softmax", "softmin"):
            found = []
            for t in (ref, torch):
                with pytest.warns(UserWarning, match="Implicit dimension choice"):
                    found.append(getattr(t.nn.functional, name)(t.tensor(numbers(*shape))).numpy())
            np.testing.assert_allclose(*found, rtol=1e-10)


def test_softmax_converts_first(torch):
    for t in (ref, torch):
        y = t.nn.functional.softmax(t.tensor([1, 2]), dim=0, dtype=t.float64)
        assert y.dtype is t.float64
        assert y.sum().item() == pytest.approx(1)
        with pytest.raises(RuntimeError, match="not implemented for"):
            t.nn.functional.softmax(t.tensor([1, 2]), dim=0)
        with pytest.raises(IndexError, match="out of range"):
            t.nn.functional.softmax(t.ones(2), dim=1)


def test_softmax_of_a_number(torch):
    for name in ("softmax", "softmin", "log_softmax"):
        for t in (ref, torch):
            x = t.tensor(3.0, requires_grad=True)
            y = getattr(t.nn.functional, name)(x, dim=0)
            y.backward()
            assert tuple(y.shape) == ()
            assert (y.item(), x.grad.item()) == (0.0 if name == "log_softmax" else 1.0, 0.0)


def test_gumbel_softmax_draws_by_the_logits():
    ref.manual_seed(0)
    logits = ref.tensor([0.2, 0.3, 0.5]).log().expand(20_000, 3)
    hard = ref.nn.functional.gumbel_softmax(logits, hard=True)
    np.testing.assert_allclose(hard.mean(0).numpy(), [0.2, 0.3, 0.5], atol=0.02)
    assert set(np.unique(hard.numpy().round(6))) == {0, 1}
    soft = ref.nn.functional.gumbel_softmax(logits, tau=0.5)
    np.testing.assert_allclose(soft.sum(-1).numpy(), 1, rtol=1e-5)
    x = ref.tensor([[1.0, 2.0]], requires_grad=True)
    (ref.nn.functional.gumbel_softmax(x, hard=True) * ref.tensor([1.0, 0.0])).sum().backward()
    assert x.grad.abs().sum().item() > 0  # straight through


def test_rrelu_is_random_in_training_only():
    ref.manual_seed(0)
    layer, x = ref.nn.RReLU(0.1, 0.4), ref.full((10_000,), -1.0)
    y = layer(x)
    assert -0.4 <= y.min().item() < y.max().item() <= -0.1
    assert y.mean().item() == pytest.approx(-0.25, abs=0.01)
    assert layer.eval()(x)[0].item() == pytest.approx(-0.25)


DISTANCES = {
    "normalize": lambda t, x, y: t.nn.functional.normalize(x),
    "normalize, p 1": lambda t, x, y: t.nn.functional.normalize(x, p=1.0, dim=-1),
    "cosine_similarity": lambda t, x, y: t.nn.functional.cosine_similarity(x, y),
    "CosineSimilarity": lambda t, x, y: t.nn.CosineSimilarity(dim=2, eps=1e-6)(x, y),
    "broadcast": lambda t, x, y: t.nn.functional.cosine_similarity(x[:, None], y[None], dim=-1),
    "pairwise_distance": lambda t, x, y: t.nn.functional.pairwise_distance(x, y),
    "PairwiseDistance": lambda t, x, y: t.nn.PairwiseDistance(p=1, keepdim=True)(x, y),
}


@pytest.mark.parametrize("name", DISTANCES)
def test_distances_agree_with_torch(name, torch):
    calls = [lambda x, y, t=t: DISTANCES[name](t, x, y) for t in (ref, torch)]
    assert_same(*calls, torch, numbers(3, 4, 2), numbers(3, 4, 2, seed=1))


def test_a_vector_of_length_0_stays_one():
    assert ref.nn.functional.normalize(ref.zeros(1, 3)).tolist() == [[0, 0, 0]]
    assert ref.nn.functional.cosine_similarity(ref.zeros(1, 3), ref.ones(1, 3)).tolist() == [0]


BAD = [
    (lambda t: t.nn.functional.glu(t.ones(3, 5)), RuntimeError, "even, but dimension -1 is size 5"),
    (lambda t: t.nn.functional.prelu(t.ones(2, 3), t.ones(4)), RuntimeError, "3 channels"),
    (lambda t: t.nn.functional.celu(t.ones(2), alpha=0.0), RuntimeError, "alpha cannot be 0"),
    (lambda t: t.nn.functional.gelu(t.ones(2), approximate="no"), RuntimeError, "approximate"),
    (lambda t: t.nn.functional.silu(t.ones(2, dtype=t.int64)), RuntimeError, "implemented for"),
    (lambda t: t.nn.functional.softshrink(t.ones(2), -1.0), RuntimeError, "at least 0"),
    (lambda t: t.nn.functional.dropout(t.ones(2), -0.5), ValueError, "between 0 and 1"),
    (lambda t: t.nn.functional.dropout1d(t.ones(2)), RuntimeError, "received a 1D input"),
    (lambda t: t.nn.Dropout2d(2.0), ValueError, "between 0 and 1"),
    (lambda t: t.nn.functional.rrelu(t.ones(2), 0.5, 0.1), RuntimeError, "upper bound"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_input_is_an_error_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call(ref)
    with pytest.raises(kind):
        call(torch)
