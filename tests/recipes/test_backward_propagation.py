"""backward_propagation: torch.autograd's gradients, real data, and what it refuses."""

import itertools

import numpy as np
import pytest

from dlcore import data
from dlcore.recipes import backward_propagation, forward_propagation

from .kinds import array

SIZES = [(3, 1), (4, 5, 1), (3, 6, 4, 2), (2, 1, 1)]


def problem(sizes=(4, 5, 1), m=7, dtype=np.float64, seed=0):
    generator = np.random.default_rng(seed)
    theta = []
    for inputs, outputs in itertools.pairwise(sizes):
        theta += [generator.standard_normal((inputs, outputs)), generator.standard_normal(outputs)]
    X, y = generator.standard_normal((m, sizes[0])), generator.random((m, sizes[-1]))
    return X.astype(dtype), y.astype(dtype), [p.astype(dtype) for p in theta]


def loss(X, y, theta):
    a = forward_propagation(X, theta)[-1]
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / len(X)


@pytest.mark.parametrize("sizes", SIZES)
def test_it_is_what_torch_autograd_computes(make, torch, sizes):
    X, y, theta = problem(sizes)
    leaves = [torch.tensor(p, requires_grad=True) for p in theta]
    a = torch.tensor(X)
    for W, b in zip(leaves[::2], leaves[1::2], strict=True):
        a = torch.sigmoid(a @ W + b)
    target = torch.tensor(y)
    (torch.nn.functional.binary_cross_entropy(a, target, reduction="sum") / len(X)).backward()
    gradients = backward_propagation(make(X), make(y), [make(p) for p in theta], len(X), 0.1)
    assert len(gradients) == len(theta)
    for g, leaf in zip(gradients, leaves, strict=True):
        assert type(g) is type(make(X)) and tuple(g.shape) == tuple(leaf.shape)
        np.testing.assert_allclose(array(g), leaf.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
def test_it_is_the_slope_of_the_loss_in_any_direction(sizes):
    X, y, theta = problem(sizes)
    direction = [np.random.default_rng(1).standard_normal(p.shape) for p in theta]
    h = 1e-5
    sides = [
        loss(X, y, [p + s * h * d for p, d in zip(theta, direction, strict=True)]) for s in (1, -1)
    ]
    gradients = backward_propagation(X, y, theta, len(X), 0.1)
    slope = sum((g * d).sum() for g, d in zip(gradients, direction, strict=True))
    assert (sides[0] - sides[1]) / (2 * h) == pytest.approx(slope, rel=1e-6)


def test_one_neuron_worked_by_hand():
    # a = sigmoid(0 * 2 + 0) = 1/2 and y = 1, so dL/dz = -1/2, dL/dW = 2 * -1/2, dL/db = -1/2.
    dW, db = backward_propagation([[2.0]], [1.0], [[[0.0]], [0.0]], 1, 0.1)
    np.testing.assert_allclose(dW, [[-1.0]])
    np.testing.assert_allclose(db, [-0.5])


def test_steps_against_the_gradient_learn_the_breast_cancer_data(make):
    """30-8-1, 300 steps of gradient descent: at least 95 % of the held-out tumours."""
    train, valid = data.split(data.breast_cancer(), seed=0, stratified=True)
    X, valid_X = data.standardise(train.X, valid.X)
    generator = np.random.default_rng(0)
    theta = [0.3 * generator.standard_normal((30, 8)), np.zeros(8)]
    theta += [0.3 * generator.standard_normal((8, 1)), np.zeros(1)]
    theta = [make(p.astype(np.float32)) for p in theta]
    X, y, m, rate = make(X), make(train.y), len(X), 2.0
    for _ in range(300):
        gradients = backward_propagation(X, y, theta, m, rate)
        theta = [p - rate * g for p, g in zip(theta, gradients, strict=True)]
    answer = array(forward_propagation(make(valid_X), theta)[-1])
    assert answer.dtype == np.float32
    assert ((answer[:, 0] > 0.5) == valid.y).mean() >= 0.95


def test_one_column_of_targets_may_be_a_vector_and_lists_are_arrays():
    X, y, theta = problem()
    expected = backward_propagation(X, y, theta, len(X), 0.1)
    given = backward_propagation(
        X.tolist(), y[:, 0].tolist(), [p.tolist() for p in theta], len(X), 0
    )
    for g, e in zip(given, expected, strict=True):
        np.testing.assert_array_equal(g, e)


def test_the_inputs_stay_as_they_are_and_gradients_have_no_graph(torch):
    X, y, theta = problem()
    leaves = [torch.tensor(p, requires_grad=True) for p in theta]
    gradients = backward_propagation(torch.tensor(X), torch.tensor(y), leaves, len(X), 0.1)
    assert not any(g.requires_grad for g in gradients)
    assert all(leaf.grad is None for leaf in leaves)
    for leaf, p in zip(leaves, theta, strict=True):
        np.testing.assert_array_equal(leaf.detach().numpy(), p)


def test_float32_stays_float32(make):
    X, y, theta = problem(dtype=np.float32)
    for g in backward_propagation(make(X), make(y), [make(p) for p in theta], len(X), 0.1):
        assert array(g).dtype == np.float32


def test_far_out_neurons_do_not_overflow():
    X, y, theta = problem(dtype=np.float32)
    for g in backward_propagation(1e6 * X, y, theta, len(X), 0.1):
        assert np.isfinite(g).all()


@pytest.mark.parametrize(
    "change, match",
    [
        (dict(X=np.ones(7)), r"X should have shape \(m, n\).*received \(7,\)"),
        (dict(X=np.ones((0, 4))), r"X should have shape .* received \(0, 4\)"),
        (dict(X=np.ones((7, 3))), r"W1 should have shape \(3, neurons\).*received \(4, 5\)"),
        (dict(y=np.ones((7, 2))), r"y should have shape \(7, 1\).*received \(7, 2\)"),
        (dict(y=np.ones(6)), r"y should have shape .*received \(6,\)"),
        (dict(y=np.full(7, 2.0)), "y should lie between 0 and 1.*from 2 to 2"),
        (dict(m=8), "m should be the number of examples, 7, received 8"),
        (dict(theta=[np.ones((4, 1))]), "received 1 entries"),
        (dict(theta=[]), "received 0 entries"),
        (dict(theta=[np.ones((4, 1)), np.ones(2)]), r"b1 should have shape \(1,\).*\(2,\)"),
        (
            dict(learning_rate=-1),
            "learning_rate is a finite number that is not negative, received -1",
        ),
    ],
)
def test_what_does_not_fit(make, change, match):
    X, y, theta = problem()
    arguments = dict(X=X, y=y, theta=theta, m=7, learning_rate=0.1) | change
    arguments |= {name: make(arguments[name]) for name in "Xy"}
    arguments["theta"] = [make(p) for p in arguments["theta"]]
    with pytest.raises(ValueError, match=match):
        backward_propagation(**arguments)


def test_what_is_of_another_kind():
    X, y, theta = problem()
    with pytest.raises(TypeError, match=r"theta should be the list .* received ndarray"):
        backward_propagation(X, y, theta[0], 7, 0.1)
    with pytest.raises(TypeError, match="y should hold real numbers, received dtype <U1"):
        backward_propagation(X, ["a"] * 7, theta, 7, 0.1)
    from dlcore.reference import tensor

    with pytest.raises(TypeError, match=r"of one kind, received X dlcore.*, y numpy"):
        backward_propagation(tensor(X), y, theta, 7, 0.1)


@pytest.mark.parametrize("name", ["X", "y", "b2"])
def test_bad_data_are_named(make, name):
    X, y, theta = problem()
    {"X": X, "y": y, "b2": theta[3]}[name].flat[0] = np.nan
    with pytest.raises(FloatingPointError, match=f"{name} holds numbers that are nan"):
        backward_propagation(make(X), make(y), [make(p) for p in theta], 7, 0.1)
