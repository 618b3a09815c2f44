"""Cases of kernels/arithmetic.py."""

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
