"""The 10-10-10-1 network: gradients, real data beside logistic regression, the article's data."""

import itertools
import math

import numpy as np
import pytest

from dlcore import data
from dlcore.recipes import network_10_10_10_1
from dlcore.recipes.network_10_10_10_1 import WIDTHS, loss_and_gradients

from .kinds import array


def weights(seed=0, dtype=np.float64):
    generator = np.random.default_rng(seed)
    shapes = [s for i, o in itertools.pairwise(WIDTHS) for s in ((i, o), (o,))]
    return [generator.standard_normal(shape).astype(dtype) for shape in shapes]


def tumours():
    """The ten mean values of the breast cancer data, standardised: training and validation."""
    train, valid = data.split(data.breast_cancer(), seed=0, stratified=True)
    X, valid_X = data.standardise(train.X[:, :10], valid.X[:, :10])
    return X, train.y, valid_X, valid.y


def torch_network(torch, theta):
    nn = torch.nn
    model = nn.Sequential(
        nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 1)
    ).double()
    with torch.no_grad():
        for p, start in zip(model.parameters(), theta, strict=True):
            p.copy_(torch.tensor(start.T))
    return model


def test_loss_and_gradients_are_torchs(make, torch):
    generator = np.random.default_rng(1)
    x, y, theta = generator.standard_normal((7, 10)), generator.random((7, 1)), weights()
    model = torch_network(torch, theta)
    logits = model(torch.tensor(x))
    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(y))
    expected.backward()
    loss, gradients, z = loss_and_gradients([make(p) for p in theta], make(x), make(y))
    assert float(loss) == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(array(z), logits.detach().numpy(), rtol=1e-10)
    for g, p in zip(gradients, model.parameters(), strict=True):
        np.testing.assert_allclose(array(g), p.grad.numpy().T, rtol=1e-10, atol=1e-14)


def test_its_steps_are_those_of_torchs_adam(make, torch):
    """One batch of all examples, so that the order is of no account."""
    X, y, valid_X, _ = (a.astype(np.float64) for a in tumours())
    theta = [0.3 * p for p in weights()]
    network = network_10_10_10_1(make(X), make(y), 40, len(X), 0.01, theta=[make(p) for p in theta])
    model = torch_network(torch, theta)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(40):
        logits = model(torch.tensor(X))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.tensor(y)[:, None]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(network.history["loss"], losses, rtol=1e-8)
    answer = network.predict(make(valid_X))
    assert type(answer) is type(make(X))
    expected = torch.sigmoid(model(torch.tensor(valid_X))).detach().numpy()
    np.testing.assert_allclose(array(answer), expected, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_is_as_good_as_logistic_regression_on_the_breast_cancer_data(make, seed):
    """100 epochs: 92 % or more of the held-out tumours, within 2 % of logistic regression."""
    from sklearn.linear_model import LogisticRegression

    X, y, valid_X, valid_y = tumours()
    network = network_10_10_10_1(make(X), make(y), epochs=100, seed=seed)
    answer = array(network.predict(make(valid_X)))
    assert answer.shape == (len(valid_y), 1) and answer.dtype == np.float32
    accuracy = ((answer[:, 0] > 0.5) == valid_y).mean()
    assert accuracy >= 0.92
    assert accuracy >= LogisticRegression().fit(X, y).score(valid_X, valid_y) - 0.02
    assert network.history["accuracy"][-1] >= 0.94
    assert network.history["loss"][-1] < network.history["loss"][0] / 3


def test_the_same_seed_gives_the_same_network_on_both_backends(torch):
    import dlcore.reference as reference

    X, y, valid_X, _ = tumours()
    answers = [
        array(network_10_10_10_1(make(X), make(y), 10, seed=3).predict(make(valid_X)))
        for make in (np.asarray, reference.tensor, torch.tensor)
    ]
    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_allclose(answers[0], answers[2], atol=1e-5)
    other = network_10_10_10_1(X, y, 10, seed=4).predict(valid_X)
    assert np.abs(other - answers[0]).max() > 0.01


def test_the_articles_own_data_hold_nothing_to_learn():
    """Its call as it stands: the loss comes to log 2 from above, and the accuracy is 0."""
    generator = np.random.default_rng(0)
    x_train, y_train = generator.random((1000, 10)), generator.random((1000, 1))
    history = network_10_10_10_1(x_train, y_train, epochs=10, batch_size=32).history
    assert history["loss"][-1] == pytest.approx(math.log(2), abs=0.01)
    assert history["accuracy"] == [0.0] * 10


def test_too_large_steps_are_told_of(make):
    X, y, _, _ = tumours()
    with pytest.raises(FloatingPointError, match=r"learning_rate=1e\+30: use a smaller one"):
        network_10_10_10_1(make(X), make(y), learning_rate=1e30)


@pytest.mark.parametrize(
    "change, error, match",
    [
        (dict(x_train=np.ones((4, 9))), ValueError, r"x_train should have .*\(N, 10\).*\(4, 9\)"),
        (dict(x_train=np.ones((0, 10))), ValueError, r"received \(0, 10\)"),
        (dict(y_train=np.ones(3)), ValueError, r"y_train should have shape \(4,\) or \(4, 1\)"),
        (dict(y_train=np.full(4, -1.0)), ValueError, "y_train should lie between 0 and 1"),
        (dict(x_train=np.full((4, 10), np.inf)), FloatingPointError, "x_train holds numbers"),
        (dict(epochs=0), ValueError, "epochs should be at least 1, received 0"),
        (dict(batch_size=1.5), TypeError, "batch_size should be an integer, received 1.5"),
        (dict(learning_rate="a"), TypeError, "learning_rate is a number, received 'a'"),
        (dict(theta=weights()[:4]), ValueError, "W3, b3], received 4"),
        (dict(theta=weights()[::-1]), ValueError, r"W1 should have shape \(10, 10\)"),
        (dict(seed=-1), ValueError, "seed should be an integer from 0 on, received -1"),
    ],
)
def test_what_does_not_fit(change, error, match):
    arguments = dict(x_train=np.ones((4, 10)), y_train=np.ones(4)) | change
    with pytest.raises(error, match=match):
        network_10_10_10_1(**arguments)
