"""Cases of kernels/loss.py."""

import numpy as np

from .make import Case, normal, probability


def class_loss_cases():
    target, ignoring = np.array([2, 0, 3, 2, 1]), np.array([2, -100, 3, 2, -100])
    return [
        Case((normal(5, 4), t), {"reduction": r})
        for t in (target, ignoring)
        for r in ("mean", "sum", "none")
    ]


def pair_loss_cases(target=normal):
    return [
        Case((normal(*s), target(*s, seed=1)), {"reduction": r})
        for s in [(5,), (3, 4), (2, 1)]
        for r in ("mean", "sum", "none")
    ]


CASES = {
    "mse_loss": pair_loss_cases(),
    "l1_loss": pair_loss_cases(),
    "bce_with_logits": pair_loss_cases(probability),
    "nll_loss": class_loss_cases(),
    "cross_entropy": class_loss_cases(),
}
