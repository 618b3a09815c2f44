"""Each mistake gets a sentence that says what was received and what to do."""

import numpy as np
import pytest

from dlcore import available_backends, get_backend
from dlcore.train import Controls, Listener, fit


def check(task, train, error, match, **changes):
    t = task()
    arguments = {"steps": 2, **t.parts, **changes}
    before = t.weights()
    with pytest.raises(error, match=match):
        fit(t.model, train, **arguments)
    for a, b in zip(t.weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "changes, error, match",
    [
        ({"steps": None}, ValueError, "either epochs or steps, received epochs=None"),
        ({"epochs": 1}, ValueError, "either epochs or steps, received epochs=1 and steps=2"),
        ({"steps": 0}, ValueError, "steps should be at least 1, received 0"),
        ({"steps": 2.5}, TypeError, "steps should be an integer, received 2.5"),
        ({"steps": True}, TypeError, "steps should be an integer, received True"),
        ({"batch_size": 0}, ValueError, "batch_size should be at least 1, received 0"),
        ({"clip_norm": -1.0}, ValueError, "clip_norm should be positive, received -1.0"),
        ({"clip_norm": "a"}, TypeError, "clip_norm should be a number or None, received 'a'"),
        ({"seed": "a"}, TypeError, "seed should be an integer from 0 on, received 'a'"),
        ({"seed": -1}, ValueError, "seed should be an integer from 0 on, received -1"),
        ({"loss": 5}, TypeError, r"loss should be a function \(output, y\) .*received 5"),
        ({"loss": Listener}, TypeError, r"the class, write Listener\(\)"),
        ({"scheduler": 5}, TypeError, "scheduler should be an lr_scheduler .*received 5"),
        ({"controls": 5}, TypeError, "controls should be a Controls object, received 5"),
        ({"controls": Controls}, TypeError, r"this is the class, write Controls\(\)"),
        ({"metrics": [abs]}, TypeError, 'received list: write metrics={"accuracy": accuracy}'),
        ({"metrics": {"a": 3}}, TypeError, "metric 'a' should be a function .*received 3"),
        ({"metrics": {"a": abs}}, ValueError, r"\['a'\] are computed on validation data"),
        ({"validation": 3}, TypeError, r"a pair \(X, y\) of arrays, received int"),
        ({"validation": ([1], [2])}, TypeError, "of arrays, received tuple of list and list"),
        ({"listeners": object()}, TypeError, "listeners should be a list"),
        ({"listeners": [Listener]}, TypeError, r"class of a listener: write Listener\(\)"),
        ({"listeners": [object()]}, TypeError, "none of a listener's methods"),
        ({"optimizer": 0.1}, TypeError, "optimizer should be an optimiser object, received 0.1"),
        ({"device": "abacus"}, RuntimeError, "abacus"),
    ],
)
def test_arguments(task, pair, changes, error, match):
    check(task, pair, error, match, **changes)


@pytest.mark.parametrize("name", ["loss", "step", "epoch"])
def test_names_that_a_metric_may_not_have(task, pair, name):
    check(task, pair, ValueError, "may not be called", validation=pair, metrics={name: abs})


def test_shapes(task, pair):
    X, y = pair
    check(task, (X, y[:-1]), ValueError, r"X has 40 examples and y has 39 .*\(40, 3\)")
    check(task, (X[:0], y[:0]), ValueError, r"hold no examples: shape \(0, 3\)")
    check(task, (X, np.float32(3)), ValueError, "y is a single number")
    check(task, pair, ValueError, "validation X has 40", validation=(X, y[:3]))


def test_precision(task, pair):
    X, y = pair
    double = X.astype(np.float64)
    check(task, (double, y), TypeError, r'X holds float64 .* float32.*X.astype\("float32"\)')
    check(task, (X, y.astype(np.float64)), TypeError, "y holds float64")
    check(task, [(double, y)], TypeError, "x holds float64")
    check(task, pair, TypeError, "validation X holds float64", validation=(double, y))


def test_what_is_no_number(task, pair):
    words = np.array([["a", "b", "c"]] * 40)
    check(task, (words, pair[1]), TypeError, "X should hold numbers, received an array of <U1")


def test_integers_where_the_model_wants_floats(task, pair):
    t = task()
    X = np.ones((40, 3), np.int64)
    with pytest.raises(Exception) as caught:
        fit(t.model, (X, pair[1]), steps=1, **t.parts)
    assert 'pass floats: X.astype("float32")' in "".join(caught.value.__notes__)


