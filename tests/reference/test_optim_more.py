"""Optimisers: groups, saved states, and parameters that change under way."""

import copy

import numpy as np
import pytest

import dlcore.reference as ref

from .test_optim import ALL, OPTIMISERS, run

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_a_saved_state_looks_like_torchs(name, options, torch):
    ours, theirs = (run(t, name, options, 3)[1].state_dict() for t in (ref, torch))
    assert ours["state"].keys() == theirs["state"].keys()
    for n, kept in theirs["state"].items():
        assert ours["state"][n].keys() == {k for k, v in kept.items() if v is not None}
        for key, value in ours["state"][n].items():
            assert tuple(value.shape) == tuple(kept[key].shape)
            np.testing.assert_allclose(value.numpy(), kept[key].numpy(), rtol=1e-6, atol=1e-12)
    for mine, others in zip(ours["param_groups"], theirs["param_groups"], strict=True):
        assert mine == {key: others[key] for key in mine}


@pytest.mark.parametrize(("name", "options"), ALL)
def test_a_state_that_torch_saved_continues(name, options, torch):
    _, saved, p = run(torch, name, options, 4)
    ours = ref.nn.Parameter(ref.tensor(p.detach().numpy()))
    optimiser = getattr(ref.optim, name)([ours])
    optimiser.load_state_dict(saved.state_dict())
    rest, _, _ = run(ref, name, options, 6, optimiser, ours)
    whole, _, _ = run(torch, name, options, 10)
    np.testing.assert_allclose(rest, whole[4:], rtol=1e-9, atol=1e-12)


def test_a_state_of_another_optimiser_is_refused():
    p = ref.nn.Parameter(ref.ones(2))
    states = {}
    for name in OPTIMISERS:
        optimiser = getattr(ref.optim, name)([p], lr=0.1)
        p.grad = ref.ones(2)
        optimiser.step()
        states[name] = optimiser.state_dict()
    fits = {(name, name) for name in OPTIMISERS} | {("Adam", "AdamW"), ("AdamW", "Adam")}
    for saved, state in states.items():
        for name in OPTIMISERS:
            optimiser = getattr(ref.optim, name)([p], lr=0.2)
            if (saved, name) in fits:
                optimiser.load_state_dict(state)
                continue
            with pytest.raises(ValueError, match="another optimizer"):
                optimiser.load_state_dict(state)
            assert optimiser.param_groups[0]["lr"] == 0.2  # nothing was changed
    adamw = ref.optim.AdamW([p])
    adamw.load_state_dict(states["Adam"])
    assert adamw.param_groups[0]["decoupled_weight_decay"]


def test_a_state_of_other_shapes_is_refused():
    p, q = ref.nn.Parameter(ref.ones(2)), ref.nn.Parameter(ref.ones(3))
    first = ref.optim.Adam([p])
    p.grad = ref.ones(2)
    first.step()
    with pytest.raises(ValueError, match=r"exp_avg of parameter 0 has shape \(2,\).*\(3,\)"):
        ref.optim.Adam([q]).load_state_dict(first.state_dict())
    with pytest.raises(ValueError, match=r"hold \[1\] parameters, this optimizer's hold \[2\]"):
        ref.optim.Adam([p, q]).load_state_dict(first.state_dict())


def test_a_saved_state_is_a_copy():
    _, optimiser, p = run(ref, "Adam", {}, 2)
    saved = optimiser.state_dict()
    before = copy.deepcopy(saved["state"][0]["exp_avg"])
    run(ref, "Adam", {}, 1, optimiser, p)
    assert saved["state"][0]["exp_avg"].tolist() == before.tolist()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_parameters_that_change_under_way(name, torch):
    """Frozen, without a gradient, with new data, in a new group, scaled by hand: as in PyTorch."""
    start, more = RNG.standard_normal(3), RNG.standard_normal(2)
    target = RNG.standard_normal(3)
    found = []
    for t in (ref, torch):
        a, b = t.nn.Parameter(t.tensor(start)), t.nn.Parameter(t.tensor(more))
        optimiser = getattr(t.optim, name)([a], lr=0.05)

        def step(*used, t=t, optimiser=optimiser, a=a, b=b):
            optimiser.zero_grad()
            loss = sum(((p - t.tensor(target)[: len(p)]) ** 4).sum() for p in used)
            loss.backward()
            optimiser.step()

        step(a)
        optimiser.add_param_group({"params": b, "lr": 0.02})
        step(a, b)
        step(b)  # a has no gradient: it stays, and so does its state
        a.data = t.tensor(start[::-1].copy())
        step(a, b)
        with t.no_grad():
            a.mul_(0.5)
        step(a)
        a.requires_grad_(False)
        step(b)
        a.requires_grad_(True)
        step(a, b)
        found.append([a.detach().numpy(), b.detach().numpy()])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_tensor_as_learning_rate():
    p = ref.nn.Parameter(ref.ones(2))
    optimiser = ref.optim.SGD([p], lr=ref.tensor(0.5))
    p.grad = ref.ones(2)
    optimiser.step()
    assert p.tolist() == [0.5, 0.5]


def test_a_group_must_be_a_dict():
    optimiser = ref.optim.SGD([ref.nn.Parameter(ref.ones(1))])
    with pytest.raises(TypeError, match="param_group must be a dict, received list"):
        optimiser.add_param_group([ref.nn.Parameter(ref.ones(1))])


def test_an_optimiser_of_ones_own(torch):
    """A subclass with its own step, as programs for PyTorch write it."""
    found = []
    for t in (ref, torch):

        class Sign(t.optim.Optimizer):
            def __init__(self, params, lr=0.1, t=t):
                super().__init__(params, {"lr": lr})
                self.t = t

            def step(self, closure=None):
                with self.t.no_grad():
                    for group in self.param_groups:
                        for p in group["params"]:
                            if p.grad is None:
                                continue
                            state = self.state[p]
                            if not state:
                                state["mean"] = self.t.zeros_like(p)
                            state["mean"].mul_(0.9).add_(p.grad, alpha=0.1)
                            p.add_(state["mean"].sign(), alpha=-group["lr"])

        p = t.nn.Parameter(t.tensor([1.0, -2.0, 0.5]))
        optimiser = Sign([p])
        for _ in range(5):
            optimiser.zero_grad()
            (p**2).sum().backward()
            optimiser.step()
        found.append(p.detach().numpy())
        second = Sign([p])
        second.load_state_dict(optimiser.state_dict())
        assert second.state[p]["mean"].tolist() == optimiser.state[p]["mean"].tolist()
    np.testing.assert_allclose(*found, rtol=1e-6)


BAD = [
    (lambda t, p: t.optim.Adadelta([p], rho=1.5), ValueError, "rho value: 1.5"),
    (lambda t, p: t.optim.Adamax([p], betas=(0.9, 1.0)), ValueError, "index 1: 1.0"),
    (lambda t, p: t.optim.NAdam([p], momentum_decay=-1), ValueError, "momentum_decay value: -1"),
    (lambda t, p: t.optim.RAdam([p], eps=-1), ValueError, "epsilon value: -1"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_settings_are_errors_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call(ref, ref.nn.Parameter(ref.ones(1)))
    with pytest.raises(kind):
        call(torch, torch.nn.Parameter(torch.ones(1)))
