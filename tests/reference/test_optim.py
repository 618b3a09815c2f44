"""Optimisers and schedules give PyTorch's numbers, step by step."""

import numpy as np
import pytest

import dlcore.reference as ref

START = np.random.default_rng(0).standard_normal((3, 2))
TARGET = np.random.default_rng(1).standard_normal((3, 2))

OPTIMISERS = {
    "SGD": [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.8, "dampening": 0.3},
        {"weight_decay": 0.1, "momentum": 0.5},
        {"maximize": True, "lr": 1e-4},
    ],
    "Adagrad": [{}, {"lr_decay": 0.1, "weight_decay": 0.01}, {"initial_accumulator_value": 0.5}],
    "RMSprop": [{}, {"alpha": 0.9, "momentum": 0.9}, {"centered": True, "weight_decay": 0.1}],
    "Adam": [
        {},
        {"betas": (0.5, 0.9), "eps": 1e-3},
        {"weight_decay": 0.1},
        {"amsgrad": True},
        {"weight_decay": 0.1, "decoupled_weight_decay": True},
    ],
    "AdamW": [{}, {"weight_decay": 0.3}, {"weight_decay": 0.0, "amsgrad": True}],
    "Adadelta": [{}, {"lr": 0.5, "rho": 0.7}, {"eps": 1e-3, "weight_decay": 0.1}],
    "Adamax": [{}, {"betas": (0.5, 0.9), "weight_decay": 0.1}, {"maximize": True, "lr": 1e-3}],
    "NAdam": [
        {},
        {"momentum_decay": 0.1, "betas": (0.8, 0.9)},
        {"weight_decay": 0.1, "decoupled_weight_decay": True},
    ],
    "RAdam": [
        {},
        {"betas": (0.5, 0.9)},  # a mean so short that the first steps last for longer
        {"weight_decay": 0.1, "decoupled_weight_decay": True},
        {"weight_decay": 0.1},
    ],
}
ALL = [(name, options) for name, variants in OPTIMISERS.items() for options in variants]


def run(t, name, options, steps, optimiser=None, p=None):
    """Descend on |p - target|^4, whose curvature changes, so that every running mean matters."""
    if p is None:
        p = t.nn.Parameter(t.tensor(START))
        optimiser = getattr(t.optim, name)([p], **{"lr": 0.03, **options})
    path = []
    for _ in range(steps):
        optimiser.zero_grad()
        ((p - t.tensor(TARGET)) ** 4).sum().backward()
        optimiser.step()
        path.append(p.detach().numpy().copy())
    return np.array(path), optimiser, p


@pytest.mark.parametrize(("name", "options"), ALL)
def test_path_is_torchs(name, options, torch):
    ours, theirs = (run(t, name, options, 25)[0] for t in (ref, torch))
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_every_optimiser_has_cases():
    elsewhere = ("LBFGS", "Optimizer", "lr_scheduler")  # LBFGS steps by a closure: test_lbfgs
    names = {n for n in ref.optim.__all__ if n not in elsewhere}
    assert names == set(OPTIMISERS)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_a_saved_state_continues_the_same_path(name, options):
    whole, _, _ = run(ref, name, options, 10)
    _, first, p = run(ref, name, options, 4)
    second = getattr(ref.optim, name)([p])
    second.load_state_dict(first.state_dict())
    rest, _, _ = run(ref, name, options, 6, second, p)
    np.testing.assert_array_equal(rest, whole[4:])


def test_float32_stays_float32():
    for name, options in ALL:
        p = ref.nn.Parameter(ref.ones(3))
        optimiser = getattr(ref.optim, name)([p], **options)
        for _ in range(2):
            optimiser.zero_grad()
            (p * p).sum().backward()
            optimiser.step()
        assert p.dtype is ref.float32
        state = optimiser.state[p]
        assert all(v.dtype == np.float32 for v in state.values() if isinstance(v, np.ndarray))


def test_groups_have_their_own_settings():
    a, b = ref.nn.Parameter(ref.ones(1)), ref.nn.Parameter(ref.ones(1))
    frozen = ref.nn.Parameter(ref.ones(1))
    optimiser = ref.optim.SGD([{"params": [a], "lr": 0.1}, {"params": [b, frozen]}], lr=0.5)
    (a + b).sum().backward()
    optimiser.step()
    assert (a.item(), b.item(), frozen.item()) == (pytest.approx(0.9), 0.5, 1)
    optimiser.zero_grad()
    assert a.grad is None
    (a + b).sum().backward()
    optimiser.zero_grad(set_to_none=False)
    assert a.grad.tolist() == [0]


def test_closure_returns_the_loss():
    p = ref.nn.Parameter(ref.ones(1))
    optimiser = ref.optim.SGD([p], lr=0.1)

    def closure():
        optimiser.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with ref.no_grad():
        assert optimiser.step(closure).item() == 1
    assert p.item() == pytest.approx(0.8)


