"""Cases of kernels/exponential.py."""

from .draw import unary
from .make import apart, normal, one, positive

MAKE = {
    "exp2": normal,
    "expm1": normal,
    "log2": positive,
    "log10": positive,
    "reciprocal": positive,
    "rsqrt": positive,
    "sinh": normal,
    "cosh": apart,
}

CASES = {name: one(make=make) for name, make in MAKE.items()}
GENERATED = {name: unary(make) for name, make in MAKE.items()}
