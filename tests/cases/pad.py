"""Cases of kernels/pad.py."""

from .draw import composite, filled, one_of, size, whole
from .make import Case, normal


def call(torch, twin, tensors, sides, **options):
    """PyTorch wants one number after the other, the last axis first."""
    mode = options.get("mode", "constant")
    axes = sides if mode == "constant" else sides[2:]  # other modes leave N and C alone
    pad = [n for before_after in reversed(axes) for n in before_after]
    return twin(tensors[0], pad, **options)


def constant(shape, *sides, **options):
    return Case((normal(*shape),), {"sides": sides, **options}, call)


def border(shape, *sides, mode):
    return Case((normal(*shape),), {"sides": ((0, 0), (0, 0), *sides), "mode": mode}, call)


CASES = {
    "constant_pad": [
        constant((4,), (1, 2)),
        constant((2, 3), (0, 0), (2, 1), value=0.3),
        constant((3, 4, 5), (-1, 2), (0, 0), (1, -3)),
        constant((0, 3), (0, 0), (1, 1)),
    ],
    "border_pad": [
        case
        for mode in ("reflect", "replicate", "circular")
        for case in (
            border((2, 3, 4, 5), (2, 3), (1, 4), mode=mode),
            border((2, 3, 4), (2, 3), mode=mode),
            border((1, 1, 3, 2), (0, 2), (1, 0), mode=mode),
        )
    ],
}


@composite
def constant_pads(draw):
    shape = [draw(size()) for _ in range(draw(whole(1, 4)))]
    sides = [(draw(whole(-(n // 2), 2)), draw(whole(-(n // 2), 2))) for n in shape]
    options = {"sides": sides, "value": draw(one_of(0, -1.5))}
    return Case((draw(filled(tuple(shape))),), options, call)


@composite
def border_pads(draw):
    mode = draw(one_of("reflect", "replicate", "circular"))
    lengths = [draw(whole(1, 5)) for _ in range(draw(whole(1, 2)))]
    most = {"reflect": -1, "circular": 0, "replicate": 1}[mode]
    sides = [(draw(whole(0, n + most)), draw(whole(0, n + most))) for n in lengths]
    x = draw(filled((draw(size(smallest=1)), draw(whole(1, 2)), *lengths)))
    return Case((x,), {"sides": [(0, 0), (0, 0), *sides], "mode": mode}, call)


GENERATED = {"constant_pad": constant_pads(), "border_pad": border_pads()}
