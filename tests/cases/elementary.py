"""Cases of kernels/elementary.py."""

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
