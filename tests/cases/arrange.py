"""Cases of kernels/arrange.py."""

from .draw import arrays, axis, composite, flag, size, whole
from .make import Case, named, normal

CASES = {
    "flip": [Case((normal(2, 3, 4),), {"dims": d}) for d in [(0,), (1, 2), (-1,), ()]],
    "roll": [
        Case((normal(3, 4),), {"shifts": s, "dims": d})
        for s, d in [(1, None), ((2,), (1,)), ((1, -1), (0, 1)), ((5,), (-1,))]
    ],
    "repeat": [
        Case((normal(*s),), {"repeats": r}, named("repeats"))
        for s, r in [((3,), (2,)), ((2, 3), (3, 1)), ((3,), (2, 2)), ((), (4,)), ((2, 1), (0, 3))]
    ],
}


@composite
def flip(draw):
    x = draw(arrays())
    return Case((x,), {"dims": tuple(d for d in range(x.ndim) if draw(flag()))})


@composite
def roll(draw):
    x = draw(arrays(min_dims=1))
    if draw(flag()):
        return Case((x,), {"shifts": draw(whole(-5, 5)), "dims": None})
    return Case((x,), {"shifts": (draw(whole(-5, 5)),), "dims": (draw(axis(x.ndim)),)})


@composite
def repeat(draw):
    x = draw(arrays(max_dims=2))
    repeats = tuple(draw(size()) for _ in range(x.ndim + draw(whole(0, 1))))
    return Case((x,), {"repeats": repeats}, named("repeats"))


GENERATED = {"flip": flip(), "roll": roll(), "repeat": repeat()}
