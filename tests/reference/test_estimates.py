"""Covariance, the area under a curve, runs of equal values; writing to chosen places."""

import numpy as np
import pytest

import dlcore.reference as ref

from .parity import same

X = np.random.default_rng(0).standard_normal((3, 6))
FUNCTIONS = {
    "cov": lambda t, x: t.cov(x),
    "cov of one": lambda t, x: t.cov(x[0], correction=0),
    "corrcoef": lambda t, x: x.corrcoef(),
    "corrcoef of one": lambda t, x: t.corrcoef(x[0]),
    "trapezoid": lambda t, x: t.trapezoid(x, dx=0.5),
    "trapz": lambda t, x: t.trapz(x, dim=0),
    "trapz at places": lambda t, x: t.trapz(x, t.arange(6) ** 2),
    "trapz at many places": lambda t, x: t.trapezoid(x, x.exp(), dim=0),
    "index_put": lambda t, x: x.index_put((t.tensor([0, 2]), t.tensor([1, 1])), x[0, :2] * 2),
    "index_put, adding up": lambda t, x: x.index_put((t.tensor([1, 1]),), x[:1], accumulate=True),
    "masked_scatter": lambda t, x: x.masked_scatter(x > 0, x * 3),
    "masked_scatter of a row": lambda t, x: t.masked_scatter(
        x, t.tensor([True, False] * 3), x.flatten().exp()
    ),
    "scatter_reduce, amax": lambda t, x: x.scatter_reduce(0, t.zeros_like(x).long(), x, "amax"),
    "scatter_reduce, amin": lambda t, x: t.zeros(2, 6, dtype=x.dtype).scatter_reduce(
        0, t.zeros_like(x).long(), x, "amin", include_self=False
    ),
    "det": lambda t, x: x[:, :3].det() + x[:, :3].logdet().nan_to_num() + x[:, :3].slogdet()[1],
    "inverse": lambda t, x: x[:, :3].inverse(),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_as_torch(name, torch):
    results = []
    for library in (ref, torch):
        x = library.tensor(X, requires_grad=True)
        out = FUNCTIONS[name](library, x)
        (out * library.arange(1.0, 1 + out.numel()).double().reshape(out.shape)).sum().backward()
        results.append((out.detach(), x.grad))
    for ours, theirs in zip(*results, strict=True):
        same(ours, theirs)


@pytest.mark.parametrize("values", [[1, 1, 2, 2, 2, 1], [3], [], [[1, 1], [1, 2], [1, 2]]])
def test_runs_of_equal_values(values, torch):
    for options in ({}, {"dim": 0}):
        ours, theirs = (
            library.unique_consecutive(
                library.tensor(values), return_inverse=True, return_counts=True, **options
            )
            for library in (ref, torch)
        )
        assert [a.tolist() for a in ours] == [a.tolist() for a in theirs]
    assert ref.tensor([1, 1, 2]).unique_consecutive().tolist() == [1, 2]


def test_in_place():
    x = ref.zeros(2, 3)
    x.index_put_((ref.tensor([0, 1]),), ref.tensor(1.0), accumulate=True)
    x.masked_scatter_(ref.tensor([True, False, True]), ref.arange(4.0))
    assert x.tolist() == [[0, 1, 1], [2, 1, 3]]
    y = x * ref.ones(1, requires_grad=True)
    assert y.detach_() is y and y.grad_fn is None and not y.requires_grad


def test_mistakes():
    with pytest.raises(RuntimeError, match="two or fewer dimensions, received 3"):
        ref.cov(ref.ones(1, 2, 3))
    with pytest.raises(RuntimeError, match="not both"):
        ref.trapezoid(ref.ones(3), ref.ones(3), dx=1)
    with pytest.raises(RuntimeError, match="true 3 times and source has 2 elements"):
        ref.zeros(3).masked_scatter(ref.ones(3).bool(), ref.ones(2))
    with pytest.raises(RuntimeError, match="detach"):
        (ref.ones(3, requires_grad=True) * 2).reshape(1, 3).detach_()
    with pytest.raises(ValueError, match="received 'prod'"):
        ref.zeros(3).scatter_reduce(0, ref.tensor([0]), ref.ones(1), "prod")
