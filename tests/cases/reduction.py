"""Cases of kernels/reduction.py."""

import numpy as np
from hypothesis import assume

from .draw import arrays, axes, composite, flag, one_of, reduction
from .make import Case, apart, normal, over_axes, without_dim


def norm_call(torch, twin, tensors, p, **options):
    return twin(tensors[0], p, **options)


CASES = {
    "sum": without_dim(over_axes()),
    "mean": without_dim(over_axes()),
    "var": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 0, "correction": 0})],
    "std": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 1, "correction": 0})],
    "norm": [
        Case((apart(2, 3, 4),), {"p": p, "dim": d, "keepdim": k}, norm_call)
        for p in (1.0, 2.0, 3.0, 1.5)
        for d, k in [(None, False), (0, False), (-1, True), ((0, 2), False)]
    ],
    "amax": without_dim(over_axes(apart)),
    "amin": without_dim(over_axes(apart)),
    "logsumexp": over_axes(whole=False),
}


@composite
def norm_drawn(draw):
    x = draw(arrays(apart))
    dim = draw(axes(x.ndim))
    options = {"p": draw(one_of(2.0, 1.0, 3.0, 1.5)), "dim": dim, "keepdim": draw(flag())}
    return Case((x,), options, norm_call)


@composite
def spread_drawn(draw):
    """var and std of at least two numbers: of one, var is nan and std has a kink."""
    case = draw(reduction(correction=one_of(1, 0)))
    x, keepdim = case.inputs[0], case.options["keepdim"]
    assume(x.size >= 2 * np.sum(x, axis=case.options["dim"], keepdims=keepdim).size)
    return case


GENERATED = {
    "sum": reduction(smallest=0),
    "mean": reduction(),
    "var": spread_drawn(),
    "std": spread_drawn(),
    "norm": norm_drawn(),
    "amax": reduction(apart),
    "amin": reduction(apart),
    "logsumexp": reduction(every=False, smallest=0),
}
