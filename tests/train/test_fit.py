"""fit trains, on both backends alike, and tells what it does."""

from itertools import chain

import numpy as np
import pytest

from dlcore.data import Dataset
from dlcore.train import Listener, fit


def test_full_batch_equals_gradient_descent_by_hand(task, pair):
    X, y = pair
    t = task(lr=0.1)
    W, b = t.weights()
    losses = []
    for _ in range(3):
        r = X @ W.T + b - y
        losses.append(float((r * r).mean()))
        W, b = W - 0.1 * 2 / len(X) * r.T @ X, b - 0.1 * 2 / len(X) * r.sum(0)
    history = fit(t.model, pair, steps=3, **t.parts)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-5)
    np.testing.assert_allclose(t.weights()[0], W, rtol=1e-5)
    np.testing.assert_allclose(t.weights()[1], b, rtol=1e-5)


def test_history_has_the_agreed_form(task, pair):
    t = task()
    history = fit(t.model, pair, epochs=2, batch_size=16, name="mine", **t.parts)
    assert len(history) == 6  # 40 examples in batches of 16, 16 and 8
    for column in (history.step, history.loss, history.learning_rate):
        assert column.shape == (6,) and column.dtype == np.float64
    assert history.step.tolist() == [1, 2, 3, 4, 5, 6]
    assert set(history.learning_rate) == {0.1}
    assert history.validation == {}
    assert history.stopped == "finished" and history.name == "mine" and history.seconds > 0
    assert "mine" in repr(history) and "finished" in repr(history)


def test_default_name_says_optimiser_and_learning_rate(task, pair):
    t = task(lr=0.25)
    assert fit(t.model, pair, steps=1, **t.parts).name == "SGD 0.25"


def test_every_epoch_sees_every_example_once_in_a_new_order(task, pair):
    t = task()
    X = np.arange(10, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32)
    seen = []
    loss = t.loss

    def spy(output, y):
        seen.append(y[:, 0].tolist())
        return loss(output, y)

    fit(t.model, (X, X[:, :1]), epochs=2, batch_size=4, loss=spy, optimizer=t.optimizer)
    assert [len(batch) for batch in seen] == [4, 4, 2, 4, 4, 2]
    first, second = list(chain(*seen[:3])), list(chain(*seen[3:]))
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second and first != sorted(first)


def test_seed_decides_the_batches(task, pair):
    def losses(seed):
        t = task()
        return fit(t.model, pair, epochs=2, batch_size=8, seed=seed, **t.parts).loss.tolist()

    assert losses(0) == losses(0) != losses(1)


def test_steps_end_in_the_middle_of_an_epoch(task, pair, listener):
    t = task()
    fit(t.model, pair, steps=5, batch_size=16, validation=pair, listeners=[listener], **t.parts)
    assert [s.step for s in listener.steps] == [1, 2, 3, 4, 5]
    assert [s.epoch for s in listener.steps] == [1, 1, 1, 2, 2]
    # After the epoch and at the end, where the training has got to.
    assert [v.step for v in listener.validations] == [3, 5]


def test_listener_hears_everything_in_order(task, pair, listener):
    t = task()
    metrics = {"bias": lambda output, y: (output - y).mean()}
    history = fit(
        t.model, pair, epochs=2, batch_size=20, validation=pair, metrics=metrics,
        listeners=[listener], name="run", **t.parts,
    )  # fmt: skip
    assert listener.heard == ["start"] + ["step", "step", "validation"] * 2 + ["end"]
    run = listener.run
    assert (run.name, run.total_steps, run.learning_rate) == ("run", 4, 0.1)
    assert run.model is t.model and run.metrics == ["bias"] and run.controls is not None
    assert listener.history is history
    np.testing.assert_array_equal([s.loss.item() for s in listener.steps], history.loss)
    assert not any(s.loss.requires_grad for s in listener.steps)
    assert all(list(v.values) == ["loss", "bias"] for v in listener.validations)
    assert list(history.validation) == ["step", "epoch", "loss", "bias"]
    assert history.validation["step"].tolist() == [2, 4]
    assert history.validation["loss"][-1] == listener.validations[-1].values["loss"]


def test_listener_with_one_method_is_enough(task, pair):
    class Counter(Listener):
        n = 0

        def on_step(self, step):
            self.n += 1

    t, counter = task(), Counter()
    fit(t.model, pair, steps=3, listeners=[counter], **t.parts)
    assert counter.n == 3


