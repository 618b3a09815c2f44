"""What GENERATED is made of: Hypothesis strategies that draw a Case of random shape and options.

A rule's strategy stands beside its CASES, in five lines:

    @composite
    def softmax(draw):
        x = draw(arrays(normal, min_dims=1))
        return Case((x,), {"dim": draw(axis(x.ndim))})

    GENERATED = {"softmax": softmax(), "relu": unary(apart)}

Shapes and options are drawn; numbers come from make.py's functions with a drawn seed, so that a
failing example stays small to read. ``twin`` of a Case is as in CASES; it may return a tuple for a
rule with several outputs. Everything is float64, as there.
"""

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import composite

from .make import Case, normal

__all__ = [
    "SEEDS",
    "arrays",
    "axes",
    "axis",
    "binary",
    "broadcastable",
    "composite",
    "filled",
    "flag",
    "indices",
    "masks",
    "one_of",
    "reduction",
    "shapes",
    "size",
    "unary",
    "whole",
]

SEEDS = st.integers(0, 9999)
# Length 1 is one of four, an empty axis one of eight: several axes together are often enough
# degenerate, and often enough not.
SIZES = (2, 3, 1, 4, 3, 2, 1, 0)


def size(smallest=0):
    """The length of an axis: ``smallest`` to 4, with 1 drawn often and 0 seldom."""
    return st.sampled_from([n for n in SIZES if n >= smallest])


def shapes(min_dims=0, max_dims=3, smallest=0):
    """Shapes as tuples; ``smallest=1`` leaves the empty ones out."""
    return st.lists(size(smallest), min_size=min_dims, max_size=max_dims).map(tuple)


def filled(shape, make=normal):
    """Arrays of a known shape: ``make`` is normal, positive, apart, probability or their like."""
    return SEEDS.map(lambda seed: make(*shape, seed=seed))


def arrays(make=normal, min_dims=0, max_dims=3, smallest=0):
    """Arrays of a drawn shape."""
    return shapes(min_dims, max_dims, smallest).flatmap(lambda shape: filled(shape, make))


def indices(shape, below):
    """Arrays of int64 in [0, below)."""
    return SEEDS.map(lambda seed: np.random.default_rng([seed, *shape]).integers(0, below, shape))


def masks(shape, share=0.5):
    """Arrays of booleans, true at about ``share`` of the places."""
    return SEEDS.map(
        lambda seed: np.asarray(np.random.default_rng([seed, *shape]).random(shape) < share)
    )


def one_of(*values):
    """One of these values; write the plainest first."""
    return st.sampled_from(values)


def whole(low, high):
    """A whole number, both ends included: strides, paddings, dilations."""
    return st.integers(low, high)


flag = st.booleans


def axis(ndim):
    """One axis, counted from either end."""
    return st.integers(-ndim, ndim - 1)


@composite
def axes(draw, ndim, every=True):
    """What ``dim`` of a reduction may be: one axis, a tuple of them, and None if ``every``."""
    kind = draw(st.sampled_from(["one", "several"] + ["every"] * every))
    if kind == "every" or ndim == 0:
        return None if every else ()
    if kind == "one":
        return draw(axis(ndim))
    kept = draw(st.lists(st.integers(0, ndim - 1), min_size=1, max_size=ndim, unique=True))
    return tuple(i - ndim if draw(flag()) else i for i in kept)


@composite
def broadcastable(draw, count=2, min_dims=0, max_dims=3, smallest=0):
    """``count`` shapes that broadcast together: axes missing in front, axes of length 1."""
    full = draw(shapes(min_dims, max_dims, smallest))
    found = []
    for _ in range(count):
        missing = draw(st.integers(0, len(full) - min_dims))
        found.append(tuple(1 if draw(flag()) else n for n in full[missing:]))
    found[draw(st.integers(0, count - 1))] = full
    return tuple(found)


@composite
def unary(draw, make=normal, min_dims=0, max_dims=3, smallest=0, twin=None, **options):
    """A function of one array; each option is a strategy."""
    x = draw(arrays(make, min_dims, max_dims, smallest))
    return Case((x,), {name: draw(values) for name, values in options.items()}, twin)


@composite
def binary(draw, make=normal, other=None, twin=None, **options):
    """A function of two arrays that broadcast."""
    a, b = draw(broadcastable())
    inputs = draw(filled(a, make)), draw(filled(b, other or make))
    return Case(inputs, {name: draw(values) for name, values in options.items()}, twin)


@composite
def reduction(draw, make=normal, every=True, smallest=1, twin=None, **options):
    """A reduction over ``dim`` with ``keepdim``; ``smallest=0`` where an empty sum has a meaning.

    torch.sum and its like spell "all axes" by leaving ``dim`` out, and so does the twin here.
    """

    def call(torch, function, tensors, dim, keepdim, **others):
        if dim is None:
            return function(*tensors, **others)
        return function(*tensors, dim=dim, keepdim=keepdim, **others)

    x = draw(arrays(make, 0 if every else 1, 3, smallest))
    dim = draw(axes(x.ndim, every))
    keepdim = dim is not None and draw(flag())
    others = {name: draw(values) for name, values in options.items()}
    return Case((x,), {"dim": dim, "keepdim": keepdim, **others}, twin or call)
