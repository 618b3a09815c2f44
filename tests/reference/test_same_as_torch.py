"""Small print of torch that is easy to miss: one body, two backends, the same values and dtypes."""

from pathlib import Path

import numpy as np
import pytest

import dlcore.reference as ref


def leaf(t, *values):
    return t.tensor(list(values), dtype=t.float64, requires_grad=True)


def gradient_of(function):
    def call(t):
        x = leaf(t, 0.0, 0.0, 0.0)
        function(t, x).backward()
        return x.grad

    return call


def with_grad_switched_off(t):
    try:
        t.set_grad_enabled(False)
        off = t.is_grad_enabled()
        with t.set_grad_enabled(True):
            on = t.is_grad_enabled()
        after = t.is_grad_enabled()
    finally:
        t.set_grad_enabled(True)
    return t.tensor([off, on, after, t.is_grad_enabled()])


def decorated(t):
    @t.set_grad_enabled(False)
    def inside():
        return t.is_grad_enabled()

    return t.tensor([t.is_grad_enabled(), inside(), t.is_grad_enabled()])


def changed(t, change):
    x = t.arange(12).reshape(3, 4)
    change(t, x)
    return x


def view_of_one_element(t, x):
    y = x[1, 2]
    y += 100
    z = x[t.tensor(0)]
    z *= 2


def chained(t):
    p = t.nn.Parameter(t.ones(1))
    optimiser = t.optim.SGD([p], lr=1.0)
    s = t.optim.lr_scheduler
    schedulers = [
        s.LinearLR(optimiser, 0.25, 1.0, 4),
        s.ExponentialLR(optimiser, 0.9),
        s.MultiStepLR(optimiser, [3], 0.5),
    ]
    rates = []
    for k in range(8):
        optimiser.step()
        for scheduler in schedulers:
            scheduler.step()
        if k == 5:
            optimiser.param_groups[0]["lr"] *= 7  # by hand
        rates.append(optimiser.param_groups[0]["lr"])
    return t.tensor(rates, dtype=t.float64)


def tied(t):
    layer = t.nn.Linear(1, 1)
    return t.tensor([len(k) for k in t.nn.Sequential(layer, t.nn.Tanh(), layer).state_dict()])


def reused_velocity(t):
    p = t.nn.Parameter(t.tensor([1.0, 2.0], dtype=t.float64))
    optimiser = t.optim.SGD([p], lr=0.1, momentum=0.9)
    for _ in range(3):  # the gradient's memory is kept and used again
        (p * p).sum().backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)
    return p.detach()


def small_gradients_clipped(t):
    p = t.nn.Parameter(t.zeros(2, dtype=t.float64))
    p.grad = t.tensor([0.3, -0.4], dtype=t.float64)
    t.nn.utils.clip_grad_norm_([p], 10.0)
    return p.grad


def huge_logits(t, loss, target):
    z = t.tensor([[1000.0, -1000.0, 0.0], [-1000.0, 5.0, 1000.0]], requires_grad=True)
    value = loss(t, z, target(t))
    value.backward()
    return t.cat([value.detach().reshape(1), z.grad.reshape(-1)])


