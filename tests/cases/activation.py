"""Cases of kernels/activation.py."""

from .draw import arrays, axis, composite, one_of, unary
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


@composite
def over_one_axis(draw):
    x = draw(arrays(min_dims=1))
    return Case((x,), {"dim": draw(axis(x.ndim))})


GENERATED = {
    "relu": unary(apart),
    "leaky_relu": unary(apart, negative_slope=one_of(0.01, 0.2, 1.5)),
    "sigmoid": unary(),
    "tanh": unary(),
    "softplus": unary(beta=one_of(1.0, 2.0), threshold=one_of(20.0, 1.3)),
    "silu": unary(),
    "gelu": unary(approximate=one_of("none", "tanh")),
    "softmax": over_one_axis(),
    "log_softmax": over_one_axis(),
}
