"""Checkpoint and resume: a training that was cut off goes on with exactly the same losses."""

import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest

from dlcore.train import Controls, Listener, fit

from .killed import STEPS, problem


class Cut(Exception):
    pass


class CutAt(Listener):
    def __init__(self, step, error=Cut):
        self.at, self.error = step, error

    def on_step(self, step):
        if step.step == self.at:
            raise self.error


def run(backend, path=None, kind="pair", cut=None, listeners=(), make=None, **options):
    """One training of ``killed.problem``; returns its history and weights."""
    model, train, settings = problem(backend, kind, **(make or {}))
    settings |= {"steps": STEPS, **options}
    if path is None:
        settings = {k: v for k, v in settings.items() if not k.startswith("checkpoint_")}
    else:
        settings |= {"checkpoint": path}
    listeners = [*listeners, CutAt(cut)] if cut else listeners
    if cut:
        with pytest.raises(Cut):
            fit(model, train, listeners=listeners, **settings)
        return None
    history = fit(model, train, listeners=listeners, **settings)
    return history, {k: v.numpy().copy() for k, v in model.state_dict().items()}


def check_same(received, expected):
    (a, weights), (b, others) = received, expected
    for x, y in ((a.loss, b.loss), (a.learning_rate, b.learning_rate), (a.step, b.step)):
        np.testing.assert_array_equal(x, y)
    assert list(a.validation) == list(b.validation)
    for name in a.validation:
        np.testing.assert_array_equal(a.validation[name], b.validation[name])
    for name in others:
        np.testing.assert_array_equal(weights[name], others[name])


def test_a_killed_training_goes_on_with_the_same_losses(backend, tmp_path):
    name = "torch" if backend.__name__ == "torch" else "numpy"
    path = tmp_path / "run.ckpt"
    killed = subprocess.run([sys.executable, "-m", "tests.train.killed", name, path])
    assert killed.returncode == -signal.SIGKILL
    resumed = run(backend, path, checkpoint_steps=5, resume=True)
    assert resumed[0].stopped == "finished" and len(resumed[0]) == STEPS
    check_same(resumed, run(backend))


CUTS = [
    ({"checkpoint_steps": 5}, 23),  # step 20: in the middle of an epoch
    ({"checkpoint_steps": 7}, 16),  # step 14: its last batch is done, its measurement is not
    ({}, 16),  # after every epoch
    ({"checkpoint_epochs": 2}, 27),
    ({"checkpoint_steps": 3, "accumulate": 2}, 11),
    ({"steps": None, "epochs": 5, "schedule": "epoch"}, 18),
]
KINDS = ["pair", "loader", "loader with a generator", "augmented"]
WHOLE = ("pair", {"checkpoint_steps": 5, "batch_size": None}, 12)


@pytest.mark.parametrize(
    "kind, options, cut", [*((kind, *cut) for kind in KINDS for cut in CUTS), WHOLE]
)
def test_cut_off_anywhere(backend, tmp_path, kind, options, cut):
    path = tmp_path / "run.ckpt"
    run(backend, path, kind, cut, **options)
    resumed = run(backend, path, kind, resume=True, **options)
    check_same(resumed, run(backend, kind=kind, **options))


def test_a_learning_rate_set_by_hand_is_kept(backend, tmp_path):
    def train(cut=None, **options):
        controls = Controls()

        class Hand(Listener):
            def on_step(self, step):
                if step.step == 6:
                    controls.set_learning_rate(0.5)

        return run(backend, cut=cut, listeners=[Hand()], controls=controls, **options)

    path = tmp_path / "run.ckpt"
    train(12, path=path, checkpoint_steps=10)
    check_same(train(path=path, checkpoint_steps=10, resume=True), train())


def test_stopped_by_the_controls_and_resumed(backend, tmp_path):
    path, controls = tmp_path / "run.ckpt", Controls()

    class Stop(Listener):
        def on_step(self, step):
            if step.step == 17:
                controls.stop()

    stopped, _ = run(backend, path, listeners=[Stop()], controls=controls, checkpoint_steps=100)
    assert stopped.stopped == "stopped" and len(stopped) == 17
    resumed, _ = received = run(backend, path, resume=True, checkpoint_steps=100)
    expected = run(backend)
    np.testing.assert_array_equal(resumed.loss, expected[0].loss)
    for name, value in expected[1].items():
        np.testing.assert_array_equal(received[1][name], value)


