"""How a training ends: interrupted, diverged, failed; the history is kept, the listeners hear."""

import numpy as np
import pytest

from dlcore.train import History, Listener, NonFiniteLoss, fit
from dlcore.train.history import Recorder


def raiser(error, at):
    class Raiser(Listener):
        def on_step(self, step):
            if step.step == at:
                raise error

    return Raiser()


def test_keyboard_interrupt_returns_the_history(task, pair, listener):
    t = task()
    t.model.eval()
    history = fit(
        t.model, pair, steps=100, listeners=[listener, raiser(KeyboardInterrupt, 4)], **t.parts
    )
    assert isinstance(history, History)
    assert history.stopped == "interrupted" and len(history) == 4
    assert listener.history is history
    assert not t.model.training


def test_keyboard_interrupt_in_the_forward_pass(task, pair):
    t = task()
    calls = []

    def loss(output, y):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return t.loss(output, y)

    history = fit(t.model, pair, steps=100, loss=loss, optimizer=t.optimizer)
    assert history.stopped == "interrupted" and len(history) == 2


def test_an_error_of_a_listener_is_not_hidden_and_the_others_hear_the_end(task, pair, listener):
    class BadEnd(Listener):
        def on_end(self, history):
            raise RuntimeError("in on_end")

    t = task()
    with pytest.raises(ZeroDivisionError):
        fit(t.model, pair, steps=9, listeners=[raiser(ZeroDivisionError, 2), listener], **t.parts)
    assert listener.history.stopped == "failed" and len(listener.history) == 2
    listener.history = None
    with pytest.raises(RuntimeError, match="in on_end"):
        fit(t.model, pair, steps=2, listeners=[BadEnd(), listener], **t.parts)
    assert listener.history.stopped == "finished"


def test_too_large_a_learning_rate_is_named_with_its_growth(task, pair, listener):
    t = task(lr=3.0)
    with pytest.raises(NonFiniteLoss) as caught:
        fit(t.model, pair, steps=1000, listeners=[listener], **t.parts)
    error, losses = caught.value, caught.value.history.loss
    assert isinstance(error, ArithmeticError)
    assert error.step == len(losses) == error.history.step[-1]
    assert not np.isfinite(losses[-1]) and np.isfinite(losses[:-1]).all()
    assert error.message == str(error) and error.cause in error.message
    assert f"at step {error.step} (learning rate 3)" in error.message
    assert "learning rate is probably too large" in error.cause
    factor = (losses[-2] / losses[-21]) ** (1 / 19)  # over the last steps it is geometric
    assert f"by a factor of {factor:.3g} a step" in error.cause
    assert listener.history is error.history and listener.history.stopped == "diverged"
    # The step that went wrong changed nothing: the weights can still be looked at.
    assert all(np.isfinite(w).all() for w in t.weights())


def test_bad_data_are_named(task, pair):
    X, y = pair
    X = X.copy()
    X[3, 1] = np.nan
    t = task()
    with pytest.raises(NonFiniteLoss, match=r"data are not finite, 1 of the 120 numbers.* X") as e:
        fit(t.model, (X, y), steps=10, **t.parts)
    assert e.value.step == 1
    y = y.copy()
    y[:2] = np.inf
    t = task()
    with pytest.raises(NonFiniteLoss, match=r"data are not finite, 2 of the 40 numbers.* y"):
        fit(t.model, (pair[0], y), steps=10, **t.parts)


def test_bad_initial_weights_are_named(backend, task, pair):
    t = task()
    with backend.no_grad():
        next(t.model.parameters()).copy_(backend.tensor(np.full((1, 3), np.nan, np.float32)))
    name = next(name for name, _ in t.model.named_parameters())
    with pytest.raises(NonFiniteLoss, match=rf"initial weights are not finite \({name}\)"):
        fit(t.model, pair, steps=10, **t.parts)


