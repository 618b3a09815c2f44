"""Cases of kernels/special.py."""

from .draw import unary
from .make import normal, one, positive
from .trigonometric import inside

MAKE = {
    "erf": normal,
    "erfc": normal,
    "erfinv": inside,
    "lgamma": positive,
}

CASES = {name: one(make=make) for name, make in MAKE.items()}
GENERATED = {name: unary(make) for name, make in MAKE.items()}
