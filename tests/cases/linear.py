"""Cases of kernels/linear.py."""

from .draw import broadcastable, composite, filled, flag, one_of, shapes, size
from .make import Case, normal

CASES = {
    "linear": [
        Case((normal(5, 3), normal(4, 3), normal(4))),
        Case((normal(5, 3), normal(4, 3))),
        Case((normal(2, 5, 3), normal(4, 3), normal(4))),
        Case((normal(3), normal(4, 3), normal(4))),
        Case((normal(0, 3), normal(4, 3), normal(4))),
        Case((normal(5, 1), normal(1, 1), normal(1))),
    ],
    "matmul": [
        Case((normal(*a), normal(*b, seed=1)))
        for a, b in [
            ((2, 3), (3, 4)),
            ((3,), (3,)),
            ((3,), (3, 4)),
            ((2, 3), (3,)),
            ((5, 2, 3), (5, 3, 4)),
            ((5, 2, 3), (3, 4)),
            ((2, 3), (5, 3, 4)),
            ((6, 1, 2, 3), (5, 3, 4)),
            ((5, 2, 3), (3,)),
            ((3,), (5, 3, 4)),
            ((0, 3), (3, 4)),
        ]
    ],
}


@composite
def linear_drawn(draw):
    leading, features, out = draw(shapes(max_dims=2)), draw(size()), draw(size())
    inputs = [draw(filled((*leading, features))), draw(filled((out, features)))]
    if draw(flag()):
        inputs.append(draw(filled((out,))))
    return Case(tuple(inputs))


@composite
def matmul_drawn(draw):
    n, inner, m = draw(size()), draw(size()), draw(size())
    if draw(one_of(False, False, True)):
        leading = draw(shapes(max_dims=2))
        vector, matrices = (inner,), (*leading, inner, m)
        if draw(flag()):
            return Case((draw(filled(vector)), draw(filled(matrices))))
        return Case((draw(filled((*leading, n, inner))), draw(filled(vector))))
    a, b = draw(broadcastable(max_dims=2))
    return Case((draw(filled((*a, n, inner))), draw(filled((*b, inner, m)))))


GENERATED = {
    "linear": linear_drawn(),
    "matmul": matmul_drawn(),
}
