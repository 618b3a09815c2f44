"""Initialisers: what they promise, on the weights of linear layers and of convolutions."""

import numpy as np
import pytest

import dlcore.reference as ref

init = ref.nn.init


@pytest.mark.parametrize("nonlinearity", [
    "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu",
])  # fmt: skip
def test_gains_are_torchs(nonlinearity, torch):
    ours, theirs = (t.nn.init.calculate_gain(nonlinearity) for t in (ref, torch))
    assert ours == pytest.approx(theirs)
    ours, theirs = (t.nn.init.calculate_gain("leaky_relu", 0.2) for t in (ref, torch))
    assert ours == pytest.approx(theirs)


# A convolution (60, 20, 5, 3) sums 20 * 5 * 3 = 300 inputs; each reaches 60 * 5 * 3 = 900 outputs.
@pytest.mark.parametrize(
    ("name", "options", "std"),
    [
        ("xavier_uniform_", {}, np.sqrt(2 / 1200)),
        ("xavier_normal_", {"gain": 2.0}, 2 * np.sqrt(2 / 1200)),
        ("kaiming_uniform_", {"nonlinearity": "relu"}, np.sqrt(2 / 300)),
        ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}, np.sqrt(2 / 900)),
        ("kaiming_normal_", {"a": 1.0}, np.sqrt(1 / 300)),
    ],
)
def test_windows_count_in_a_convolution(name, options, std, torch):
    for t in (ref, torch):
        generator = t.Generator().manual_seed(0)
        w = getattr(t.nn.init, name)(t.empty(60, 20, 5, 3), **options, generator=generator)
        assert w.std().item() == pytest.approx(std, rel=0.03)
        assert w.mean().item() == pytest.approx(0, abs=std / 30)
        generator.manual_seed(0)
        again = getattr(t.nn.init, name)(t.empty(60, 20, 5, 3), **options, generator=generator)
        assert (again == w).all()


def test_truncated_normal(torch):
    for t in (ref, torch):
        t.manual_seed(0)
        w = t.nn.init.trunc_normal_(t.empty(400, 100), mean=0.5, std=2.0, a=-1.0, b=1.0)
        assert -1 <= w.min().item() < -0.99
        assert 0.99 < w.max().item() <= 1
        # of the normal distribution between -0.75 and 0.25 standard deviations
        assert w.mean().item() == pytest.approx(0.0406, abs=0.02)
        plain = t.nn.init.trunc_normal_(t.empty(400, 100), std=0.02)
        assert plain.std().item() == pytest.approx(0.02, rel=0.02)


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (4, 2, 3)])
def test_orthogonal(shape, torch):
    for t in (ref, torch):
        w = t.nn.init.orthogonal_(t.empty(*shape, dtype=t.float64), gain=2.0).numpy()
        w = w.reshape(shape[0], -1)
        product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
        np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "groups"), [((3, 2, 5), 1), ((4, 2, 3, 3), 2), ((2, 3, 2, 2, 2), 1)]
)
def test_dirac_and_eye_are_torchs(shape, groups, torch):
    ours, theirs = (t.nn.init.dirac_(t.ones(*shape), groups) for t in (ref, torch))
    assert ours.tolist() == theirs.tolist()
    ours, theirs = (t.nn.init.eye_(t.ones(*shape[:2])) for t in (ref, torch))
    assert ours.tolist() == theirs.tolist()


def test_sparse(torch):
    for t in (ref, torch):
        w = t.nn.init.sparse_(t.empty(50, 80), 0.25, std=0.5)
        assert (w == 0).sum(0).tolist() == [13] * 80  # a quarter of 50, rounded up
        assert w[w != 0].std().item() == pytest.approx(0.5, rel=0.1)


def test_weights_of_layers_are_changed_in_place(torch):
    for t in (ref, torch):
        layer = t.nn.Linear(3, 2)
        before = layer.weight
        assert t.nn.init.constant_(layer.weight, 0.25) is before
        assert layer.weight.tolist() == [[0.25] * 3] * 2
        assert layer.weight.requires_grad
        t.nn.init.ones_(layer.bias)
        assert layer.bias.tolist() == [1, 1]
        t.nn.init.uniform_(layer.weight, 2.0, 3.0)
        assert 2 <= layer.weight.min().item() <= layer.weight.max().item() <= 3


def test_a_model_is_initialised_by_apply(torch):
    def fill(t):
        def function(m):
            if isinstance(m, t.nn.Linear):
                t.nn.init.eye_(m.weight)
                t.nn.init.zeros_(m.bias)

        return function

    for t in (ref, torch):
        model = t.nn.Sequential(t.nn.Linear(3, 3), t.nn.ReLU(), t.nn.Linear(3, 2))
        model.apply(fill(t))
        assert model(t.tensor([1.0, 2.0, 3.0])).tolist() == [1, 2]


BAD = [
    (lambda t, i: i.eye_(t.ones(3)), "eye_|dimensions"),
    (lambda t, i: i.dirac_(t.ones(3, 2)), "dimensions"),
    (lambda t, i: i.dirac_(t.ones(3, 2, 2), 2), "divisible by groups"),
    (lambda t, i: i.orthogonal_(t.ones(3)), "2 or more dimensions"),
    (lambda t, i: i.sparse_(t.ones(3), 0.1), "dimensions"),
    (lambda t, i: i.calculate_gain("gelu"), "Unsupported nonlinearity"),
    (lambda t, i: i.calculate_gain("leaky_relu", "0.1"), "not a valid number"),
    (lambda t, i: i.kaiming_normal_(t.ones(3, 2), mode="fan"), "not supported"),
    (lambda t, i: i.xavier_normal_(t.ones(3)), "fewer than 2 dimensions"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_input_is_an_error_of_torchs_type(case, torch):
    call, message = BAD[case]
    for t in (ref, torch):
        with pytest.raises(ValueError, match=message):
            call(t, t.nn.init)
