"""Cases of kernels/linear.py."""

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
