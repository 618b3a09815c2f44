"""Schedules that go round, come down, or are made of others: PyTorch's rates and momenta."""

import math

import numpy as np
import pytest

import dlcore.reference as ref

SCHEDULES = {
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda t: 0.9 if t % 3 else 1.2),
    "MultiplicativeLR, one each": lambda s, o: s.MultiplicativeLR(
        o, [lambda t: 0.9, lambda t: 1 / (1 + t)]
    ),
    "ConstantLR": lambda s, o: s.ConstantLR(o, 0.25, 7),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o, 30, 2.0),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, eta_min=0.01),
    "CosineAnnealingWarmRestarts, longer": lambda s, o: s.CosineAnnealingWarmRestarts(o, 4, 2),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.1, 0.7, 5, 9),
    "CyclicLR, triangular2": lambda s, o: s.CyclicLR(
        o, [0.1, 0.2], [0.7, 0.9], 5, mode="triangular2"
    ),
    "CyclicLR, exp_range": lambda s, o: s.CyclicLR(
        o, 0.1, 0.7, 5, mode="exp_range", gamma=0.95, base_momentum=0.5, max_momentum=0.8
    ),
    "CyclicLR by a function": lambda s, o: s.CyclicLR(
        o, 0.1, 0.7, 5, scale_fn=lambda x: 1 / (5 ** (x * 0.01)), scale_mode="iterations"
    ),
    "CyclicLR of the rate alone": lambda s, o: s.CyclicLR(o, 0.1, 0.7, 5, cycle_momentum=False),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.9, 55),
    "OneCycleLR, linear": lambda s, o: s.OneCycleLR(
        o, [0.9, 0.5], epochs=5, steps_per_epoch=11, anneal_strategy="linear", pct_start=0.4
    ),
    "OneCycleLR, three phases": lambda s, o: s.OneCycleLR(
        o, 0.9, 55, three_phase=True, div_factor=10.0, final_div_factor=100.0
    ),
    "OneCycleLR of the rate alone": lambda s, o: s.OneCycleLR(o, 0.9, 55, cycle_momentum=False),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.1, 9), s.ExponentialLR(o, 0.9), s.StepLR(o, 10, 0.5)], optimizer=o
    ),
    "SequentialLR": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 9), s.PolynomialLR(o, 20), s.ExponentialLR(o, 0.9)], [10, 25]
    ),
}
OPTIMISERS = {"SGD": {"momentum": 0.9}, "AdamW": {"betas": (0.9, 0.99)}}


def optimiser_of(t, name):
    ps = [t.nn.Parameter(t.ones(1)) for _ in range(2)]
    groups = [{"params": [ps[0]]}, {"params": [ps[1]], "lr": 2.0}]
    return getattr(t.optim, name)(groups, lr=0.5, **OPTIMISERS[name])


def settings(optimiser):
    return [
        [g["lr"], g["betas"][0] if "betas" in g else g["momentum"]] for g in optimiser.param_groups
    ]


@pytest.mark.filterwarnings("ignore:Detected call of")  # torch wants optimizer.step() in between
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta_are_torchs(name, optimiser, torch):
    paths = []
    for t in (ref, torch):
        o = optimiser_of(t, optimiser)
        scheduler = SCHEDULES[name](t.optim.lr_scheduler, o)
        paths.append([settings(o)])
        for _ in range(50):
            o.step()
            scheduler.step()
            paths[-1].append(settings(o))
            assert scheduler.get_last_lr() == [g["lr"] for g in o.param_groups]
    np.testing.assert_allclose(*paths, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in SCHEDULES if "Multi" not in n])
def test_a_saved_schedule_goes_on(name):
    def build():
        o = optimiser_of(ref, "SGD")
        return SCHEDULES[name](ref.optim.lr_scheduler, o), o

    (whole, o), (first, p), (second, q) = build(), build(), build()
    for _ in range(20):
        whole.step()
    for _ in range(9):
        first.step()
    second.load_state_dict(first.state_dict())
    q.load_state_dict(p.state_dict())
    for _ in range(11):
        second.step()
    assert settings(q) == settings(o)
    assert second.get_last_lr() == whole.get_last_lr()


