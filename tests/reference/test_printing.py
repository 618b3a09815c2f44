"""A tensor prints as PyTorch's: the same digits, lines and notes."""

import pytest

import dlcore.reference as ref

TENSORS = {
    "whole floats": lambda t: t.tensor([[1.0, -2.0], [3.0, 4.0]]),
    "fractions": lambda t: t.tensor([1.0, 2.5, -0.1234567]),
    "one number": lambda t: (t.tensor(3), t.tensor(1.5), t.tensor(-0.0), t.tensor(1e-8)),
    "large": lambda t: (t.tensor([1e10, 1.0]), t.full((3,), 1e20), t.tensor([1e4, 1.23])),
    "far apart": lambda t: (t.tensor([1e-3, 5.0]), t.tensor([123456.0, 0.001])),
    "not finite": lambda t: (
        t.tensor([float("nan"), 1, float("inf")]),
        t.tensor([float("nan"), 1.5, -float("inf")]),
        t.tensor([float("nan")]),
    ),
    "nothing": lambda t: (t.tensor([]), t.zeros(2, 0), t.zeros(0, dtype=t.int64), t.zeros(0, 3)),
    "truth": lambda t: (t.tensor([True, False]), t.tensor([True, True]), t.tensor(False)),
    "types": lambda t: (
        t.tensor([1, 2], dtype=t.int32),
        t.tensor([1.0], dtype=t.float64),
        t.tensor([0.1], dtype=t.float16),
        t.zeros(2, 0, dtype=t.int64),
    ),
    "gradients": lambda t: (t.ones(2, requires_grad=True), t.nn.Parameter(t.ones(2, 2))),
    "long rows": lambda t: (t.arange(100), t.linspace(0, 1, 50), t.arange(60.0).view(2, 30)),
    "a note on its own line": lambda t: t.ones(17, dtype=t.float64),
    "cubes": lambda t: t.arange(24.0).view(2, 3, 4) / 7,
    "cut": lambda t: (
        t.arange(2000),
        t.zeros(100, 100),
        t.arange(1001.0).view(7, 11, 13),
        t.ones(1, 1, 1001),
        t.arange(3000.0).view(2, 500, 3) / 9,
    ),
}


@pytest.mark.parametrize("name", TENSORS)
def test_same_text(name, torch):
    made = [TENSORS[name](t) for t in (ref, torch)]
    for ours, theirs in zip(*(m if isinstance(m, tuple) else (m,) for m in made), strict=True):
        assert repr(ours) == repr(theirs)
        assert f"{ours}" == f"{theirs}"


@pytest.mark.parametrize(
    "options",
    [
        {"precision": 2},
        {"sci_mode": True},
        {"sci_mode": False, "precision": 6},
        {"threshold": 10, "edgeitems": 1},
        {"linewidth": 30},
        {"profile": "short"},
        {"profile": "full"},
    ],
)
def test_print_options(options, torch):
    try:
        for t in (ref, torch):
            t.set_printoptions(**options)
        for make in (lambda t: t.arange(40.0).view(4, 10) / 3, lambda t: t.arange(1200)):
            assert repr(make(ref)) == repr(make(torch))
    finally:
        for t in (ref, torch):
            t.set_printoptions(profile="default")
    with pytest.raises(ValueError, match="profile"):
        ref.set_printoptions(profile="long")