CASES = {
    "grad switched by a call": with_grad_switched_off,
    "grad switched by a decorator": decorated,
    "cat promotes": lambda t: t.cat([t.tensor([1, 2]), t.tensor([1.5])]),
    "stack promotes": lambda t: t.stack([t.tensor([1]), t.tensor([True])]),
    "dtype=float": lambda t: t.zeros(3, dtype=float),
    "to(float)": lambda t: t.ones(2).to(float),
    "tensor(dtype=float)": lambda t: t.tensor([1, 2], dtype=float),
    "eye": lambda t: t.eye(2),
    "numpy scalars": lambda t: t.tensor([np.float64(1.5), np.float64(2)]),
    "list of arrays": lambda t: t.tensor(np.array([np.arange(2.0), np.arange(2.0)])),
    "gradient of a zero norm": gradient_of(lambda t, x: x.norm()),
    "gradient of a zero 3-norm": gradient_of(lambda t, x: x.norm(3)),
    "gradient of a zero std": gradient_of(lambda t, x: x.std()),
    "norm -inf": lambda t: t.tensor([3.0, -4.0]).norm(-float("inf")),
    "and": lambda t: t.tensor([6, 3]) & t.tensor([3, 1]),
    "or": lambda t: t.tensor([6, 3]) | 8,
    "not": lambda t: ~t.tensor([6, 3]),
    "not bool": lambda t: ~t.tensor([True, False]),
    "one element is a view": lambda t: changed(t, view_of_one_element),
    "integer beside a tensor": lambda t: t.arange(24).reshape(2, 3, 4)[0, :, t.tensor([0, 2])],
    "tensor, slice, tensor": lambda t: t.arange(24).reshape(2, 3, 4)[
        t.tensor([0, 1]), :, t.tensor([0, 2])
    ],
    "None beside a tensor": lambda t: t.arange(6).reshape(2, 3)[t.tensor([1, 0]), None, 1:],
    "mask and integer": lambda t: t.arange(6).reshape(2, 3)[t.tensor([True, False]), 1],
    "assignment with tensors": lambda t: changed(
        t, lambda t, x: x.__setitem__((t.tensor([0, 2]), 1), t.tensor([70, 80]))
    ),
    "assignment with a mask": lambda t: changed(t, lambda t, x: x.__setitem__(x > 5, 0)),
    "clamp an integer by a float": lambda t: t.tensor([1, 5]).clamp(max=2.5),
    "0-d comparison": lambda t: t.tensor(0.1, dtype=t.float64) == t.tensor([0.1]),
    "integer cast of a leaf": lambda t: t.tensor([leaf(t, 1.0).long().requires_grad]),
    "chained schedules": chained,
    "a shared layer in the state": tied,
    "a kept gradient": reused_velocity,
    "small gradients": small_gradients_clipped,
    "mean of nothing": lambda t: t.zeros(0).mean(),
    "std of one": lambda t: t.ones(1).std(),
    "huge logits, cross-entropy": lambda t: huge_logits(
        t, lambda t, z, y: t.nn.functional.cross_entropy(z, y), lambda t: t.tensor([1, 2])
    ),
    "huge logits, log-softmax": lambda t: huge_logits(
        t, lambda t, z, y: (z.log_softmax(1) * y).mean(), lambda t: t.ones(2, 3)
    ),
    "huge logits, softmax": lambda t: huge_logits(
        t, lambda t, z, y: (z.softmax(1) * y).sum(), lambda t: t.arange(6.0).reshape(2, 3)
    ),
    "huge logits, BCE": lambda t: huge_logits(
        t,
        lambda t, z, y: t.nn.functional.binary_cross_entropy_with_logits(z, y),
        lambda t: t.tensor([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
    ),
    "is there a GPU": lambda t: t.tensor([isinstance(t.cuda.is_available(), bool)]),
    "the usual line": lambda t: t.ones(2).to(
        t.device("cuda" if t is not ref and t.cuda.is_available() else "cpu")
    ),
    "allclose": lambda t: t.tensor(
        [t.allclose(t.ones(2), t.ones(2) + 1e-7), t.ones(1).allclose(t.zeros(1))]
    ),
}


@pytest.mark.filterwarnings("ignore:std()", "ignore:var()", "ignore:Detected call of")
@pytest.mark.parametrize("name", CASES)
def test_same(name, torch):
    ours, theirs = CASES[name](ref), CASES[name](torch)
    assert repr(ours.dtype) == repr(theirs.dtype)
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6, atol=1e-12)


ERRORS = {
    "sum into a tensor": lambda t: t.zeros(1, requires_grad=True).add_(1),
    "flatten an axis that is not there": lambda t: t.ones(2, 3).flatten(2),
    "flatten backwards": lambda t: t.ones(2, 3).flatten(1, 0),
    "squeeze an axis that is not there": lambda t: t.ones(2, 1).squeeze(3),
    "transpose an axis that is not there": lambda t: t.ones(2, 1).transpose(0, 2),
    "permute with too few": lambda t: t.ones(2, 3).permute(0),
    "argmax along what is not there": lambda t: t.ones(2).argmax(5),
    "expand a full axis": lambda t: t.ones(2, 3).expand(2, 4),
    "bmm of matrices": lambda t: t.bmm(t.ones(3, 4), t.ones(4, 5)),
    "mm of batches": lambda t: t.mm(t.ones(1, 3, 4), t.ones(1, 4, 5)),
    "outer of matrices": lambda t: t.outer(t.ones(2, 2), t.ones(2)),
    "divide integers in place": lambda t: t.tensor([1, 2]).div_(2),
    "add an integer to bool": lambda t: t.tensor([True]).add_(1),
    "number too large": lambda t: t.tensor([300], dtype=t.uint8),
    "number far too large": lambda t: t.tensor(2**63),
    "negative step": lambda t: t.arange(3)[::-1],
    "gather below zero": lambda t: t.arange(3).gather(0, t.tensor([-1])),
    "softmax of integers": lambda t: t.nn.functional.softmax(t.tensor([1, 2]), dim=0),
    "max of nothing": lambda t: t.zeros(0).max(),
    "value of the wrong shape": lambda t: t.ones(3).__setitem__(0, t.ones(2)),
    "unequal lengths": lambda t: t.ones(2) == t.ones(3),
    "format of a vector": lambda t: f"{t.ones(2):.2f}",
    "array into a layer": lambda t: t.nn.Linear(2, 1)(np.ones((1, 2), np.float32)),
    "list into a loss": lambda t: t.nn.MSELoss()(t.ones(2), [1, 2]),
    "list into a product": lambda t: t.ones(2) @ [1, 2],
    "text as a rate": lambda t: t.optim.SGD([t.nn.Parameter(t.ones(1))], lr="0.1"),
    "and of floats": lambda t: t.ones(2) & t.ones(2),
}


@pytest.mark.parametrize("name", ERRORS)
def test_both_refuse(name, torch):
    with pytest.raises(Exception) as theirs:
        ERRORS[name](torch)
    kinds = (type(theirs.value), RuntimeError, ValueError, TypeError, IndexError)
    with pytest.raises(kinds) as ours:
        ERRORS[name](ref)
    assert len(str(ours.value).split()) >= 4, "a sentence, not a word"
    assert "ufunc" not in str(ours.value), "a message of NumPy's does not help"
    assert not isinstance(ours.value, AttributeError)


@pytest.mark.parametrize("name", ["exp", "sigmoid", "tanh", "relu", "sqrt"])
def test_an_output_that_backward_needs_may_not_change(name, torch):
    for t in (ref, torch):
        w = leaf(t, 1.0, 2.0)
        y = getattr(t, name)(w)
        with t.no_grad():
            y.mul_(2)
        with pytest.raises(RuntimeError, match=r"modified by an inplace operation"):
            y.sum().backward()


def test_an_index_is_remembered_as_it_was():
    w, index = leaf(ref, 1.0, 2.0), ref.tensor([0, 0])
    picked = w[index].sum()
    index[0] = 1
    picked.backward()
    assert w.grad.tolist() == [2, 0]


def test_a_gradient_of_the_wrong_shape_is_not_broadcast():
    p = ref.nn.Parameter(ref.ones(2, 3))
    p.grad = ref.ones(3)
    with pytest.raises(RuntimeError, match=r"gradient of shape \(3,\).*shape \(2, 3\)"):
        ref.optim.SGD([p], lr=0.1).step()


def test_ambiguous_indices_are_refused():
    x = ref.arange(6).reshape(3, 2)
    with pytest.raises(TypeError, match="ambiguous"):
        x[[[0, 2], [1, 1]]]
    with pytest.raises(IndexError, match="long, int or bool"):
        x[ref.tensor([1, 0, 1], dtype=ref.uint8)]


def test_a_file_is_replaced_as_a_whole(tmp_path, monkeypatch):
    import safetensors.numpy

    def breaks(arrays, path, metadata=None):
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    ref.save({"w": ref.ones(2)}, tmp_path / "w")
    monkeypatch.setattr(safetensors.numpy, "save_file", breaks)
    with pytest.raises(OSError, match="disk full"):
        ref.save({"w": ref.zeros(2)}, tmp_path / "w")
    loaded = ref.load(tmp_path / "w", map_location="cpu", weights_only=True)
    assert loaded["w"].tolist() == [1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["w"]


def test_names_outside_are_answered_in_every_space():
    spaces = (ref.nn.init, ref.nn.utils, ref.optim.lr_scheduler, ref.utils.data, ref.cuda)
    for space in spaces:
        with pytest.raises(AttributeError, match="not in the reference backend's subset"):
            space.something  # noqa: B018


def test_layers_take_inplace():
    for layer in (ref.nn.ReLU(inplace=True), ref.nn.SiLU(True), ref.nn.LeakyReLU(0.1, True)):
        assert "inplace=True" in repr(layer)
        x = ref.tensor([-1.0, 1.0])
        assert layer(x) is x
        assert x[0].item() > -1, "the input itself changes, as in PyTorch"