def test_validation_is_in_eval_mode_without_gradients_on_all_examples(backend, task, pair):
    t = task()
    seen = []

    def metric(output, y):
        seen.append((t.model.training, output.requires_grad, len(output)))
        return 0.0

    big = tuple(np.tile(a, (60, 1)) for a in pair)  # 2,400 rows go through in pieces
    history = fit(t.model, pair, steps=1, validation=big, metrics={"m": metric}, **t.parts)
    assert seen == [(False, False, 2400)]
    with backend.no_grad():
        expected = t.loss(t.model(backend.tensor(big[0])), backend.tensor(big[1])).item()
    assert history.validation["loss"][0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_model_is_trained_in_train_mode_and_left_as_it_came(task, pair, training):
    t = task(sizes=(3, 4, 1))
    t.model.train(training)
    modes = []

    class Spy(Listener):
        def on_step(self, step):
            modes.append(t.model.training)

    fit(t.model, pair, epochs=2, validation=pair, listeners=[Spy()], **t.parts)
    assert modes == [True, True]
    assert {m.training for m in t.model.modules()} == {training}


def test_tensors_datasets_and_batches_give_the_same_as_arrays(backend, task, pair):
    X, y = pair
    tensors = backend.tensor(X), backend.tensor(y)
    dataset = Dataset(X, y, ("a", "b", "c"), ("t",), "name", "source", "licence")
    histories = []
    for train in (pair, list(pair), tensors, dataset, [tensors], [pair]):
        t = task()
        histories.append(fit(t.model, train, epochs=3, **t.parts).loss.tolist())
    assert len(histories[0]) == 3
    assert all(h == histories[0] for h in histories)


def test_iterable_without_length_is_run_through_once_per_epoch(task, pair, listener):
    class Batches:
        def __iter__(self):
            return iter([(pair[0][:20], pair[1][:20]), (pair[0][20:], pair[1][20:])])

    t = task()
    history = fit(t.model, Batches(), epochs=3, listeners=[listener], **t.parts)
    assert len(history) == 6 and listener.run.total_steps is None


def test_data_are_not_changed_and_not_shared(task, pair):
    X, y = (a.copy() for a in pair)
    t = task()
    fit(t.model, (X, y), epochs=2, batch_size=7, **t.parts)
    np.testing.assert_array_equal(X, pair[0])
    np.testing.assert_array_equal(y, pair[1])


def test_clip_norm_bounds_the_update(task, pair):
    t = task(lr=1.0)
    before = t.weights()
    fit(t.model, pair, steps=1, clip_norm=1e-3, **t.parts)
    moved = np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(t.weights(), before, strict=True)))
    assert moved == pytest.approx(1e-3, rel=1e-2)


def test_classification_on_real_digits(backend):
    from dlcore import data, seed
    from dlcore.models import mlp

    train, valid = data.split(data.digits(), stratified=True)
    seed(backend, 0)
    model = mlp(backend)(sizes=(64, 32, 10))
    history = fit(
        model, train, epochs=8, batch_size=64, validation=valid,
        loss=backend.nn.CrossEntropyLoss(),
        optimizer=backend.optim.SGD(model.parameters(), lr=0.2, momentum=0.9),
        metrics={"accuracy": lambda output, y: (output.argmax(1) == y).to(output.dtype).mean()},
    )  # fmt: skip
    assert history.validation["accuracy"][-1] > 0.93


@pytest.mark.parametrize(
    "optimizer, options",
    [("SGD", {"momentum": 0.9, "nesterov": True}), ("Adam", {}), ("AdamW", {}), ("RMSprop", {})],
)
def test_backends_agree_step_by_step_in_float64(optimizer, options):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from dlcore import get_backend

    from .conftest import Task

    generator = np.random.default_rng(3)
    X = generator.standard_normal((50, 3))
    y = np.sin(X).sum(1, keepdims=True)
    histories = []
    for name in ("numpy", "torch"):
        t = Task(get_backend(name), (3, 8, 1), 0.01, np.float64, optimizer, **options)
        histories.append(
            fit(t.model, (X, y), epochs=5, batch_size=16, validation=(X, y), **t.parts)
        )
    a, b = histories
    assert len(a) == 20 and a.validation["loss"][-1] < a.validation["loss"][0]
    np.testing.assert_allclose(a.loss, b.loss, rtol=1e-10)
    np.testing.assert_allclose(a.validation["loss"], b.validation["loss"], rtol=1e-10)


@pytest.mark.cuda
def test_gpu_reads_losses_in_blocks_and_finds_the_exact_step(pair):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    from dlcore.train import NonFiniteLoss

    from .conftest import Task

    histories = []
    for device in ("cpu", "cuda"):
        t = Task(torch, lr=3.0)
        with pytest.raises(NonFiniteLoss) as caught:
            fit(t.model, pair, steps=400, device=device, **t.parts)
        histories.append(caught.value.history)
        t = Task(torch)
        histories.append(fit(t.model, pair, steps=120, batch_size=8, device=device, **t.parts))
    np.testing.assert_allclose(histories[1].loss, histories[3].loss, rtol=1e-3)
    assert abs(len(histories[0]) - len(histories[2])) <= 1
    assert not np.isfinite(histories[2].loss[-1])
    assert np.isfinite(histories[2].loss[:-1]).all()
