"""Cases of kernels/smooth.py."""

from .draw import axis, composite, filled, one_of, shapes, unary
from .make import Case, apart, normal, one

SELU = {"alpha": 1.6732632423543772, "scale": 1.0507009873554805}


def elu_call(torch, twin, tensors, alpha=1.0, scale=1.0, input_scale=1.0):
    if scale != 1:
        return torch.selu(*tensors)
    return torch.celu(*tensors, 1 / input_scale) if input_scale != 1 else twin(*tensors, alpha)


ELU = [{}, {"alpha": 0.3}, SELU, {"alpha": 2.0, "input_scale": 0.5}]

CASES = {
    "elu": [Case(c.inputs, c.options, elu_call) for c in one(*ELU, make=apart)],
    "logsigmoid": one(),
    "mish": one(),
    "glu": [Case((normal(2, 6, 4),), o) for o in ({}, {"dim": 0}, {"dim": 1}, {"dim": -2})],
}


@composite
def elu_drawn(draw):
    return Case((draw(filled(draw(shapes()), apart)),), dict(draw(one_of(*ELU))), elu_call)


@composite
def glu_drawn(draw):
    shape = draw(shapes(min_dims=1))
    dim = draw(axis(len(shape)))
    even = list(shape)
    even[dim] *= 2
    return Case((draw(filled(tuple(even))),), {"dim": dim})


GENERATED = {"elu": elu_drawn(), "logsigmoid": unary(), "mish": unary(), "glu": glu_drawn()}
