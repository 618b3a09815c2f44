"""Controls act on a running loop, from other threads."""

import threading
import time

import numpy as np
import pytest

from dlcore.train import Controls, Listener, fit

SECONDS = 10  # nothing here takes long; this only bounds a failure


class At(Listener):
    """Calls a function once, when a given step is done."""

    def __init__(self, step, function):
        self._step, self._function = step, function

    def on_step(self, step):
        if step.step == self._step:
            self._function()


class Background:
    """fit in a thread of its own, as a cell that is running while widgets call back."""

    def __init__(self, task, pair, controls, listeners=(), steps=10**9, **options):
        def target():
            self.history = fit(
                task.model, pair, steps=steps, controls=controls, listeners=listeners,
                **options, **task.parts,
            )  # fmt: skip

        self.history = None
        self._thread = threading.Thread(target=target, daemon=True)
        self._thread.start()

    def join(self):
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the loop did not end"
        return self.history


class Steps(Listener):
    """Counts steps, and lets another thread wait for a count or for the pause."""

    def __init__(self):
        self.n = 0
        self.pauses = 0
        self._condition = threading.Condition()

    def on_step(self, step):
        with self._condition:
            self.n = step.step
            self._condition.notify_all()

    def on_pause(self):
        with self._condition:
            self.pauses += 1
            self._condition.notify_all()

    def wait_for(self, predicate):
        with self._condition:
            assert self._condition.wait_for(lambda: predicate(self), SECONDS)


def test_stop_from_another_thread(task, pair):
    controls, steps = Controls(), Steps()
    run = Background(task(), pair, controls, [steps])
    steps.wait_for(lambda s: s.n >= 20)
    controls.stop()
    history = run.join()
    assert history.stopped == "stopped" and len(history) >= 20
    assert controls.stopped


def test_stop_takes_effect_before_the_next_step(task, pair):
    t, controls = task(), Controls()
    history = fit(
        t.model, pair, steps=100, controls=controls, listeners=[At(7, controls.stop)],
        validation=pair, **t.parts,
    )  # fmt: skip
    assert len(history) == 7 and history.stopped == "stopped"
    assert history.validation["step"][-1] == 7


def test_pause_step_resume_from_another_thread(task, pair):
    t, controls, steps = task(), Controls(), Steps()
    run = Background(t, pair, controls, [steps, At(5, controls.pause)], steps=1000)
    steps.wait_for(lambda s: s.pauses == 1)
    assert controls.paused and steps.n == 5
    weights = t.weights()
    time.sleep(0.15)  # several of the loop's waits
    assert steps.n == 5
    for a, b in zip(t.weights(), weights, strict=True):
        np.testing.assert_array_equal(a, b)

    controls.step()
    steps.wait_for(lambda s: s.pauses == 2)
    assert steps.n == 6
    controls.step(3)
    steps.wait_for(lambda s: s.pauses == 3)
    assert steps.n == 9 and controls.paused

    controls.resume()
    history = run.join()
    assert not controls.paused
    assert len(history) == 1000 and history.stopped == "finished"
    assert history.seconds < SECONDS


def test_pauses_do_not_count_as_training_time(task, pair):
    controls, steps = Controls(), Steps()
    run = Background(task(), pair, controls, [steps, At(1, controls.pause)], steps=2)
    steps.wait_for(lambda s: s.pauses == 1)
    time.sleep(0.5)
    controls.resume()
    assert run.join().seconds < 0.4


def test_stop_ends_a_pause_and_leaves_none_behind(task, pair):
    controls, steps = Controls(), Steps()
    run = Background(task(), pair, controls, [steps, At(3, controls.pause)])
    steps.wait_for(lambda s: s.pauses == 1)
    controls.stop()
    assert len(run.join()) == 3
    t = task()
    again = fit(t.model, pair, steps=4, controls=controls, **t.parts)
    assert len(again) == 4 and again.stopped == "finished"


def test_a_stop_of_the_run_before_does_not_end_the_next_one_at_a_pause(task, pair):
    controls, steps = Controls(), Steps()
    fit((t := task()).model, pair, steps=9, controls=controls,
        listeners=[At(2, controls.stop)], **t.parts)  # fmt: skip
    run = Background(task(), pair, controls, [steps, At(3, controls.pause)], steps=5)
    steps.wait_for(lambda s: s.pauses == 1 or s.n == 5)
    assert (steps.n, controls.stopped) == (3, False)
    controls.resume()
    assert run.join().stopped == "finished"


def test_a_run_can_start_paused(task, pair):
    controls, steps = Controls(), Steps()
    controls.pause()
    run = Background(task(), pair, controls, [steps], steps=3)
    steps.wait_for(lambda s: s.pauses == 1)
    assert steps.n == 0
    controls.resume()
    assert len(run.join()) == 3


