"""What cases are made of: a call of a rule, and arrays on which a mistake shows."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    """One call: float64 inputs, options as the rule takes them, and as PyTorch's twin takes
    them.
    """

    inputs: tuple
    options: dict = field(default_factory=dict)
    # Where the call differs: a function (torch, twin, tensors, **options) -> tensor or tuple.
    twin: object = None
    # False at a kink or a tie: there is no derivative, and PyTorch's convention alone counts.
    smooth: bool = True

    def __repr__(self):
        shapes = [getattr(x, "shape", x) for x in self.inputs]
        return f"{shapes} {self.options}"


def normal(*shape, seed=0):
    return np.asarray(np.random.default_rng([seed, *shape]).standard_normal(shape))


def positive(*shape, seed=0):
    return np.asarray(np.abs(normal(*shape, seed=seed)) + 0.5)


def apart(*shape, seed=0):
    """Numbers that are far from 0 and from each other: no kink, no tie within reach of a
    difference.
    """
    rng = np.random.default_rng([seed, *shape])
    count = int(np.prod(shape))
    numbers = (rng.permutation(count) - count / 2 + 0.25) * 0.3
    return numbers.reshape(shape)


def probability(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).random(shape)


def one(*options, make=normal):
    """A function of one array: on a vector, a batch, a size-1 axis, an empty batch and a number."""
    shapes = [(7,), (3, 4), (2, 1, 5), (0, 4), ()]
    return [Case((make(*s),), dict(o)) for s in shapes for o in (options or ({},))]


def two(make=normal, other=None):
    """A function of two arrays: equal shapes, and every kind of broadcasting."""
    other = other or make
    pairs = [
        ((3, 4), (3, 4)),
        ((3, 4), (4,)),
        ((3, 1), (1, 4)),
        ((2, 3, 4), (3, 1)),
        ((), (5,)),
        ((0, 4), (4,)),
        ((2, 1, 1), (2, 3, 4)),
    ]
    return [Case((make(*a), other(*b, seed=1))) for a, b in pairs]


def over_axes(make=normal, whole=True):
    """A reduction: over all, one, several and negative axes, with and without keepdim."""
    x = make(2, 3, 4)
    dims = [0, 1, -1, (0, 2), (1,)] + ([None] if whole else [])
    return [Case((x,), {"dim": d, "keepdim": k}) for d in dims for k in (False, True)]


def without_dim(cases):
    """torch.sum and its like spell "all axes" by leaving dim out."""

    def call(torch, twin, tensors, dim, **options):
        return twin(*tensors) if dim is None else twin(*tensors, dim=dim, **options)

    kept = [c for c in cases if not (c.options["dim"] is None and c.options["keepdim"])]
    return [Case(c.inputs, c.options, call) for c in kept]


def named(name):
    """A twin that takes the option ``name`` by position."""

    def call(torch, twin, tensors, **options):
        return twin(*tensors, options.pop(name), **options)

    return call
