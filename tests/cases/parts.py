"""Cases of kernels/parts.py."""

from .draw import arrays, axis, composite, one_of, whole
from .make import Case, normal


def split_call(torch, twin, tensors, sizes, dim=0):
    return twin(tensors[0], list(sizes), dim)


def unfold_call(torch, twin, tensors, dimension, size, stride):
    return twin(*tensors, dimension, size, stride)


CASES = {
    "split": [
        Case((normal(5, 3),), {"sizes": (2, 1, 2)}, split_call),
        Case((normal(2, 6, 3),), {"sizes": (1, 5), "dim": 1}, split_call),
        Case((normal(2, 3),), {"sizes": (0, 3), "dim": -1}, split_call),
    ],
    "unbind": [
        Case((normal(*s),), {"dim": d}) for s, d in [((3, 4), 0), ((2, 3, 4), -1), ((1,), 0)]
    ],
    "diagonal": [Case((normal(3, 4),), {"offset": k}) for k in (0, 1, -2)]
    + [Case((normal(2, 3, 4),), {"offset": 1, "dim1": -1, "dim2": 0})],
    "tensor_unfold": [
        Case((normal(7),), {"dimension": 0, "size": 3, "stride": 2}, unfold_call),
        Case((normal(2, 5, 3),), {"dimension": 1, "size": 2, "stride": 1}, unfold_call),
        Case((normal(2, 5),), {"dimension": -1, "size": 2, "stride": 3}, unfold_call),
    ],
}


@composite
def split(draw):
    x = draw(arrays(min_dims=1))
    dim = draw(axis(x.ndim))
    sizes, left = [], x.shape[dim]
    while left:
        sizes.append(draw(whole(0, left)))
        left -= sizes[-1]
    return Case((x,), {"sizes": tuple(sizes or [0]), "dim": dim}, split_call)


@composite
def unbind(draw):
    x = draw(arrays(min_dims=1, smallest=1))
    return Case((x,), {"dim": draw(axis(x.ndim))})


@composite
def diagonal(draw):
    x = draw(arrays(min_dims=2))
    first, second = draw(one_of((0, 1), (1, 0), (-1, -2), (x.ndim - 1, 0)))
    return Case((x,), {"offset": draw(whole(-2, 2)), "dim1": first, "dim2": second})


@composite
def unfold(draw):
    x = draw(arrays(min_dims=1, smallest=1))
    dim = draw(axis(x.ndim))
    length = draw(whole(1, x.shape[dim]))
    return Case((x,), {"dimension": dim, "size": length, "stride": draw(whole(1, 3))}, unfold_call)


GENERATED = {
    "split": split(),
    "unbind": unbind(),
    "diagonal": diagonal(),
    "tensor_unfold": unfold(),
}
