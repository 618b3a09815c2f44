"""Accumulation: k batches for one step give the weights of one batch that is k times as large."""

import numpy as np
import pytest

from dlcore.train import NonFiniteLoss, fit


def run(task, train, **options):
    t = task(sizes=(3, 5, 1), dtype=np.float64, optimizer="Adam", lr=0.05)
    history = fit(t.model, train, **options, **t.parts)
    return t.weights(), history


@pytest.fixture
def double(pair):
    return tuple(a.astype(np.float64) for a in pair)


@pytest.mark.parametrize("batch_size, k", [(5, 4), (8, 2), (8, 3), (7, 4), (16, 5)])
def test_weights_losses_and_counts_are_those_of_the_larger_batch(task, double, batch_size, k):
    """40 examples: the last group of an epoch may have fewer batches, the last batch be smaller."""
    options = {"epochs": 3, "clip_norm": 0.5, "validation": double}
    expected, one = run(task, double, batch_size=batch_size * k, **options)
    received, many = run(task, double, batch_size=batch_size, accumulate=k, **options)
    assert len(many) == len(one)
    np.testing.assert_allclose(many.loss, one.loss, rtol=1e-12)
    np.testing.assert_allclose(many.validation["loss"], one.validation["loss"], rtol=1e-12)
    for a, b in zip(received, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)


def test_batches_of_an_iterable(task, double):
    X, y = double
    pieces = [(X[i : i + 9], y[i : i + 9]) for i in range(0, 40, 9)]  # 9, 9, 9, 9, 4
    larger = [(X[:27], y[:27]), (X[27:], y[27:])]
    expected, one = run(task, larger, epochs=2)
    received, many = run(task, pieces, epochs=2, accumulate=3)
    np.testing.assert_allclose(many.loss, one.loss, rtol=1e-12)
    np.testing.assert_allclose(received[0], expected[0], rtol=1e-11)


def test_steps_listeners_and_schedule_count_updates(backend, task, pair, listener):
    t = task(lr=1.0)
    scheduler = backend.optim.lr_scheduler.ExponentialLR(t.optimizer, gamma=0.5)
    history = fit(
        t.model, pair, epochs=2, batch_size=8, accumulate=2, scheduler=scheduler, clip_norm=1e-6,
        listeners=[listener], **t.parts,
    )  # fmt: skip
    assert listener.run.total_steps == len(history) == 6  # 5 batches are 3 steps
    assert [s.step for s in listener.steps] == [1, 2, 3, 4, 5, 6]
    assert [s.epoch for s in listener.steps] == [1, 1, 1, 2, 2, 2]
    assert history.learning_rate.tolist() == [2.0**-i for i in range(6)]


def test_steps_end_in_the_middle_of_an_epoch(task, pair):
    t = task()
    assert len(fit(t.model, pair, steps=4, batch_size=8, accumulate=2, **t.parts)) == 4


def test_the_batch_that_is_not_finite_is_found(task, pair):
    X, y = (a.copy() for a in pair)
    X[3, 0] = np.nan
    t = task()
    before = t.weights()
    batches = [(X[20:30], y[20:30]), (X[:20], y[:20]), (X[30:], y[30:])]
    with pytest.raises(NonFiniteLoss, match=r"1 of the 60 numbers of this batch's X"):
        fit(t.model, batches, epochs=1, accumulate=3, **t.parts)
    for a, b in zip(t.weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "k, error, match",
    [
        (0, ValueError, "accumulate should be at least 1, received 0"),
        (1.5, TypeError, "accumulate should be an integer, received 1.5"),
        (True, TypeError, "accumulate should be an integer, received True"),
    ],
)
def test_wrong_numbers(task, pair, k, error, match):
    t = task()
    with pytest.raises(error, match=match):
        fit(t.model, pair, steps=1, accumulate=k, **t.parts)
