"""Every kind of index reads and writes as in PyTorch, and two of them together do as well."""

import itertools

import numpy as np
import pytest

import dlcore.reference as ref

INDICES = {
    "0": lambda t: 0,
    "-1": lambda t: -1,
    "None": lambda t: None,
    "...": lambda t: ...,
    ":": lambda t: slice(None),
    "1::2": lambda t: slice(1, None, 2),
    "none of them": lambda t: slice(2, 1),
    "True": lambda t: True,
    "False": lambda t: False,
    "list": lambda t: [-1, 0],
    "list of one": lambda t: [1],
    "empty list": lambda t: [],
    "list of bools": lambda t: [True, False],
    "tuple": lambda t: (0, 1),
    "array": lambda t: np.array([1, 0]),
    "array of no axes": lambda t: np.array(1),
    "NumPy's integer": lambda t: np.int64(1),
    "tensor": lambda t: t.tensor([1, 0, 1]),
    "tensor of no axes": lambda t: t.tensor(1),
    "matrix": lambda t: t.tensor([[0, 1], [1, 1]]),
    "empty tensor": lambda t: t.tensor([], dtype=t.int64),
    "mask": lambda t: t.tensor([True, False]),
    "mask of two axes": lambda t: t.tensor([[True, False, True], [False, True, True]]),
    "mask of no axes": lambda t: t.tensor(True),
}
VALUES = np.random.default_rng(0).standard_normal((2, 3, 4))


def _read(t, make):
    x = t.tensor(VALUES, requires_grad=True)
    out = x[make(t)]
    out.sum().backward()
    return out.detach(), x.grad


def _write(t, make):
    x = t.tensor(VALUES, requires_grad=True)
    h = x * 1
    shape = tuple(h[make(t)].shape)
    y = t.tensor(np.random.default_rng(1).standard_normal(shape), requires_grad=True)
    h[make(t)] = y
    (h * t.tensor(VALUES)).sum().backward()
    return (h.detach(), x.grad) if not y.numel() else (h.detach(), x.grad, y.grad)


def _shares_memory(t, make):
    x = t.tensor(VALUES)
    x[make(t)].fill_(7)
    return (x,)


def answer(program, t, make):
    """The arrays that a program returns, or that it raised."""
    try:
        return [np.asarray(a.numpy()) for a in program(t, make)]
    except (IndexError, RuntimeError, ValueError, TypeError):
        return "error"


def compare(make, torch):
    index = make(ref)
    if isinstance(index, tuple) and [part is ... for part in index].count(True) > 1:
        return  # PyTorch takes the second for a colon; NumPy, and the reference, refuse it
    for program in (_read, _write, _shares_memory):
        ours, theirs = (answer(program, t, make) for t in (ref, torch))
        if "error" in (ours, theirs):
            assert ours == theirs
            continue
        for a, b in zip(ours, theirs, strict=True):
            assert a.shape == b.shape
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", INDICES)
def test_alone_and_in_a_tuple(name, torch):
    compare(INDICES[name], torch)
    compare(lambda t: (INDICES[name](t),), torch)


@pytest.mark.parametrize("name", INDICES)
def test_beside_another(name, torch):
    for other in INDICES:
        compare(lambda t, other=other: (INDICES[name](t), INDICES[other](t)), torch)


def test_around_a_slice(torch):
    few = ("0", "None", "...", "list", "tensor", "mask", "True")
    for a, b in itertools.product(few, repeat=2):
        compare(lambda t, a=a, b=b: (INDICES[a](t), slice(None), INDICES[b](t)), torch)


def test_a_tensor_of_another_type_is_not_put_at_indices(torch):
    for t in (ref, torch):
        x = t.zeros(3)
        x[t.tensor([True, False, False])] = t.tensor(2)
        x[1:] = t.tensor([3, 4])
        assert x.tolist() == [2, 3, 4]
        with pytest.raises(RuntimeError, match="Index put requires the source and destination"):
            x[[0, 1]] = t.tensor([5, 6])
