"""Cases of kernels/arithmetic.py."""

from .draw import arrays, binary, broadcastable, composite, filled, masks, one_of
from .make import Case, apart, normal, positive, two

CONDITION = normal(3, 4, seed=3) > 0

CASES = {
    "add": two(),
    "sub": two(),
    "mul": two(),
    "div": two(normal, positive),
    "pow": two(positive, normal)
    + [Case((normal(3, 4), e)) for e in (2, 3, 1, 0, 2.0, -1)]
    + [Case((positive(3, 4), 0.5))],
    "maximum": two(apart),
    "minimum": two(apart),
    "where": [Case((CONDITION, normal(3, 4), normal(4, seed=1)))],
}


@composite
def pow_drawn(draw):
    if draw(one_of(True, False)):
        return draw(binary(positive, normal))
    exponent = draw(one_of(2, 3, 1, 0, 2.0, -1, 0.5))
    base = normal if isinstance(exponent, int) else positive
    return Case((draw(arrays(base)), exponent))


@composite
def where_drawn(draw):
    condition, a, b = draw(broadcastable(3))
    return Case((draw(masks(condition)), draw(filled(a)), draw(filled(b))))


GENERATED = {
    "add": binary(),
    "sub": binary(),
    "mul": binary(),
    "div": binary(normal, positive),
    "pow": pow_drawn(),
    "maximum": binary(apart),
    "minimum": binary(apart),
    "where": where_drawn(),
}
