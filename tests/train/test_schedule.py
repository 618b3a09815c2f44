"""Schedulers step by update or by epoch, and a hand on the slider is a factor on them."""

import pytest

from dlcore.train import Controls, fit

from .test_controls import At


def rates(backend, task, pair, make, steps=6, controls=None, listeners=(), lr=1.0, **options):
    t = task(lr=lr)
    scheduler = make(backend.optim.lr_scheduler, t.optimizer)
    history = fit(
        t.model, pair, steps=steps, batch_size=20, scheduler=scheduler,
        controls=controls, listeners=listeners, clip_norm=1e-6, **options, **t.parts,
    )  # fmt: skip
    return history.learning_rate.tolist()


def halving(schedulers, optimizer):
    return schedulers.ExponentialLR(optimizer, gamma=0.5)


def warm_up(schedulers, optimizer):
    return schedulers.LambdaLR(optimizer, lambda n: min(n / 4, 1.0))


def test_after_every_update_unless_told_otherwise(backend, task, pair):
    result = rates(backend, task, pair, halving)
    assert result == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32]


def test_after_every_epoch(backend, task, pair):
    result = rates(backend, task, pair, halving, schedule="epoch")
    assert result == [1, 1, 1 / 2, 1 / 2, 1 / 4, 1 / 4]


@pytest.mark.parametrize("make", [halving, warm_up])
def test_a_rate_set_by_hand_is_a_factor_on_the_schedule(backend, task, pair, make):
    """Chainable and closed-form schedulers alike: the schedule goes on as if untouched."""
    plain = rates(backend, task, pair, make)
    controls = Controls()
    three_times = At(2, lambda: controls.set_learning_rate(3 * plain[2]))
    result = rates(backend, task, pair, make, controls=controls, listeners=[three_times])
    assert result[:2] == plain[:2]
    assert result[2:] == pytest.approx([3 * r for r in plain[2:]])


def test_a_second_hand_replaces_the_first(backend, task, pair):
    controls = Controls()
    hands = [
        At(1, lambda: controls.set_learning_rate(5.0)),
        At(2, lambda: controls.set_learning_rate(0.25)),
    ]
    result = rates(backend, task, pair, halving, controls=controls, listeners=hands, steps=4)
    assert result == pytest.approx([1, 5, 0.25, 0.125])


def test_a_hand_while_the_warm_up_is_at_nought(backend, task, pair):
    controls = Controls()

    class First(At):
        def on_start(self, run):
            controls.set_learning_rate(2.0)

    result = rates(
        backend, task, pair, warm_up, controls=controls, listeners=[First(0, None)], steps=5
    )
    assert result == pytest.approx([0, 0.5, 1.0, 1.5, 2.0])


def test_plateau_is_given_the_validation_loss(backend, task, pair):
    def plateau(schedulers, optimizer):
        return schedulers.ReduceLROnPlateau(optimizer, factor=0.1, patience=0, threshold=0.5)

    result = rates(backend, task, pair, plateau, validation=pair, steps=7)
    assert result == pytest.approx([1, 1, 1, 1, 0.1, 0.1, 0.01])


def test_plateau_without_validation(backend, task, pair):
    with pytest.raises(ValueError, match="ReduceLROnPlateau watches the validation loss"):
        rates(backend, task, pair, lambda s, o: s.ReduceLROnPlateau(o))


def test_scheduler_of_another_optimiser(backend, task, pair):
    other = task().optimizer
    with pytest.raises(ValueError, match="another optimiser"):
        rates(backend, task, pair, lambda s, o: s.ExponentialLR(other, 0.5))


def test_unknown_schedule(backend, task, pair):
    with pytest.raises(ValueError, match='"step" or "epoch", received \'batch\''):
        rates(backend, task, pair, halving, schedule="batch")