def test_log_of_zero_is_named(backend, task, pair):
    t = task()

    def loss(output, y):
        return -(output * 0).log().mean()

    with pytest.raises(NonFiniteLoss, match=r"inf at step 1 .*loss function.*log\(0\)"):
        fit(t.model, pair, steps=10, loss=loss, optimizer=t.optimizer)


def test_log_of_zero_later(task, pair):
    t = task(lr=0.01)
    calls = []

    def loss(output, y):
        calls.append(1)
        value = t.loss(output, y)
        return value if len(calls) < 4 else value + (value * 0).log()

    with pytest.raises(NonFiniteLoss, match=r"at step 4 .*output is still finite") as caught:
        fit(t.model, pair, steps=10, loss=loss, optimizer=t.optimizer)
    assert caught.value.step == 4


def test_overflow_in_the_model_at_the_first_step(task, pair):
    t = task(sizes=(3, 4, 1))
    X = np.full((4, 3), 3e38, np.float32)
    with pytest.raises(
        NonFiniteLoss, match=r"output overflows, .* The largest number in X is 3e\+38"
    ):
        fit(t.model, (X, X[:, :1] * 0), steps=10, **t.parts)


def test_infinite_derivative_is_suspected(backend, task, pair):
    """sqrt has an infinite slope at 0: the loss is fine, the weights after the step are not."""
    t = task(lr=0.1)

    def loss(output, y):
        return (output * 0).sqrt().mean() + t.loss(output, y)

    with pytest.raises(NonFiniteLoss, match=r"at step 2 .*weights are not finite any more"):
        fit(t.model, pair, steps=10, loss=loss, optimizer=t.optimizer)


def test_losses_read_in_blocks_name_the_first_bad_step(backend):
    recorder = Recorder(backend, read_every=4)
    values = [3.0, 2.0, 1.0, 0.5, 0.4, float("nan"), float("nan")]
    going = [recorder.add_step(backend.tensor(v), 0.1) for v in values]
    assert all(going)
    assert not recorder.add_step(backend.tensor(0.1), 0.1)
    history = recorder.history("diverged", 1.0, "")
    np.testing.assert_allclose(history.loss, [3, 2, 1, 0.5, 0.4, np.nan], rtol=1e-6)
    assert history.learning_rate.shape == (6,)


def test_training_with_losses_read_in_blocks(task, pair, monkeypatch):
    """What a GPU does, on the CPU: the same history, and the bad step is found after the fact."""
    with pytest.raises(NonFiniteLoss) as at_once:
        t = task(lr=3.0)
        fit(t.model, pair, steps=1000, **t.parts)
    monkeypatch.setattr("dlcore.train.fitting._is_asynchronous", lambda device: True)
    t = task()
    history = fit(t.model, pair, steps=120, batch_size=8, **t.parts)
    monkeypatch.undo()
    t = task()
    np.testing.assert_array_equal(
        history.loss, fit(t.model, pair, steps=120, batch_size=8, **t.parts).loss
    )
    monkeypatch.setattr("dlcore.train.fitting._is_asynchronous", lambda device: True)
    t = task(lr=3.0)
    with pytest.raises(NonFiniteLoss, match="learning rate is probably too large") as later:
        fit(t.model, pair, steps=1000, validation=pair, **t.parts)
    assert later.value.step == at_once.value.step
    np.testing.assert_array_equal(later.value.history.loss, at_once.value.history.loss)


def test_error_can_be_pickled(task, pair):
    import pickle

    t = task(lr=3.0)
    with pytest.raises(NonFiniteLoss) as caught:
        fit(t.model, pair, steps=1000, **t.parts)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.step == caught.value.step and str(copy) == str(caught.value)
    np.testing.assert_array_equal(copy.history.loss, caught.value.history.loss)


def test_nan_in_the_model_at_the_first_step(backend, task, pair):
    t = task()
    forward = t.model.forward
    t.model.forward = lambda x: (forward(x) - 1e9).log()
    with pytest.raises(NonFiniteLoss, match=r"the model's output is nan in \d+ places"):
        fit(t.model, pair, steps=3, **t.parts)
