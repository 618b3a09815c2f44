"""Optimisers that give every weight a step size of its own, from the gradients it has seen."""

import numpy as np

from .optimizer import Optimizer, number, settings


class Adagrad(Optimizer):
    """s <- s + g^2;  p <- p - lr g / (sqrt(s) + eps), with lr / (1 + (t - 1) lr_decay) for lr.

    Source: Duchi, Hazan, Singer 2011, JMLR 12, 2121-2159.
    """

    keeps = ("step", "sum")

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
        *,
        maximize=False,
    ):
        super().__init__(params, settings(locals()))

    def check(self, group):
        super().check(group)
        for name in ("lr_decay", "initial_accumulator_value", "eps"):
            number(f"{name} value", group[name])

    def update(self, p, g, state, group):
        if not state:
            state.update(step=0, sum=np.full_like(p, group["initial_accumulator_value"]))
        state["step"] += 1
        lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        state["sum"] += g * g
        p -= lr * g / (np.sqrt(state["sum"]) + group["eps"])


class RMSprop(Optimizer):
    """s <- alpha s + (1 - alpha) g^2;  p <- p - lr g / (sqrt(s) + eps).

    centered: s minus the square of the mean gradient. momentum: as in SGD, on the scaled gradient.
    Source: Tieleman, Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning".
    """

    keeps = ("step", "square_avg", "grad_avg", "momentum_buffer")

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
        *,
        maximize=False,
    ):
        super().__init__(params, settings(locals()))

    def check(self, group):
        super().check(group)
        for name in ("alpha", "eps", "momentum"):
            number(f"{name} value", group[name])

    def update(self, p, g, state, group):
        alpha = group["alpha"]
        if not state:
            state.update(step=0, square_avg=np.zeros_like(p))
        state["step"] += 1
        s = state["square_avg"]
        s *= alpha
        s += (1 - alpha) * (g * g)
        if group["centered"]:
            mean = state.setdefault("grad_avg", np.zeros_like(p))
            mean *= alpha
            mean += (1 - alpha) * g
            s = s - mean * mean
        scaled = g / (np.sqrt(s) + group["eps"])
        if group["momentum"]:
            v = state.setdefault("momentum_buffer", np.zeros_like(p))
            v *= group["momentum"]
            v += scaled
            scaled = v
        p -= group["lr"] * scaled


class Adadelta(Optimizer):
    """d = g sqrt(u + eps) / sqrt(s + eps);  p <- p - lr d, with running means s of g^2, u of d^2.

    The step has the unit of the weight, so that lr = 1 fits many problems.
    Source: Zeiler 2012, arXiv:1212.5701, algorithm 1.
    """

    keeps = ("step", "square_avg", "acc_delta")

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, *, maximize=False):
        super().__init__(params, settings(locals()))

    def check(self, group):
        super().check(group)
        number("rho value", group["rho"], upto=1.0)
        number("epsilon value", group["eps"])

    def update(self, p, g, state, group):
        rho, eps = group["rho"], group["eps"]
        if not state:
            state.update(step=0, square_avg=np.zeros_like(p), acc_delta=np.zeros_like(p))
        state["step"] += 1
        s, u = state["square_avg"], state["acc_delta"]
        s *= rho
        s += (1 - rho) * (g * g)
        d = g * (np.sqrt(u + eps) / np.sqrt(s + eps))
        u *= rho
        u += (1 - rho) * (d * d)
        p -= group["lr"] * d
