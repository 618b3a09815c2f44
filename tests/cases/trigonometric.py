"""Cases of kernels/trigonometric.py."""

import numpy as np

from .draw import unary
from .make import normal, one, positive, probability


def inside(*shape, seed=0):
    """Numbers in (-0.9, 0.9)."""
    return np.asarray(1.8 * probability(*shape, seed=seed) - 0.9)


def above_one(*shape, seed=0):
    return np.asarray(positive(*shape, seed=seed) + 0.7)


MAKE = {
    "tan": inside,
    "asin": inside,
    "acos": inside,
    "atan": normal,
    "asinh": normal,
    "acosh": above_one,
    "atanh": inside,
}

CASES = {name: one(make=make) for name, make in MAKE.items()}
GENERATED = {name: unary(make) for name, make in MAKE.items()}
