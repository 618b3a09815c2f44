"""Cases of kernels/resize.py."""

from .draw import composite, filled, flag, one_of, size, whole
from .make import Case, normal


def call(torch, twin, tensors, mode, size, align_corners=False, scales=None):
    """PyTorch has a name for the linear mode of each number of axes."""
    if scales is not None:
        mode = {1: "linear", 2: "bilinear"}[len(size)] if mode == "linear" else mode
        return twin(tensors[0], scale_factor=scales, mode=mode)
    if mode != "linear":
        return twin(tensors[0], size, mode=mode)
    mode = {1: "linear", 2: "bilinear"}[len(size)]
    return twin(tensors[0], size, mode=mode, align_corners=align_corners)


def resize(shape, *size, **options):
    return Case((normal(*shape),), {"size": size, **options}, call)


def scaled(shape, *scales, mode):
    """By factors that are no ratio of whole sizes: 5 times 1.5 is 7, and a step still 1 / 1.5."""
    size = tuple(int(n * s) for n, s in zip(shape[2:], scales, strict=True))
    return resize(shape, *size, mode=mode, scales=scales)


CASES = {
    "interpolate": [
        case
        for options in (
            {"mode": "nearest"},
            {"mode": "nearest-exact"},
            {"mode": "linear"},
            {"mode": "linear", "align_corners": True},
        )
        for case in (
            resize((2, 3, 4, 5), 8, 10, **options),
            resize((2, 3, 5, 4), 3, 9, **options),
            resize((2, 3, 4), 7, **options),
            resize((1, 1, 1, 3), 4, 1, **options),
            resize((0, 3, 2, 3), 4, 5, **options),
        )
    ]
    + [
        case
        for mode in ("nearest", "nearest-exact", "linear")
        for case in (
            scaled((2, 3, 5), 1.5, mode=mode),
            scaled((2, 3, 5, 7), 0.7, 2.3, mode=mode),
        )
    ],
}


@composite
def resizes(draw):
    axes = draw(whole(1, 2))
    mode = draw(one_of("linear", "nearest", "nearest-exact"))
    options = {"align_corners": draw(flag())} if mode == "linear" else {}
    old = [draw(whole(1, 5)) for _ in range(axes)]
    new = tuple(draw(whole(1, 9)) for _ in range(axes))
    x = draw(filled((draw(size()), draw(whole(1, 2)), *old)))
    return Case((x,), {"size": new, "mode": mode, **options}, call)


GENERATED = {"interpolate": resizes()}