BAD = [
    (lambda t, p: t.optim.SGD([p], lr=-0.1), ValueError, "learning rate: -0.1"),
    (lambda t, p: t.optim.SGD([p], lr=0.1, momentum=-1), ValueError, "momentum value: -1"),
    (
        lambda t, p: t.optim.SGD([p], lr=0.1, nesterov=True),
        ValueError,
        "Nesterov momentum requires",
    ),
    (
        lambda t, p: t.optim.Adam([p], betas=(1.0, 0.9)),
        ValueError,
        "beta parameter at index 0: 1.0",
    ),
    (lambda t, p: t.optim.Adam([p], eps=-1), ValueError, "epsilon value: -1"),
    (lambda t, p: t.optim.AdamW([p], weight_decay=-1), ValueError, "weight_decay value: -1"),
    (lambda t, p: t.optim.Adagrad([p], lr_decay=-1), ValueError, "lr_decay"),
    (lambda t, p: t.optim.SGD([], lr=0.1), ValueError, "empty parameter list"),
    (lambda t, p: t.optim.SGD(p, lr=0.1), TypeError, "iterable"),
    (lambda t, p: t.optim.SGD([p * 2], lr=0.1), ValueError, "non-leaf"),
    (lambda t, p: t.optim.SGD([1.0], lr=0.1), TypeError, "only optimize Tensors"),
    (
        lambda t, p: t.optim.SGD([{"params": [p]}, {"params": [p]}], lr=0.1),
        ValueError,
        "more than one parameter group",
    ),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_settings_are_errors_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call(ref, ref.nn.Parameter(ref.ones(1)))
    with pytest.raises(kind):
        call(torch, torch.nn.Parameter(torch.ones(1)))


def test_nan_is_no_learning_rate():
    with pytest.raises(ValueError, match="learning rate: nan"):
        ref.optim.SGD([ref.nn.Parameter(ref.ones(1))], lr=float("nan"))


SCHEDULES = {
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda t: 1 / (1 + t)),
    "LambdaLR, one each": lambda s, o: s.LambdaLR(o, [lambda t: 0.5**t, lambda t: 1 + t]),
    "StepLR": lambda s, o: s.StepLR(o, 4, gamma=0.3),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [3, 3, 9], gamma=0.5),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.9),
    "LinearLR": lambda s, o: s.LinearLR(o, 0.1, 1.0, 6),
    "LinearLR down": lambda s, o: s.LinearLR(o, 1.0, 0.2, 6),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 12, eta_min=0.01),
    "SequentialLR": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, 1.0, 5), s.CosineAnnealingLR(o, 10)], [5]
    ),
}


@pytest.mark.filterwarnings("ignore:Detected call of")  # torch wants optimizer.step() in between
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_is_torchs(name, torch):
    rates = []
    for t in (ref, torch):
        optimiser = t.optim.SGD(
            [
                {"params": [t.nn.Parameter(t.ones(1))]},
                {"params": [t.nn.Parameter(t.ones(1))], "lr": 2.0},
            ],
            lr=0.5,
        )
        scheduler = SCHEDULES[name](t.optim.lr_scheduler, optimiser)
        path = [scheduler.get_last_lr()]
        for _ in range(15):
            optimiser.step()
            scheduler.step()
            path.append([g["lr"] for g in optimiser.param_groups])
            assert scheduler.get_last_lr() == path[-1]
        rates.append(path)
    np.testing.assert_allclose(rates[0], rates[1], rtol=1e-9, atol=1e-12)


def test_plateau_is_torchs(torch):
    losses = [5, 4, 4, 4, 4, 3.9999, 3, 3, 3, 3, 3, 3, 3, 2.5, 2.5, 2.5, 2.5]
    for options in (
        {"patience": 2},
        {"patience": 1, "cooldown": 2, "factor": 0.5},
        {"mode": "max", "patience": 0, "min_lr": 0.02},
        {"threshold_mode": "abs", "threshold": 0.6, "patience": 1},
    ):
        paths = []
        for t in (ref, torch):
            optimiser = t.optim.SGD([t.nn.Parameter(t.ones(1))], lr=1.0)
            scheduler = t.optim.lr_scheduler.ReduceLROnPlateau(optimiser, **options)
            paths.append([])
            for loss in losses:
                scheduler.step(loss)
                paths[-1].append(optimiser.param_groups[0]["lr"])
        np.testing.assert_allclose(*paths, rtol=1e-12)
    for wrong in ({"factor": 1.0}, {"mode": "low"}):
        with pytest.raises(ValueError, match="received"):
            ref.optim.lr_scheduler.ReduceLROnPlateau(optimiser, **wrong)


@pytest.mark.parametrize("name", [n for n in SCHEDULES if not n.startswith("Lambda")])
def test_a_saved_schedule_goes_on(name):
    def build():
        ps = [ref.nn.Parameter(ref.ones(1)) for _ in range(2)]
        optimiser = ref.optim.SGD([{"params": [ps[0]]}, {"params": [ps[1]], "lr": 2.0}], lr=0.5)
        return SCHEDULES[name](ref.optim.lr_scheduler, optimiser)

    whole, first, second = build(), build(), build()
    for _ in range(9):
        whole.step()
    for _ in range(4):
        first.step()
    second.load_state_dict(first.state_dict())
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    for _ in range(5):
        second.step()
    assert second.get_last_lr() == whole.get_last_lr()


def test_schedule_errors():
    optimiser = ref.optim.SGD([ref.nn.Parameter(ref.ones(1))], lr=1.0)
    schedules = ref.optim.lr_scheduler
    with pytest.raises(TypeError, match="is not an Optimizer"):
        schedules.StepLR(3, 1)
    with pytest.raises(ValueError, match="Expected 1 lr_lambdas, but got 2"):
        schedules.LambdaLR(optimiser, [abs, abs])
    with pytest.raises(ValueError, match="start_factor must be in"):
        schedules.LinearLR(optimiser, 0.0)
    with pytest.raises(ValueError, match="one milestone fewer"):
        schedules.SequentialLR(optimiser, [schedules.StepLR(optimiser, 1)], [1])
