"""Cases of kernels/normalise.py."""

from .make import Case, normal


def layer_norm_cases():
    def call(torch, twin, tensors, normalized_shape, **options):
        return twin(tensors[0], normalized_shape, *tensors[1:], **options)

    rows = [((5, 4), (4,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((1, 4), (4,))]
    return [
        Case(
            (normal(*x), *(normal(*d, seed=s) for s in range(1, 1 + learnt))),
            {"normalized_shape": d, **options},
            call,
        )
        for x, d in rows
        for learnt, options in [(0, {}), (1, {}), (2, {"eps": 0.1})]
    ]


CASES = {
    "layer_norm": layer_norm_cases(),
}
