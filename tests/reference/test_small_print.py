"""What differential fuzzing found: calls that others write, and that must not differ in silence."""

import copy

import numpy as np
import pytest

import dlcore.reference as ref

X = np.random.default_rng(0).standard_normal((2, 3))


def _frozen_inside(t):
    class Frozen(t.nn.BatchNorm1d):
        def train(self, mode=True):
            return super().train(False)

    model = t.nn.Sequential(Frozen(3), t.nn.Dropout())
    model.train()
    return [m.training for m in model.modules()]


def _tied(t):
    layer = t.nn.Linear(2, 2)
    model = t.nn.Sequential(layer, layer)
    calls = []
    model.apply(lambda m: calls.append(type(m).__name__))
    return calls, len(list(model.children())), [n for n, _ in model.named_children()]


def _copied_after_backward(t):
    layer = t.nn.Linear(2, 1)
    layer(t.ones(1, 2)).sum().backward()
    return copy.deepcopy(layer).weight.grad is None, layer.weight.grad is None


def _cosine(t, **options):
    x = t.tensor(X * 0.1, requires_grad=True)
    y = t.tensor(X[:, ::-1].copy(), requires_grad=True)
    t.nn.functional.cosine_similarity(x, y, **options).sum().backward()
    return x.grad, y.grad


PROGRAMS = {
    "sizes by name": lambda t: (
        t.flip(t.tensor(X), dims=[0]),
        t.tensor(X).permute(dims=(1, 0)),
        t.reshape(t.tensor(X), shape=(3, 2)),
        t.tensor(X).expand(size=(4, 2, 3)),
        t.tile(t.tensor(X), dims=(2,)),
        t.tensor(X).repeat(repeats=(2, 1)),
    ),
    "sums keep the type asked for": lambda t: (
        t.tensor([1, 2]).sum(dtype=t.int32),
        t.tensor([200, 100], dtype=t.uint8).sum(dtype=t.uint8),
        t.tensor([True, True]).sum(dtype=t.bool),
        t.tensor([1.5, 2.5]).sum(dtype=t.float64),
    ),
    "logsumexp of integers": lambda t: t.tensor([1, 2]).logsumexp(0),
    "NumPy's numbers count as Python's": lambda t: (
        t.ones(2) ** np.float64(2.5),
        t.ones(2).clamp(min=np.int64(0), max=np.float64(0.5)),
        t.ones(2) * np.float64(2),
    ),
    "a factor of a number keeps the type": lambda t: (
        t.tensor([1], dtype=t.uint8).add(2, alpha=3),
        t.ones(2, dtype=t.float64).sub(2, alpha=0.5),
    ),
    "half precision": lambda t: (t.erf(t.ones(2).half()), t.lgamma(t.full((2,), 2.5).half())),
    "flattened, of no examples": lambda t: (
        t.zeros(0, 3, 2).flatten(1),
        t.nn.Flatten()(t.zeros(0, 3, 2)),
        t.zeros(2, 0, 3).unflatten(-1, (-1, 3)),
    ),
    "joined to nothing": lambda t: (
        t.cat([t.tensor([]), t.tensor(X)]),
        t.cat([t.tensor([]), t.tensor([])]),
    ),
    "a shape and its parts": lambda t: (
        t.ones(2, 3, 4).shape[:2].numel(),
        repr(t.ones(2, 3, 4).shape[1:]),
        repr(t.ones(2, 3).shape + t.ones(5).shape),
    ),
    "a bias that broadcasts": lambda t: (
        t.nn.functional.linear(t.ones(2, 3), t.ones(4, 3), t.ones(1)),
        t.nn.functional.linear(t.ones(2, 3), t.ones(4, 3), t.tensor(2.0)),
    ),
    "among numbers": lambda t: (
        t.isin(t.tensor([1, 2]), 2),
        t.isin(3, t.tensor([1, 3])),
    ),
    "quantiles of what is not finite": lambda t: (
        t.tensor([[1.0, float("nan"), 2.0], [1.0, 2.0, 4.0]]).quantile(0.5, 1),
        t.tensor([1.0, float("inf"), 2.0]).quantile(t.tensor([0.0, 0.5]), interpolation="lower"),
        t.tensor([float("-inf"), 2.0]).quantile(0.5, interpolation="nearest"),
        t.tensor([float("-inf"), 2.0]).quantile(0.2),
    ),
    "a bound of nan": lambda t: (
        t.tensor([1.0, 5.0]).clamp(min=t.tensor([float("nan"), 2.0])),
        t.tensor([1.0, 5.0]).clamp(max=t.tensor(float("nan"))),
    ),
    "a tensor of tensors": lambda t: t.tensor([t.tensor(1.0, dtype=t.float64), t.tensor(2)]),
    "arange by name": lambda t: (t.arange(end=3), t.arange(start=1, end=3)),
    "sign of nan": lambda t: t.tensor([float("nan"), -2.0, 0.0]).sign(),
    "cosine of broken shapes": lambda t: (
        t.nn.functional.cosine_similarity(t.tensor(X), t.tensor(X[0]), dim=-1),
        t.nn.functional.cosine_similarity(t.tensor(X[:, :1]), t.tensor(X), dim=1),
    ),
    "cosine of short vectors": lambda t: _cosine(t, eps=1.0),
    "cosine": lambda t: _cosine(t, dim=0),
    "a layer with a train of its own": _frozen_inside,
    "a layer under two names": _tied,
    "a copy has no gradient": _copied_after_backward,
}


