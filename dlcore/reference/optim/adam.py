"""Adam and its relatives: a running mean of the gradient over a running size of it.

All keep m, the mean of g, and s, the mean of g^2; both start at zero, and m / (1 - beta1^t) and
s / (1 - beta2^t) undo that.
"""

import math

import numpy as np

from .optimizer import Optimizer, number, settings


class _TwoMeans(Optimizer):
    """What the family shares: the checks, and the two running means."""

    keeps = ("step", "exp_avg", "exp_avg_sq")

    def check(self, group):
        super().check(group)
        number("epsilon value", group["eps"])
        for i, beta in enumerate(group["betas"]):
            number(f"beta parameter at index {i}", beta, below=1.0)

    def means(self, p, g, state, group):
        """Count the step and bring m and s up to it; returns t, m, s."""
        beta1, beta2 = group["betas"]
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(p), exp_avg_sq=np.zeros_like(p))
        state["step"] += 1
        m, s = state["exp_avg"], state["exp_avg_sq"]
        m *= beta1
        m += (1 - beta1) * g
        s *= beta2
        s += (1 - beta2) * (g * g)
        return state["step"], m, s


class Adam(_TwoMeans):
    """p <- p - lr m' / (sqrt(s') + eps), with m' = m / (1 - beta1^t), s' = s / (1 - beta2^t).

    weight_decay is added to the gradient (L2); AdamW takes it off the weight instead, and so does
    decoupled_weight_decay. amsgrad: s' never becomes smaller.
    Source: Kingma, Ba 2015, ICLR, arXiv:1412.6980; amsgrad: Reddi, Kale, Kumar 2018, ICLR.
    """

    keeps = ("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        maximize=False,
        decoupled_weight_decay=False,
    ):
        super().__init__(params, settings(locals()))

    def update(self, p, g, state, group):
        beta1, beta2 = group["betas"]
        t, m, s = self.means(p, g, state, group)
        if group["amsgrad"]:
            s = np.maximum(state.get("max_exp_avg_sq", 0), s)
            s = state["max_exp_avg_sq"] = np.asarray(s)
        # Both corrections as scalars: sqrt(s') = sqrt(s) / sqrt(1 - beta2^t).
        scale = np.asarray(np.sqrt(s))  # of a weight of no axes NumPy makes a number
        scale /= math.sqrt(1 - beta2**t)
        scale += group["eps"]
        np.divide(m, scale, out=scale)
        scale *= group["lr"] / (1 - beta1**t)
        p -= scale


class AdamW(Adam):
    """Adam with the weight decay taken off the weight itself, not passed through the running means.

    Source: Loshchilov, Hutter 2019, ICLR, arXiv:1711.05101.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
    ):
        options = {"maximize": maximize, "decoupled_weight_decay": True}
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        for group in self.param_groups:  # a file of Adam does not make it one
            group["decoupled_weight_decay"] = True


class Adamax(_TwoMeans):
    """p <- p - lr m' / u with u <- max(beta2 u, |g| + eps): Adam with the largest norm for sqrt(s).

    Source: Kingma, Ba 2015, arXiv:1412.6980, section 7.1.
    """

    keeps = ("step", "exp_avg", "exp_inf")

    def __init__(
        self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, *, maximize=False
    ):
        super().__init__(params, settings(locals()))

    def update(self, p, g, state, group):
        beta1, beta2 = group["betas"]
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(p), exp_inf=np.zeros_like(p))
        state["step"] += 1
        m, u = state["exp_avg"], state["exp_inf"]
        m *= beta1
        m += (1 - beta1) * g
        np.maximum(beta2 * u, np.abs(g) + group["eps"], out=u)
        p -= group["lr"] / (1 - beta1 ** state["step"]) * m / u


class NAdam(_TwoMeans):
    """Adam with Nesterov's momentum: the mean as it will be one step ahead.

    The momentum mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2) grows towards beta1.
    Source: Dozat 2016, ICLR workshop, "Incorporating Nesterov Momentum into Adam".
    """

    keeps = ("step", "exp_avg", "exp_avg_sq", "mu_product")

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
        *,
        maximize=False,
    ):
        super().__init__(params, settings(locals()))

    def check(self, group):
        super().check(group)
        number("momentum_decay value", group["momentum_decay"])

    def update(self, p, g, state, group):
        beta1, beta2 = group["betas"]
        t, m, s = self.means(p, g, state, group)
        mu, ahead = (
            beta1 * (1 - 0.5 * 0.96 ** (step * group["momentum_decay"])) for step in (t, t + 1)
        )
        # In float32, as PyTorch keeps it: one number, but each step hangs on it.
        product = np.float32(state.get("mu_product", 1)) * np.float32(mu)
        state["mu_product"] = product = float(product)
        scale = np.sqrt(s / (1 - beta2**t)) + group["eps"]
        now, later = (1 - mu) / (1 - product), ahead / (1 - product * ahead)
        p -= group["lr"] * (now * g + later * m) / scale


class RAdam(_TwoMeans):
    """Adam whose first steps, while s is not to be trusted yet, are those of plain momentum.

    Source: Liu et al. 2020, ICLR, arXiv:1908.03265, algorithm 2.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        decoupled_weight_decay=False,
        *,
        maximize=False,
    ):
        super().__init__(params, settings(locals()))

    def update(self, p, g, state, group):
        beta1, beta2 = group["betas"]
        t, m, s = self.means(p, g, state, group)
        step = group["lr"] / (1 - beta1**t) * m
        most = 2 / (1 - beta2) - 1  # the length of the running mean, at its end and now
        length = most - 2 * t * beta2**t / (1 - beta2**t)
        if length > 5:
            variance = (most - 4) * (most - 2) * length / ((length - 4) * (length - 2) * most)
            step *= math.sqrt((1 - beta2**t) / variance) / (np.sqrt(s) + group["eps"])
        p -= step
