"""Cases of kernels/likelihood.py."""

import numpy as np

from .draw import composite, filled, flag, one_of, shapes
from .make import Case, apart, normal, probability


def inside(*shape, seed=0):
    """Probabilities that are not near 0 or 1, where a logarithm is steep."""
    return np.asarray(0.1 + 0.8 * probability(*shape, seed=seed))


def pairs(make, other, *options):
    return [
        Case((make(*s), other(*s, seed=1)), {"reduction": r, **o})
        for s in [(5,), (3, 4), (2, 1)]
        for r in ("mean", "sum", "none")
        for o in options
    ]


def kl_call(torch, twin, tensors, reduction="mean", log_target=False):
    if reduction != "mean":
        return twin(*tensors, reduction=reduction, log_target=log_target)
    # torch warns that "mean" is not the divergence's definition.
    return twin(*tensors, reduction="none", log_target=log_target).mean()


CASES = {
    "binary_cross_entropy": pairs(inside, probability, {}),
    "kl_div": [
        Case(c.inputs, c.options, kl_call)
        for c in pairs(normal, inside, {}) + pairs(normal, normal, {"log_target": True})
    ],
    "huber_loss": pairs(apart, normal, {}, {"delta": 0.4}),
}
REDUCTION = one_of("mean", "sum", "none")


@composite
def drawn(draw, make, other, twin=None, **options):
    shape = draw(shapes(smallest=1))
    inputs = draw(filled(shape, make)), draw(filled(shape, other))
    drawn = {name: draw(values) for name, values in options.items()}
    return Case(inputs, {"reduction": draw(REDUCTION), **drawn}, twin)


@composite
def kl_drawn(draw):
    shape, log_target = draw(shapes(smallest=1)), draw(flag())
    target = filled(shape, normal if log_target else inside)
    options = {"reduction": draw(REDUCTION), "log_target": log_target}
    return Case((draw(filled(shape)), draw(target)), options, kl_call)


GENERATED = {
    "binary_cross_entropy": drawn(inside, probability),
    "kl_div": kl_drawn(),
    "huber_loss": drawn(normal, normal, delta=one_of(1.0, 0.4)),
}
