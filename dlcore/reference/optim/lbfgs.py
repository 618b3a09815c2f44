"""L-BFGS: Newton's direction from the last few steps, without the matrix."""

from ..functions.layout import cat, reshape
from ..grad_mode import enable_grad, no_grad
from .optimizer import Optimizer, settings


class LBFGS(Optimizer):
    """Steps along -H g, where H is estimated from pairs (s, y) of steps and changes of gradient.

    One ``step(closure)`` makes up to max_iter of them, and calls the closure, which computes loss
    and gradients, once for each and once before. It has one group of parameters. line_search_fn is
    None: every step has the length lr; "strong_wolfe" is outside the subset.
    Source: Nocedal 1980, Mathematics of Computation 35; as in minFunc by Mark Schmidt.
    """

    def __init__(
        self,
        params,
        lr=1,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        if line_search_fn is not None:
            raise NotImplementedError(
                f"LBFGS: line_search_fn={line_search_fn!r} is not in the reference backend's "
                "subset; leave it out, with a smaller lr if need be"
            )
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        super().__init__(params, settings(locals()))
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    @no_grad()
    def step(self, closure):
        """Up to max_iter steps; returns the loss before the first."""
        closure, (group,) = enable_grad()(closure), self.param_groups
        state = self.state[group["params"][0]]
        lr, tolerance = group["lr"], group["tolerance_change"]
        first = closure()
        loss, evaluations, g = float(first), 1, self._gradient()
        if g.abs().max() <= group["tolerance_grad"]:
            state["func_evals"] = state.get("func_evals", 0) + 1
            return first
        for i in range(1, group["max_iter"] + 1):
            state["n_iter"] = state.get("n_iter", 0) + 1
            if state["n_iter"] == 1:
                state.update(old_stps=[], old_dirs=[], ro=[], H_diag=1)
                state["d"], state["t"] = -g, min(1.0, 1.0 / float(g.abs().sum())) * lr
            else:
                self._remember(state, g, group["history_size"])
                state["d"], state["t"] = _direction(state, g), lr
            before, state["prev_flat_grad"], state["prev_loss"] = loss, g.clone(), loss
            if g.dot(state["d"]) > -tolerance:
                break  # no way down
            move = state["d"] * state["t"]
            self._add(move)
            if i == group["max_iter"]:
                break  # nobody would look at another evaluation
            loss, evaluations, g = float(closure()), evaluations + 1, self._gradient()
            if (
                evaluations >= group["max_eval"]
                or g.abs().max() <= group["tolerance_grad"]
                or move.abs().max() <= tolerance
                or abs(loss - before) < tolerance
            ):
                break
        state["func_evals"] = state.get("func_evals", 0) + evaluations
        return first

    def _gradient(self):
        """All gradients in one vector, zeros where there is none."""
        return cat(
            [
                reshape(p.new_zeros(p.shape) if p.grad is None else p.grad, -1)
                for p in self.param_groups[0]["params"]
            ]
        )

    def _add(self, move):
        """Add a vector of all parameters' changes to the parameters."""
        done = 0
        for p in self.param_groups[0]["params"]:
            p.add_(move[done : done + p.numel()].view_as(p))
            done += p.numel()

    def _remember(self, state, g, most):
        """Take in the last step s and the change y of the gradient along it, if it curves up."""
        y, s = g - state["prev_flat_grad"], state["d"] * state["t"]
        ys = float(y.dot(s))
        if ys <= 1e-10:
            return
        kept = {"old_dirs": y, "old_stps": s, "ro": 1.0 / ys}
        for name, value in kept.items():
            state[name] = [*state[name], value][-most:]
        state["H_diag"] = ys / float(y.dot(y))


def _direction(state, g):
    """-H g by the recursion of two loops, from the newest pair to the oldest and back."""
    q, al = -g, []
    pairs = list(zip(state["old_dirs"], state["old_stps"], state["ro"], strict=True))
    for y, s, ro in reversed(pairs):
        al.append(float(s.dot(q)) * ro)
        q = q - al[-1] * y
    r = q * state["H_diag"]
    for (y, s, ro), a in zip(pairs, reversed(al), strict=True):
        r = r + s * (a - float(y.dot(r)) * ro)
    return r
