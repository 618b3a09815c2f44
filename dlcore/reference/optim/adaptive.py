"""Optimisers that give every weight a step size of its own, from the gradients it has seen."""

import math

import numpy as np

from .optimizer import Optimizer, number


class Adagrad(Optimizer):
    """s <- s + g^2;  p <- p - lr g / (sqrt(s) + eps), with lr / (1 + (t - 1) lr_decay) for lr.

    Source: Duchi, Hazan, Singer 2011, JMLR 12, 2121-2159.
    """

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
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "eps": eps,
                "maximize": maximize,
            },
        )

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
        super().__init__(
            params,
            {
                "lr": lr,
                "alpha": alpha,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "centered": centered,
                "maximize": maximize,
            },
        )

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


class Adam(Optimizer):
    """Running means m of g and s of g^2;  p <- p - lr m' / (sqrt(s') + eps).

    m' = m / (1 - beta1^t) and s' = s / (1 - beta2^t) undo that both means start at zero.
    weight_decay is added to the gradient (L2); AdamW takes it off the weight instead.
    Source: Kingma, Ba 2015, ICLR, arXiv:1412.6980; amsgrad: Reddi, Kale, Kumar 2018, ICLR.
    """

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
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
            },
        )

    def check(self, group):
        super().check(group)
        number("epsilon value", group["eps"])
        for i, beta in enumerate(group["betas"]):
            number(f"beta parameter at index {i}", beta, below=1.0)

    def update(self, p, g, state, group):
        beta1, beta2 = group["betas"]
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(p), exp_avg_sq=np.zeros_like(p))
        state["step"] += 1
        if self.decoupled:
            p *= 1 - group["lr"] * group["weight_decay"]
        m, s = state["exp_avg"], state["exp_avg_sq"]
        m *= beta1
        m += (1 - beta1) * g
        s *= beta2
        s += (1 - beta2) * (g * g)
        if group["amsgrad"]:
            s = state["max_exp_avg_sq"] = np.maximum(state.get("max_exp_avg_sq", 0), s)
        # Both corrections as scalars: sqrt(s') = sqrt(s) / sqrt(1 - beta2^t).
        rate = group["lr"] / (1 - beta1 ** state["step"])
        root = math.sqrt(1 - beta2 ** state["step"])
        scale = np.sqrt(s)
        scale /= root
        scale += group["eps"]
        np.divide(m, scale, out=scale)
        scale *= rate
        p -= scale


class AdamW(Adam):
    """Adam with the weight decay taken off the weight itself, not passed through the running means.

    Source: Loshchilov, Hutter 2019, ICLR, arXiv:1711.05101.
    """

    decoupled = True

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
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
