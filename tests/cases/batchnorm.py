"""Cases of kernels/batchnorm.py."""

import numpy as np
from hypothesis import assume

from .draw import composite, filled, flag, one_of, shapes, size, whole
from .make import Case, normal, positive


def batch_norm_call(torch, twin, tensors, mean=None, var=None, eps=1e-5):
    x, weight, bias = tensors
    if mean is None:
        return twin(x, None, None, weight, bias, training=True, eps=eps)
    return twin(x, torch.tensor(mean), torch.tensor(var), weight, bias, eps=eps)


def group_norm_call(torch, twin, tensors, num_groups, eps=1e-5):
    return twin(tensors[0], num_groups, *tensors[1:], eps=eps)


def learnt(channels):
    """Weight and bias: both, none, and one without the other."""
    w, b = normal(channels, seed=1), normal(channels, seed=2)
    return [(w, b), (None, None), (w, None), (None, b)]


def batch_last(*shape):
    """As a convolution leaves it: (N, C, H, W) that lies in memory as (C, H, W, N)."""
    N, *rest = shape
    return np.moveaxis(normal(*rest, N), -1, 0)


BATCHES = [
    normal(4, 3),
    normal(2, 3, 5),
    normal(2, 3, 4, 5),
    batch_last(4, 3, 2, 5),
    normal(1, 3, 2),
]

CASES = {
    "batch_norm": [
        *[Case((x, *wb), {}, batch_norm_call) for x in BATCHES for wb in learnt(3)],
        *[
            Case(
                (x, *wb),
                {"mean": normal(3, seed=5), "var": positive(3, seed=6), "eps": 0.1},
                batch_norm_call,
            )
            for x in BATCHES
            for wb in learnt(3)
        ],
    ],
    "group_norm": [
        Case((x, *wb), {"num_groups": g, "eps": eps}, group_norm_call)
        for x in [normal(2, 6), normal(3, 6, 4), normal(2, 6, 1, 3), normal(1, 6, 5)]
        for g, eps in [(2, 1e-5), (3, 0.1)]
        for wb in learnt(6)[:3]  # PyTorch fails on a bias without a weight
    ],
}


@composite
def batch_norm_drawn(draw):
    N, C, window = draw(size()), draw(size(1)), draw(shapes(max_dims=2, smallest=1))
    x = draw(filled((*window, N, C)))
    x = x.transpose(*range(len(window), len(window) + 2), *range(len(window)))  # (N, C, ...)
    if draw(flag()):
        x = np.ascontiguousarray(x)
    # One number for each channel is its own mean; a larger eps keeps it in reach of a difference.
    options = {"eps": draw(one_of(0.1, 1.0))}
    if x.size <= C or draw(flag()):
        options |= {"mean": draw(filled((C,))), "var": draw(filled((C,), positive))}
    vectors = [draw(filled((C,))) if draw(flag()) else None for _ in range(2)]
    return Case((x, *vectors), options, batch_norm_call)


@composite
def group_norm_drawn(draw):
    N, groups, each = draw(size()), draw(size(1)), draw(size(1))
    shape = (N, groups * each, *draw(shapes(max_dims=2, smallest=1)))
    assume(each * int(np.prod(shape[2:])) > 1)  # PyTorch refuses the mean of one number
    vectors = [draw(filled(shape[1:2])) for _ in range(draw(whole(0, 2)))]
    vectors += [None] * (2 - len(vectors))  # PyTorch fails on a bias without a weight
    options = {"num_groups": groups, "eps": draw(one_of(0.1, 1.0))}
    return Case((draw(filled(shape)), *vectors), options, group_norm_call)


GENERATED = {"batch_norm": batch_norm_drawn(), "group_norm": group_norm_drawn()}
