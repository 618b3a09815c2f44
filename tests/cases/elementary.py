"""Cases of kernels/elementary.py."""

from .draw import one_of, unary
from .make import apart, one, positive

CASES = {
    "neg": one(),
    "exp": one(),
    "log": one(make=positive),
    "log1p": one(make=positive),
    "sqrt": one(make=positive),
    "abs": one(make=apart),
    "sin": one(),
    "cos": one(),
    "clamp": one({"min": -0.52, "max": 0.58}, {"min": 0.12}, {"max": 0.12}, make=apart),
}


GENERATED = {
    "neg": unary(),
    "exp": unary(),
    "log": unary(positive),
    "log1p": unary(positive),
    "sqrt": unary(positive),
    "abs": unary(apart),
    "sin": unary(),
    "cos": unary(),
    "clamp": unary(apart, min=one_of(None, -0.52), max=one_of(0.58, 0.12)),
}
