"""Cases of kernels/division.py."""

import numpy as np

from .draw import binary
from .make import apart, normal, positive, two


def off(*shape, seed=0):
    """Divisors that leave nothing near a jump of the quotient: no ratio is near an integer."""
    signs = np.where(np.random.default_rng([seed, *shape]).random(shape) < 0.5, -1.0, 1.0)
    return np.asarray(signs * 0.7213)


CASES = {
    "remainder": two(apart, off),
    "fmod": two(apart, off),
    "atan2": two(),
    "hypot": two(),
    "logaddexp": two(),
    "xlogy": two(normal, positive),
}

GENERATED = {
    "remainder": binary(apart, off),
    "fmod": binary(apart, off),
    "atan2": binary(),
    "hypot": binary(),
    "logaddexp": binary(),
    "xlogy": binary(normal, positive),
}