def test_a_failing_first_step_says_what_it_was_given(backend, task, pair):
    t = task()
    wrong = np.ones((40, 5), np.float32)
    with pytest.raises(Exception) as caught:
        fit(t.model, (wrong, pair[1]), steps=1, **t.parts)
    assert "x is (40, 5) float32, y is (40, 1) float32" in caught.value.__notes__[0]
    t = task()
    with pytest.raises(Exception) as caught:
        fit(t.model, pair, steps=1, loss=lambda o, y: o @ y, optimizer=t.optimizer)
    assert "output is (40, 1) float32; the loss failed" in caught.value.__notes__[0]


def test_a_failing_validation_says_that_it_was_the_validation(task, pair):
    t = task()
    wrong = np.ones((6, 5), np.float32), np.ones((6, 1), np.float32)
    with pytest.raises(Exception) as caught:
        fit(t.model, pair, epochs=1, validation=wrong, **t.parts)
    (note,) = caught.value.__notes__
    assert note == "In the validation: x is (6, 5) float32, y is (6, 1) float32; the model failed."
    for metric in (lambda o, y: o @ y, lambda o, y: o):
        t = task()
        with pytest.raises(Exception) as caught:
            fit(t.model, pair, epochs=1, validation=pair, metrics={"mine": metric}, **t.parts)
        (note,) = caught.value.__notes__
        assert "validation: the metric 'mine' failed. It is given the outputs (40, 1)" in note


def test_batches(task, pair):
    check(task, iter([pair]), TypeError, "can be run through only once")
    check(task, 5, TypeError, "received int")
    check(task, [pair], ValueError, "batch_size=8 is for a pair", batch_size=8)
    check(task, [], ValueError, "no batch in epoch 1")
    check(task, [(1, 2, 3)], TypeError, r"pairs \(x, y\), its batch number 0 is a tuple of 3")
    lists = pair[0].tolist(), pair[1].tolist()
    match = r"its batch number 0 is a list of 40\. If .* meant as a pair .*make both arrays"
    check(task, lists, TypeError, match)


def test_targets_that_would_be_broadcast(backend, task, pair):
    X, y = pair
    match = r"output has shape \(40, 1\) and y has shape \(40,\).*y.reshape\(-1, 1\)"
    check(task, (X, y[:, 0]), ValueError, match, loss=lambda o, y: ((o - y) ** 2).mean())


@pytest.mark.filterwarnings("ignore:.*Using a target size")
def test_targets_that_would_be_broadcast_in_a_loss_layer(backend, task, pair):
    X, y = pair
    check(task, (X, y[:, 0]), ValueError, r"reshape\(")
    match = r"y has shape \(40, 1\) for training and \(40,\) for validation"
    check(task, pair, ValueError, match, validation=(X, y[:, 0]))


def test_a_loss_that_pairs_them_itself_is_left_alone(task, pair):
    t = task()
    X, y = pair[0], pair[1][:, 0]
    history = fit(
        t.model, (X, y), steps=2, loss=lambda o, y: t.loss(o[:, 0], y), optimizer=t.optimizer
    )
    assert len(history) == 2


def test_loss_values(backend, task, pair):
    match = r"one number, received shape \(40, 1\)"
    check(task, pair, ValueError, match, loss=lambda o, y: (o - y) ** 2)
    match = "does not depend on the model's parameters"
    check(task, pair, ValueError, match, loss=lambda o, y: (o.detach() - y).mean())
    check(task, pair, TypeError, "received float", loss=lambda o, y: 0.0)


def test_models(backend, task, pair):
    t = task()
    with pytest.raises(ValueError, match="none of the model's parameters"):
        fit(task().model, pair, steps=1, **t.parts)
    with pytest.raises(ValueError, match="the model has no parameters"):
        fit(backend.nn.ReLU(), pair, steps=1, **t.parts)
    for p in t.model.parameters():
        p.requires_grad_(False)
    with pytest.raises(ValueError, match="all are frozen"):
        fit(t.model, pair, steps=1, **t.parts)
    with pytest.raises(TypeError, match="this is the class"):
        fit(backend.nn.Linear, pair, steps=1, **t.parts)
    with pytest.raises(TypeError, match="received <function"):
        fit(lambda x: x, pair, steps=1, **t.parts)


def test_tensors_of_the_other_backend(backend, task, pair):
    other = [get_backend(n) for n in available_backends() if get_backend(n) is not backend]
    if not other:
        pytest.skip("PyTorch is not installed")
    wrong = other[0].tensor(pair[0])
    check(task, (wrong, pair[1]), TypeError, "X is a .*pass NumPy arrays, which suit both")