@pytest.mark.filterwarnings("ignore:Detected call of")
def test_restarts_take_fractions_of_an_epoch(torch):
    paths = []
    for t in (ref, torch):
        o = optimiser_of(t, "SGD")
        scheduler = t.optim.lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 2)
        paths.append([])
        for epoch in range(10):
            for i in range(4):
                scheduler.step(epoch + i / 4)
                paths[-1].append([*scheduler.get_last_lr(), scheduler.last_epoch])
        scheduler.step()
        paths[-1].append([*scheduler.get_last_lr(), scheduler.last_epoch])
    np.testing.assert_allclose(*paths, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:Detected call of")
def test_a_schedule_of_ones_own_defines_get_lr(torch):
    """As many programs do, under either name of the base class."""
    paths = []
    for t in (ref, torch):
        for base in (t.optim.lr_scheduler.LRScheduler, t.optim.lr_scheduler._LRScheduler):

            class Warmup(base):
                def __init__(self, optimizer, steps, last_epoch=-1):
                    self.steps = steps
                    super().__init__(optimizer, last_epoch)

                def get_lr(self):
                    factor = min(1, (self.last_epoch + 1) / self.steps) * self._step_count
                    return [base_lr * factor for base_lr in self.base_lrs]

            scheduler = Warmup(optimiser_of(t, "SGD"), 4)
            path = [scheduler.get_last_lr()]
            for _ in range(6):
                scheduler.step()
                path.append(scheduler.get_last_lr())
            paths.append(path)
    for path in paths[1:]:
        np.testing.assert_allclose(path, paths[0], rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Detected call of")
def test_going_on_from_a_step_by_its_number(torch):
    for t in (ref, torch):
        o = optimiser_of(t, "SGD")
        with pytest.raises(KeyError, match="'initial_lr' is not specified in param_groups"):
            t.optim.lr_scheduler.StepLR(o, 2, last_epoch=3)
        for group, lr in zip(o.param_groups, (0.5, 2.0), strict=True):
            group["initial_lr"], group["lr"] = lr, lr * 0.1  # as after step 3 of StepLR(2)
        scheduler = t.optim.lr_scheduler.StepLR(o, 2, last_epoch=3)
        assert scheduler.last_epoch == 4
        assert scheduler.get_last_lr() == pytest.approx([0.005, 0.02])


def test_a_least_rate_for_each_group(torch):
    for t in (ref, torch):
        o = optimiser_of(t, "SGD")
        scheduler = t.optim.lr_scheduler.ReduceLROnPlateau(
            o, patience=0, factor=0.5, min_lr=[0.4, 0.6]
        )
        for _ in range(5):
            scheduler.step(1.0)
        assert [g["lr"] for g in o.param_groups] == [0.4, 0.6]


BAD = [
    (lambda s, o: s.ConstantLR(o, 1.5), ValueError, "factor"),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 0), ValueError, "positive integer T_0"),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 0), ValueError, "T_mult >= 1"),
    (lambda s, o: s.CosineAnnealingWarmRestarts(o, 3).step(-1), ValueError, "non-negative epoch"),
    (lambda s, o: s.CyclicLR(o, 0.1, 1.0, mode="square"), ValueError, "mode is invalid"),
    (lambda s, o: s.CyclicLR(o, [0.1], 1.0), ValueError, "base_lr|2 values"),
    (lambda s, o: s.OneCycleLR(o, 1.0), ValueError, "either total_steps OR"),
    (lambda s, o: s.OneCycleLR(o, 1.0, -5), ValueError, "positive integer total_steps"),
    (lambda s, o: s.OneCycleLR(o, 1.0, 10, pct_start=1.5), ValueError, "pct_start"),
    (lambda s, o: s.OneCycleLR(o, 1.0, 10, anneal_strategy="step"), ValueError, "anneal_strategy"),
    (lambda s, o: s.OneCycleLR(3, 1.0, 10), TypeError, "is not an Optimizer"),
    (lambda s, o: s.ChainedScheduler([]), ValueError, "at least one"),
    (lambda s, o: s.MultiplicativeLR(o, [math.sin]), ValueError, "Expected 2 lr_lambdas"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_settings_are_errors_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    for t in (ref, torch):
        with pytest.raises(kind, match=message):
            call(t.optim.lr_scheduler, optimiser_of(t, "SGD"))


@pytest.mark.filterwarnings("ignore:Detected call of")
def test_stepping_too_far_and_other_optimisers(torch):
    for t in (ref, torch):
        s = t.optim.lr_scheduler
        scheduler = s.OneCycleLR(optimiser_of(t, "SGD"), 1.0, 3)
        for _ in range(3):
            scheduler.step()
        with pytest.raises(ValueError, match="specified number of total steps is 3"):
            scheduler.step()
        one, other = optimiser_of(t, "SGD"), optimiser_of(t, "SGD")
        with pytest.raises(ValueError, match="index"):
            s.ChainedScheduler([s.StepLR(one, 1), s.StepLR(other, 1)], optimizer=one)
        plain = t.optim.Adagrad([t.nn.Parameter(t.ones(1))])
        for make in (lambda o, s=s: s.OneCycleLR(o, 1.0, 3), lambda o, s=s: s.CyclicLR(o, 0.1, 1)):
            with pytest.raises(ValueError, match="momentum or beta1"):
                make(plain)


def test_every_schedule_is_tried():
    from tests.reference import test_optim

    names = set(ref.optim.lr_scheduler.__all__) - {"LRScheduler", "ReduceLROnPlateau"}
    tried = [*SCHEDULES, *test_optim.SCHEDULES]
    assert names == {name.split()[0].rstrip(",") for name in tried}
