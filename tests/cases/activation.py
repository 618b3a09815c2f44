"""Cases of kernels/activation.py."""

from .make import Case, apart, normal, one

CASES = {
    "relu": one(make=apart),
    "leaky_relu": one({}, {"negative_slope": 0.2}, make=apart),
    "sigmoid": one(),
    "tanh": one(),
    "softplus": one({}, {"beta": 2.0, "threshold": 1.3}),
    "silu": one(),
    "gelu": one({}, {"approximate": "tanh"}),
    "softmax": [Case((normal(2, 3, 4),), {"dim": d}) for d in (0, 1, -1)],
    "log_softmax": [Case((normal(2, 3, 4),), {"dim": d}) for d in (0, 1, -1)],
}