def _plain(value):
    if hasattr(value, "numpy"):
        return repr(value.dtype), np.asarray(value.detach().numpy())
    return value


@pytest.mark.parametrize("name", PROGRAMS)
def test_same(name, torch):
    found = [PROGRAMS[name](t) for t in (ref, torch)]
    found = [f if isinstance(f, tuple) else (f,) for f in found]
    for ours, theirs in zip(*found, strict=True):
        ours, theirs = _plain(ours), _plain(theirs)
        if isinstance(ours, tuple) and isinstance(ours[-1], np.ndarray):
            assert ours[0] == theirs[0]
            np.testing.assert_allclose(ours[1], theirs[1], 2e-3 if "half" in name else 1e-6, 1e-12)
            assert ours[1].shape == theirs[1].shape
        else:
            assert ours == theirs


ERRORS = {
    "an axis twice": (lambda t: t.tensor(X).sum((0, 0)), RuntimeError, "appears multiple times"),
    "amax of nothing": (lambda t: t.zeros(0).amax(), RuntimeError, "reduction dim to be specified"),
    "amin of an empty axis": (lambda t: t.zeros(2, 0).amin(1), IndexError, "non-zero size"),
    "floats as integers": (lambda t: t.rand(2, dtype=t.int64), NotImplementedError, "int64|Long"),
    "no end": (lambda t: t.arange(), TypeError, "arange"),
    "a bias of another type": (
        lambda t: t.nn.functional.linear(t.ones(2, 3), t.ones(4, 3), t.ones(4).double()),
        RuntimeError,
        "equal|dtype|expand",
    ),
    "a bias that does not fit": (
        lambda t: t.nn.functional.linear(t.ones(2, 3), t.ones(4, 3), t.ones(2)),
        RuntimeError,
        "equal|dtype|expand",
    ),
    "small integers as indices": (
        lambda t: t.nn.functional.embedding(t.tensor([1], dtype=t.uint8), t.ones(3, 2)),
        RuntimeError,
        "int64|Int",
    ),
    "small integers as classes": (
        lambda t: t.nn.functional.one_hot(t.tensor([1], dtype=t.int32)),
        RuntimeError,
        "int64|LongTensor",
    ),
    "a buffer over a weight": (
        lambda t: t.nn.Linear(1, 1).register_buffer("weight", t.zeros(1)),
        KeyError,
        "already exists",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_same_error(name, torch):
    call, kind, message = ERRORS[name]
    for t in (ref, torch):
        with pytest.raises(kind, match=message):
            call(t)
