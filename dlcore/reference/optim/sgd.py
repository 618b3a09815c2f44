"""Gradient descent, with momentum."""

import numpy as np

from .optimizer import Optimizer, number, settings


class SGD(Optimizer):
    """v <- momentum v + (1 - dampening) g;  p <- p - lr v,  with g + weight_decay p for g.

    nesterov: p <- p - lr (g + momentum v), the gradient as if seen one step ahead.
    Source: Robbins, Monro 1951; Polyak 1964; Nesterov 1983; in this form Sutskever et al. 2013,
    ICML.
    """

    keeps = ("momentum_buffer",)

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
    ):
        super().__init__(params, settings(locals()))

    def check(self, group):
        super().check(group)
        number("momentum value", group["momentum"])
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    def update(self, p, g, state, group):
        if group["momentum"]:
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = np.array(g)  # the first step is not damped
            else:
                v *= group["momentum"]
                v += g if group["dampening"] == 0 else (1 - group["dampening"]) * g
            g = g + group["momentum"] * v if group["nesterov"] else v
        p -= group["lr"] * g
