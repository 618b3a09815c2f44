"""Cases of kernels/normalise.py."""

from .draw import composite, filled, one_of, shapes, whole
from .make import Case, normal


def layer_norm_call(torch, twin, tensors, normalized_shape, **options):
    return twin(tensors[0], normalized_shape, *tensors[1:], **options)


def layer_norm_cases():
    rows = [((5, 4), (4,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((1, 4), (4,))]
    return [
        Case(
            (normal(*x), *(normal(*d, seed=s) for s in range(1, 1 + learnt))),
            {"normalized_shape": d, **options},
            layer_norm_call,
        )
        for x, d in rows
        for learnt, options in [(0, {}), (1, {}), (2, {"eps": 0.1})]
    ]


def rms_norm_cases():
    rows = [((5, 4), (4,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((1, 4), (4,))]
    return [
        Case(
            (normal(*x), *(normal(*d, seed=1) for _ in range(learnt))),
            {"normalized_shape": d, **options},
            layer_norm_call,
        )
        for x, d in rows
        for learnt, options in [(1, {}), (0, {}), (1, {"eps": 0.1})]
    ]


CASES = {
    "layer_norm": layer_norm_cases(),
    "rms_norm": rms_norm_cases(),
}


@composite
def layer_norm_drawn(draw):
    leading, last = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, smallest=1))
    # A row of one number is its own mean: the result is 0, and its slope 1/sqrt(eps) hangs on
    # rounding. A larger eps keeps such a row in reach of a difference.
    options = {"normalized_shape": last, "eps": draw(one_of(0.1, 1.0))}
    learnt = draw(whole(0, 2))
    inputs = [draw(filled(leading + last)), *[draw(filled(last)) for _ in range(learnt)]]
    return Case(tuple(inputs), options, layer_norm_call)


@composite
def rms_norm_drawn(draw):
    leading, last = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, smallest=1))
    options = {"normalized_shape": last, "eps": draw(one_of(0.1, 1.0))}
    inputs = [draw(filled(leading + last)), *[draw(filled(last)) for _ in range(draw(whole(0, 1)))]]
    return Case(tuple(inputs), options, layer_norm_call)


GENERATED = {
    "layer_norm": layer_norm_drawn(),
    "rms_norm": rms_norm_drawn(),
}
