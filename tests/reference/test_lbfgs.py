"""LBFGS, and optimisers that a program defines itself."""

import numpy as np
import pytest

import dlcore.reference as ref

DATA = np.random.default_rng(0).standard_normal((12, 3))


def run(t, steps, optimiser=None, p=None, **options):
    """Losses and parameters of a small curved problem from the same start."""
    x = t.tensor(DATA)
    if p is None:
        p = [t.nn.Parameter(t.tensor(DATA[0].copy())), t.nn.Parameter(t.tensor(DATA[1, :1].copy()))]
        p.append(t.nn.Parameter(t.zeros(2, dtype=t.float64)))  # which the loss does not use
    optimiser = optimiser or t.optim.LBFGS(p, **options)
    losses, calls = [], []

    def closure():
        optimiser.zero_grad()
        loss = ((x @ p[0]).tanh() * p[1] - x[:, 0]).square().mean() + 0.01 * p[0].pow(4).sum()
        loss.backward()
        calls.append(loss.item())
        return loss

    for _ in range(steps):
        losses.append(optimiser.step(closure).item())
    return [*losses, *calls], optimiser, p


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lr": 0.5, "max_iter": 5},
        {"max_iter": 8, "history_size": 2},
        {"max_iter": 30, "max_eval": 4},
        {"tolerance_grad": 0.1},
        {"tolerance_change": 0.05},
        {"max_iter": 1},
    ],
)
def test_lbfgs(options, torch):
    ours, mine, p = run(ref, 4, **options)
    theirs, others, q = run(torch, 4, **options)
    # The closure's losses after 60 steps differ as rounding has grown.
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    for a, b in zip(p, q, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-6, atol=1e-12)
    ours, theirs = (o.state_dict()["state"][0] for o in (mine, others))
    assert ours.keys() == theirs.keys() - {"al"}
    assert (ours["func_evals"], ours["n_iter"]) == (theirs["func_evals"], theirs["n_iter"])


def test_a_saved_state_continues(tmp_path):
    whole, _, _ = run(ref, 6, max_iter=3)
    _, optimiser, p = run(ref, 3, max_iter=3)
    ref.save(optimiser.state_dict(), tmp_path / "state")
    again = ref.optim.LBFGS(p, max_iter=3)
    again.load_state_dict(ref.load(tmp_path / "state"))
    rest, _, _ = run(ref, 3, again, p)
    np.testing.assert_allclose(rest[:3], whole[3:6], rtol=1e-12)


def test_mistakes():
    p = ref.nn.Parameter(ref.ones(2))
    with pytest.raises(NotImplementedError, match="'strong_wolfe' is not in the reference"):
        ref.optim.LBFGS([p], line_search_fn="strong_wolfe")
    with pytest.raises(ValueError, match="per-parameter options"):
        ref.optim.LBFGS([{"params": [p]}, {"params": [ref.nn.Parameter(ref.ones(1))]}])


def test_an_optimiser_of_the_programs_own_keeps_what_it_likes(torch):
    for t in (ref, torch):

        class Momentum(t.optim.Optimizer):
            def __init__(self, params, lr=0.1):
                super().__init__(params, {"lr": lr})

            @t.no_grad()
            def step(self, closure=None):
                for group in self.param_groups:
                    for p in group["params"]:
                        state = self.state[p]
                        if not state:
                            state["step"] = 0
                            state["rows"] = p.sum(1) * 0
                        state["step"] += 1
                        state["rows"].mul_(0.9).add_(p.grad.sum(1))
                        p.add_(state["rows"][:, None], alpha=-group["lr"])

        p = t.nn.Parameter(t.ones(2, 3))
        first = Momentum([p])
        p.grad = t.ones(2, 3)
        first.step()
        second = Momentum([p])
        second.load_state_dict(first.state_dict())
        second.step()
        assert second.state[p]["step"] == 2
        assert second.state[p]["rows"].tolist() == pytest.approx([5.7, 5.7])
