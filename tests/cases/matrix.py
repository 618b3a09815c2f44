"""Cases of kernels/matrix.py."""

import numpy as np

from .draw import composite, filled, flag, shapes, size
from .make import Case, normal


def regular(*shape, seed=0):
    """Square matrices far from singular."""
    return normal(*shape, seed=seed) * 0.4 + 2 * np.eye(shape[-1])


def definite(*shape, seed=0):
    """Symmetric matrices, positive definite."""
    a = regular(*shape, seed=seed)
    return a @ a.swapaxes(-1, -2)


SHAPES = [(3, 3), (2, 4, 4), (1, 1), (2, 3, 2, 2), (0, 3, 3)]

CASES = {name: [Case((regular(*s),)) for s in SHAPES] for name in ("inv", "det", "slogdet")}
CASES["solve"] = [
    Case((regular(*a), normal(*b, seed=1)))
    for a, b in [
        ((3, 3), (3, 2)),
        ((2, 3, 3), (3, 1)),
        ((3, 3), (2, 3, 4)),
        ((2, 1, 2, 2), (3, 2, 2)),
        ((3, 3), (3, 0)),
    ]
]


CASES["cholesky"] = [Case((definite(*s),)) for s in SHAPES]


@composite
def square(draw, make=regular):
    n = draw(size(1))
    return Case((draw(filled((*draw(shapes(max_dims=2)), n, n), make)),))


@composite
def solve(draw):
    n, batch = draw(size(1)), draw(shapes(max_dims=2))
    lead = () if draw(flag()) else batch
    a = draw(filled((*batch, n, n), regular))
    return Case((a, draw(filled((*lead, n, draw(size())), normal))))


GENERATED = {
    "inv": square(),
    "det": square(),
    "slogdet": square(),
    "solve": solve(),
    "cholesky": square(definite),
}