def test_the_same_objects_go_on_in_the_same_program(backend, tmp_path):
    path = tmp_path / "run.ckpt"
    model, train, options = problem(backend)
    options |= {"steps": STEPS, "checkpoint": path, "checkpoint_steps": 5}
    history = fit(model, train, listeners=[CutAt(23, KeyboardInterrupt)], **options)
    assert history.stopped == "interrupted"
    history = fit(model, train, resume=True, **options)
    np.testing.assert_array_equal(history.loss, run(backend)[0].loss)


def test_listeners_hear_where_it_goes_on(backend, tmp_path, listener):
    path = tmp_path / "run.ckpt"
    run(backend, path, cut=13, checkpoint_steps=5)
    history, _ = run(backend, path, resume=True, checkpoint_steps=5, listeners=[listener])
    assert [listener.steps[0].step, listener.steps[-1].step] == [11, STEPS]
    assert len(listener.run.history) == 10 and len(history) == STEPS
    assert listener.run.learning_rate == listener.steps[0].learning_rate
    assert history.seconds > listener.run.history.seconds > 0


def test_a_finished_training_can_be_made_longer(backend, tmp_path):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=18)
    again, _ = run(backend, path, steps=18, resume=True)
    assert len(again) == 18 and again.stopped == "finished"
    longer = run(backend, path, resume=True)
    check_same(longer, run(backend))
    with pytest.raises(ValueError, match="written after 40 steps, more than steps=18"):
        run(backend, path, steps=18, resume=True)


def test_resume_from_another_file(backend, tmp_path):
    old, new = tmp_path / "old.ckpt", tmp_path / "new.ckpt"
    run(backend, old, steps=18)
    content = old.read_bytes()
    check_same(run(backend, new, resume=old), run(backend))
    check_same(run(backend, resume=old), run(backend))
    assert new.exists() and old.read_bytes() == content


def test_resume_true_starts_anew_without_a_file(backend, tmp_path):
    path = tmp_path / "run.ckpt"
    check_same(run(backend, path, resume=True), run(backend))
    assert [p.name for p in tmp_path.iterdir()] == ["run.ckpt"]


def states_of(backend):
    """Schedulers whose states hold more than numbers."""
    s = backend.optim.lr_scheduler
    return {
        "MultiStepLR": lambda o: s.MultiStepLR(o, [5, 12, 12], gamma=0.5),
        "LambdaLR": lambda o: s.LambdaLR(o, lambda t: 0.9**t),
        "SequentialLR": lambda o: s.SequentialLR(
            o, [s.LinearLR(o, total_iters=5), s.ExponentialLR(o, 0.9)], [5]
        ),
        "ReduceLROnPlateau": lambda o: s.ReduceLROnPlateau(o, patience=0, threshold=0.3),
    }


@pytest.mark.parametrize("name", ["MultiStepLR", "LambdaLR", "SequentialLR", "ReduceLROnPlateau"])
def test_every_schedule_goes_on(backend, tmp_path, name):
    path = tmp_path / "run.ckpt"

    def train(cut=None, **options):
        model, data, settings = problem(backend)
        for group in settings["optimizer"].param_groups:
            group.pop("initial_lr")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SequentialLR of torch uses what torch deprecates
            settings["scheduler"] = states_of(backend)[name](settings["optimizer"])
            settings |= {"steps": 30, **options}
            if not cut:
                return fit(model, data, **settings)
            with pytest.raises(Cut):
                fit(model, data, listeners=[CutAt(cut)], **settings)

    train(19, checkpoint=path, checkpoint_steps=6)
    resumed, whole = train(checkpoint=path, checkpoint_steps=6, resume=True), train()
    np.testing.assert_array_equal(resumed.learning_rate, whole.learning_rate)
    np.testing.assert_array_equal(resumed.loss, whole.loss)
