"""Cases of kernels/piecewise.py."""

from .draw import composite, filled, flag, one_of, shapes, unary
from .make import Case, apart, normal, one


def threshold_call(torch, twin, tensors, threshold, value):
    return twin(*tensors, threshold, value)


def hardsigmoid_call(torch, twin, tensors):
    # PyTorch's own gradient multiplies by 1/6 in float32, in float64 as well.
    return torch.nn.functional.relu6(tensors[0] + 3) / 6


CASES = {
    "threshold": [
        Case(c.inputs, c.options, threshold_call)
        for c in one({"threshold": 0.2, "value": -2.0}, make=apart)
    ],
    "hardtanh": one({}, {"min_val": -0.55, "max_val": 2.0}, make=apart),
    "hardsigmoid": [Case(c.inputs, {}, hardsigmoid_call) for c in one(make=apart)],
    "hardswish": one(make=apart),
    "hardshrink": one({}, {"lambd": 0.2}, make=apart),
    "softshrink": one({}, {"lambd": 0.2}, make=apart),
    "prelu": [
        Case((apart(*x), normal(n, seed=1)))
        for x, n in [((3, 4), 4), ((7,), 1), ((2, 3, 4, 5), 3), ((2, 3, 4), 1), ((0, 3), 3)]
    ],
}


@composite
def prelu_drawn(draw):
    shape = draw(shapes(min_dims=2, smallest=1))
    weights = 1 if draw(flag()) else shape[1]
    return Case((draw(filled(shape, apart)), draw(filled((weights,)))))


GENERATED = {
    "threshold": unary(apart, twin=threshold_call, threshold=one_of(0.2, -1.0), value=one_of(3.0)),
    "hardtanh": unary(apart, min_val=one_of(-1.0, -0.55), max_val=one_of(1.0, 2.0)),
    "hardsigmoid": unary(apart, twin=hardsigmoid_call),
    "hardswish": unary(apart),
    "hardshrink": unary(apart, lambd=one_of(0.5, 0.2)),
    "softshrink": unary(apart, lambd=one_of(0.5, 0.2)),
    "prelu": prelu_drawn(),
}
