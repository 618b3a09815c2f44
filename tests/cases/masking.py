"""Cases of kernels/masking.py."""

from .draw import arrays, broadcastable, composite, filled, masks, one_of, whole
from .make import Case, normal

MASK = normal(3, 4, seed=3) > 0

CASES = {
    "masked_fill": [
        Case((normal(3, 4), MASK, -1.5)),
        Case((normal(2, 3, 4), MASK, normal(seed=1))),
        Case((normal(4), MASK, normal(seed=1))),
        Case((normal(3, 1), MASK, 0.0)),
        Case((normal(0, 4), MASK[:1], 2.0)),
    ],
    "tril": [
        Case((normal(*s),), {"diagonal": k})
        for s in [(3, 4), (2, 4, 3), (1, 5)]
        for k in (0, 1, -2)
    ],
    "triu": [
        Case((normal(*s),), {"diagonal": k})
        for s in [(3, 4), (2, 4, 3), (1, 5)]
        for k in (0, 1, -2)
    ],
}


@composite
def masked_fill(draw):
    x, mask = draw(broadcastable())
    value = draw(filled(())) if draw(one_of(True, False)) else draw(one_of(0.0, -1.5, 3))
    return Case((draw(filled(x)), draw(masks(mask)), value))


@composite
def triangle(draw):
    return Case((draw(arrays(min_dims=2)),), {"diagonal": draw(whole(-3, 3))})


GENERATED = {"masked_fill": masked_fill(), "tril": triangle(), "triu": triangle()}
