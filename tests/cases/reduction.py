"""Cases of kernels/reduction.py."""

from .make import Case, apart, normal, over_axes, without_dim


def norm_call(torch, twin, tensors, p, **options):
    return twin(tensors[0], p, **options)


CASES = {
    "sum": without_dim(over_axes()),
    "mean": without_dim(over_axes()),
    "var": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 0, "correction": 0})],
    "std": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 1, "correction": 0})],
    "norm": [
        Case((apart(2, 3, 4),), {"p": p, "dim": d, "keepdim": k}, norm_call)
        for p in (1.0, 2.0, 3.0, 1.5)
        for d, k in [(None, False), (0, False), (-1, True), ((0, 2), False)]
    ],
    "amax": without_dim(over_axes(apart)),
    "amin": without_dim(over_axes(apart)),
    "logsumexp": over_axes(whole=False),
}