def test_learning_rate_by_hand_acts_from_the_next_step(task, pair):
    t, controls = task(lr=0.1), Controls()
    history = fit(
        t.model, pair, steps=6, controls=controls,
        listeners=[At(2, lambda: controls.set_learning_rate(0.02))], **t.parts,
    )  # fmt: skip
    assert history.learning_rate.tolist() == [0.1, 0.1, 0.02, 0.02, 0.02, 0.02]
    assert controls.learning_rate == 0.02
    assert t.optimizer.param_groups[0]["lr"] == 0.02


def test_learning_rate_from_another_thread_changes_the_weights(task, pair):
    """With a learning rate of 0 nothing moves, until a hand moves the slider."""
    t, controls, steps = task(lr=0.0), Controls(), Steps()
    before = t.weights()
    run = Background(t, pair, controls, [steps])
    steps.wait_for(lambda s: s.n >= 5)
    np.testing.assert_array_equal(t.weights()[0], before[0])
    controls.set_learning_rate(0.05)
    seen = steps.n
    steps.wait_for(lambda s: s.n >= seen + 5)
    controls.stop()
    history = run.join()
    assert set(history.learning_rate) == {0.0, 0.05}
    assert not np.array_equal(t.weights()[0], before[0])


def test_other_groups_keep_their_proportion(backend, task, pair):
    t, controls = task(), Controls()
    weight, bias = t.model.parameters()
    optimizer = backend.optim.SGD([{"params": [weight]}, {"params": [bias], "lr": 0.01}], lr=0.1)
    fit(
        t.model, pair, steps=2, controls=controls, loss=t.loss, optimizer=optimizer,
        listeners=[At(1, lambda: controls.set_learning_rate(0.5))],
    )  # fmt: skip
    assert [g["lr"] for g in optimizer.param_groups] == pytest.approx([0.5, 0.05])


def test_an_earlier_run_does_not_leak_into_the_next(task, pair):
    controls = Controls()
    t = task()
    fit(
        t.model, pair, steps=5, controls=controls,
        listeners=[At(5, lambda: controls.set_learning_rate(9.0))], **t.parts,
    )  # fmt: skip
    controls.stop()
    t = task(lr=0.1)
    history = fit(t.model, pair, steps=3, controls=controls, **t.parts)
    assert history.learning_rate.tolist() == [0.1] * 3 and history.stopped == "finished"


def test_many_threads_at_once_leave_the_loop_usable(task, pair):
    controls, steps = Controls(), Steps()
    run = Background(task(lr=0.01), pair, controls, [steps])

    def fiddle(seed):
        generator = np.random.default_rng(seed)
        for _ in range(200):
            action = generator.integers(4)
            if action == 0:
                controls.pause()
            elif action == 1:
                controls.resume()
            elif action == 2:
                controls.step(2)
            else:
                controls.set_learning_rate(float(generator.uniform(0, 0.02)))

    threads = [threading.Thread(target=fiddle, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    controls.resume()
    seen = steps.n
    steps.wait_for(lambda s: s.n > seen + 10)
    controls.stop()
    history = run.join()
    assert history.stopped == "stopped" and np.isfinite(history.loss).all()


def test_controls_of_the_first_listener_that_has_them(task, pair, listener):
    listener.controls = Controls()
    t = task()
    fit(t.model, pair, steps=1, listeners=[At(1, lambda: None), listener], **t.parts)
    assert listener.run.controls is listener.controls
    own = Controls()
    fit(t.model, pair, steps=1, listeners=[listener], controls=own, **t.parts)
    assert listener.run.controls is own


def test_a_loop_of_ones_own():
    controls = Controls()
    controls.begin(learning_rate=0.1)
    assert controls.learning_rate == 0.1 and controls.take_learning_rate() is None
    assert controls.wait()
    controls.set_learning_rate(0.3)
    assert controls.attention and controls.wait()
    assert controls.take_learning_rate() == 0.3 == controls.learning_rate
    controls.step(2)
    assert [controls.wait(), controls.wait()] == [True, True]
    paused = []

    def on_pause():
        paused.append(controls.paused)  # not under the lock: reading and asking are allowed here
        controls.stop()

    assert controls.wait(on_pause) is False
    assert paused == [True]
    controls.end()
    assert not controls.paused


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_learning_rate_out_of_range(value):
    controls = Controls()
    with pytest.raises(ValueError, match="not negative, received"):
        controls.set_learning_rate(value)
    assert not controls.attention


def test_wrong_arguments_of_controls():
    with pytest.raises(TypeError, match="received 'fast'"):
        Controls().set_learning_rate("fast")
    with pytest.raises(ValueError, match="at least 1 step, received 0"):
        Controls().step(0)
    with pytest.raises(TypeError):
        Controls().step(1.5)
