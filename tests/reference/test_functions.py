"""One body, two backends: each expression gives PyTorch's values, dtypes, shapes and gradients."""

import numpy as np
import pytest

import dlcore.reference as ref

DATA = np.random.default_rng(0).standard_normal((4, 3))

EXPRESSIONS = {
    "arithmetic": lambda t, x: (2 * x - 1) / (x * x + 1) + (3 - x) ** 2 - 1 / (2 + x.abs()),
    "alpha": lambda t, x: t.add(x, x, alpha=2) - t.sub(x, x[0], alpha=3),
    "scalar power": lambda t, x: x**3 + 2 ** (x * 0.1) + x.square(),
    "negative": lambda t, x: -x + abs(x) + x.neg(),
    "elementary": lambda t, x: (
        t.exp(x) + (x.abs() + 1).log() + t.sqrt(x * x + 1) + x.sin() * t.cos(x) + (x * x).log1p()
    ),
    "activations": lambda t, x: t.relu(x) + t.sigmoid(x) * x.tanh(),
    "functional": lambda t, x: (
        t.nn.functional.gelu(x)
        + t.nn.functional.silu(x)
        + t.nn.functional.softplus(x)
        + t.nn.functional.leaky_relu(x, 0.1)
    ),
    "softmax": lambda t, x: t.softmax(x, dim=1) * t.log_softmax(x, dim=0),
    "clamp": lambda t, x: x.clamp(-0.5, 0.5) + t.clamp(x, max=0.1) + x.clamp(min=0.2),
    "extremes": lambda t, x: t.maximum(x, -x) + t.minimum(x, x * 0.5),
    "where": lambda t, x: t.where(x > 0, x, x * 0.1),
    "where scalar": lambda t, x: t.where(x > 0, x, 0.0),
    "sum": lambda t, x: x.sum() + x.sum(0).sum() + x.sum(dim=1, keepdim=True) + t.sum(x, (0, 1)),
    "mean": lambda t, x: x.mean() + x.mean(1, keepdim=True) + t.mean(x, dim=0),
    "var": lambda t, x: x.var() + x.var(0) + t.std(x, dim=1, keepdim=True) + x.var(0, correction=0),
    "amax": lambda t, x: x.amax(1, keepdim=True) + x.amin(0) + x.amax(),
    "max of all": lambda t, x: x.max() - x.min(),
    "max along": lambda t, x: x.max(1).values.sum() + x.min(0).values,
    "max keepdim": lambda t, x: x.max(1, keepdim=True)[0] * x,
    "logsumexp": lambda t, x: x.logsumexp(1) + t.logsumexp(x, (0, 1)),
    "norm": lambda t, x: x.norm() + x.norm(dim=0) + x.norm(1) + t.norm(x, p=float("inf")),
    "matmul": lambda t, x: x @ x.T + t.matmul(x, x[0])[:, None] + x.mm(x.t()),
    "dot": lambda t, x: t.dot(x[0], x[1]) + t.outer(x[0], x[2]) + x.mv(x[0])[0],
    "bmm": lambda t, x: t.bmm(x[None], x.T[None]) + x.mT.unsqueeze(0).transpose(1, 2) @ x.T,
    "reshape": lambda t, x: x.reshape(2, 6) + x.view(-1).reshape((2, 6)) + x.flatten().view(2, 6),
    "permute": lambda t, x: x[None].permute(2, 0, 1) + x.T.unsqueeze(1),
    "squeeze": lambda t, x: x[:, None].squeeze(1) + x.unsqueeze(0).squeeze() + x.squeeze(0),
    "expand": lambda t, x: (
        x[:, :1].expand(4, 3) + x[0].expand(4, -1) + t.broadcast_to(x[1], (4, 3))
    ),
    "cat": lambda t, x: t.cat([x, x * 2], dim=1)[:, 2:5] + t.stack([x, -x], dim=1)[:, 0],
    "index": lambda t, x: x[1:3, ::2].sum() + x[[0, 0, 3]].sum() + x[..., -1],
    "index tensors": lambda t, x: x[t.tensor([0, 0, 3]), t.tensor([1, 1, 2])],
    "index mask": lambda t, x: x[x > 0].sum() + x[t.arange(4) > 1].sum(),
    "gather": lambda t, x: x.gather(1, t.tensor([[0, 0], [1, 2], [2, 2], [0, 1]])),
    "clone and detach": lambda t, x: x.clone() * x.detach(),
    "cast": lambda t, x: x.float().double() + x.to(t.float32).sum(),
    "losses": lambda t, x: (
        t.nn.functional.mse_loss(x, x.detach() * 0.5)
        + t.nn.functional.l1_loss(x, t.zeros_like(x), reduction="sum")
        + t.nn.functional.binary_cross_entropy_with_logits(x, t.ones_like(x) * 0.3)
    ),
    "classification": lambda t, x: (
        t.nn.functional.cross_entropy(x, t.tensor([0, 2, 1, 1]))
        + t.nn.functional.nll_loss(t.log_softmax(x, 1), t.tensor([0, -100, 1, 1]))
        + t.nn.functional.cross_entropy(x, t.tensor([0, 2, 1, 1]), reduction="none")
    ),
    "constants": lambda t, x: (
        x * t.ones(3, dtype=t.float64)
        + t.zeros(4, 1)
        + t.full((3,), 2.0)
        + t.arange(3)
        + t.eye(4, 3)
    ),
    "linspace": lambda t, x: x * t.linspace(-1, 1, 3, dtype=t.float64),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expression(name, torch):
    results = []
    for t in (ref, torch):
        x = t.tensor(DATA, requires_grad=True)
        y = EXPRESSIONS[name](t, x)
        y.sum().backward()
        results.append((y.detach(), x.grad))
    (y, grad), (y_torch, grad_torch) = results
    assert tuple(y.shape) == tuple(y_torch.shape)
    assert repr(y.dtype) == repr(y_torch.dtype)
    loose = 1e-6 if name in ("cast", "constants") else 1e-10
    np.testing.assert_allclose(y.numpy(), y_torch.numpy(), rtol=loose, atol=loose)
    np.testing.assert_allclose(grad.numpy(), grad_torch.numpy(), rtol=loose, atol=loose)


NO_GRADIENT = {
    "comparisons": lambda t, x: (x > 0) & (x <= 1) | (x == x.max()) & ~(x != 0),
    "argmax": lambda t, x: x.argmax() + x.argmax(1).sum() + x.argmin(0).sum(),
    "max indices": lambda t, x: x.max(1).indices + x.min(1, keepdim=True)[1],
    "all any": lambda t, x: (x > -9).all() & (x > 9).any() | (x > 0).any(1).all(),
    "bool sum": lambda t, x: (x > 0).sum(),
    "int mean": lambda t, x: (x > 0).float().mean(),
    "accuracy": lambda t, x: (x.argmax(1) == t.tensor([0, 1, 2, 0])).float().mean(),
    "round": lambda t, x: x.round() + x.floor() + x.sign(),
    "isfinite": lambda t, x: t.isfinite(x) & ~t.isnan(x),
    "cumsum": lambda t, x: x.cumsum(1),
    "arange": lambda t, x: t.arange(2, 11, 3),
    "arange float": lambda t, x: t.arange(0.0, 1.0, 0.25),
    "one hot": lambda t, x: t.nn.functional.one_hot(t.tensor([0, 2, 1]), 4),
    "int division": lambda t, x: t.tensor([1, 2, 3]) / 2,
    "int arithmetic": lambda t, x: t.tensor([1, 2, 3]) * 2 - t.tensor(1),
    "list of bools": lambda t, x: t.tensor([True, False]),
    "nested lists": lambda t, x: t.tensor([[1, 2], [3, 4]]),
    "from numpy": lambda t, x: t.from_numpy(np.arange(6).reshape(2, 3)),
    "size": lambda t, x: t.tensor([x.size(0), x.numel(), x.dim(), x.element_size(), len(x.shape)]),
}


@pytest.mark.parametrize("name", NO_GRADIENT)
def test_without_gradient(name, torch):
    y, y_torch = (NO_GRADIENT[name](t, t.tensor(DATA)) for t in (ref, torch))
    assert repr(y.dtype) == repr(y_torch.dtype)
    np.testing.assert_array_equal(y.numpy(), y_torch.numpy())


KINDS = ["bool", "uint8", "int32", "int64", "float32", "float64"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", [*KINDS, "0-d float64", "0-d int64", "0-d float32", 2, 2.0, True])
@pytest.mark.parametrize("operation", ["add", "mul", "div", "maximum"])
def test_types_mix_as_in_torch(kind, other, operation, torch):
    def build(t):
        a = t.tensor([1, 0, 1]).to(getattr(t, kind))
        if isinstance(other, str):
            name = other.removeprefix("0-d ")
            b = t.tensor(1 if name != other else [1, 1, 1]).to(getattr(t, name))
        else:
            b = t.tensor(other) if operation == "maximum" else other
        return [
            repr(getattr(t, operation)(*pair).dtype)
            for pair in ((a, b), (b, a))
            if isinstance(pair[0], t.Tensor)
        ]

    assert build(ref) == build(torch)


def test_reflected_operators_and_numpy():
    x = ref.tensor([1.0, 2.0])
    assert (3 - x).tolist() == [2, 1]
    assert (1 / x).tolist() == [1, 0.5]
    assert (np.float64(2) * x).dtype is ref.float32
    assert np.asarray(x).dtype == np.float32
    assert (x + np.ones(2)).dtype is ref.float64, "a bare array counts as a tensor"
    assert (np.ones(2) - x).tolist() == [0, -1]
    assert isinstance(np.ones(2) - x, ref.Tensor)
    with pytest.raises(TypeError):
        x + "a"


def test_reprs(torch):
    for make in (
        lambda t: t.tensor([1.0, 2.5]),
        lambda t: t.tensor([1.0, 2.0]),
        lambda t: t.tensor([[1, 2], [3, 4]]),
        lambda t: t.tensor(3.14159),
        lambda t: t.tensor([True]),
        lambda t: t.tensor([True, False]),
        lambda t: t.tensor([[0.001, 123.456], [-1.0, 2.0]]),
        lambda t: t.tensor([1.5], dtype=t.float64),
        lambda t: t.tensor([1.5], requires_grad=True),
        lambda t: t.zeros(2, 3).shape,
        lambda t: t.float32,
    ):
        assert repr(make(ref)) == repr(make(torch))
    assert f"{ref.tensor(1.23456):.2f}" == "1.23"


ERRORS = {
    "broadcast": (lambda t: t.ones(2, 3) + t.ones(4), RuntimeError, "do not broadcast"),
    "matmul": (lambda t: t.ones(2, 3) @ t.ones(4, 2), RuntimeError, "cannot be multiplied"),
    "matmul types": (lambda t: t.ones(2, 2) @ t.ones(2, 2).double(), RuntimeError, "same dtype"),
    "reshape": (lambda t: t.ones(6).reshape(4, 2), RuntimeError, "invalid for input of size 6"),
    "axis": (lambda t: t.ones(2, 3).sum(2), IndexError, "got 2"),
    "item": (lambda t: t.ones(2).item(), RuntimeError, "cannot be converted to Scalar"),
    "truth": (lambda t: bool(t.ones(2)), RuntimeError, "ambiguous"),
    "mean of integers": (lambda t: t.arange(3).mean(), RuntimeError, "floating point"),
    "numpy of a leaf": (
        lambda t: t.ones(2, requires_grad=True).numpy(),
        RuntimeError,
        "detach",
    ),
    "cat": (lambda t: t.cat([t.ones(2, 3), t.ones(2, 4)]), RuntimeError, "sizes? .*agree|Sizes of"),
    "ragged": (lambda t: t.tensor([[1, 2], [3]]), ValueError, "length"),
    "text": (lambda t: t.tensor("abc"), TypeError, "str"),
    "class out of range": (
        lambda t: t.nn.functional.cross_entropy(t.ones(2, 3), t.tensor([0, 3])),
        IndexError,
        "out of bounds",
    ),
    "wide linear": (
        lambda t: t.nn.functional.linear(t.ones(2, 3), t.ones(4, 5)),
        RuntimeError,
        "shape",
    ),
    "float into int": (lambda t: t.arange(3).add_(0.5), RuntimeError, "can't be cast"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_torchs_type_and_say_what_was_received(name, torch):
    call, kind, message = ERRORS[name]
    with pytest.raises(kind, match=message):
        call(ref)
    with pytest.raises(kind):
        call(torch)


def test_names_outside_the_subset_answer_with_the_list():
    for call in (
        lambda: ref.fft,
        lambda: ref.nn.Conv3d,
        lambda: ref.optim.Rprop,
        lambda: ref.nn.functional.ctc_loss,
        lambda: ref.ones(2).qr(),
    ):
        with pytest.raises(AttributeError, match=r"not in the reference.*README"):
            call()
    with pytest.raises(RuntimeError, match="digamma has no rule"):
        ref.ones(3, requires_grad=True).digamma()


def test_devices():
    x = ref.ones(2)
    assert x.to("cpu") is x
    assert x.device.type == "cpu"
    for ask in (lambda: x.to("cuda"), lambda: ref.ones(2, device="cuda"), lambda: x.cuda()):
        with pytest.raises(RuntimeError, match="'cuda' is not there"):
            ask()


def test_random_numbers_repeat_and_generators_are_independent():
    ref.manual_seed(3)
    a = ref.randn(1000)
    g = ref.Generator().manual_seed(3)
    assert ref.randn(1000, generator=g).tolist() == a.tolist()
    assert ref.randn(1000).tolist() != a.tolist()
    assert abs(a.mean().item()) < 0.1
    assert abs(a.std().item() - 1) < 0.1
    u = ref.rand(1000)
    assert 0 <= u.min().item() < 0.05
    assert 0.95 < u.max().item() < 1
    assert sorted(ref.randperm(9).tolist()) == list(range(9))
    assert set(ref.randint(2, 5, (200,)).tolist()) == {2, 3, 4}
    assert set(ref.randint(2, (200,)).tolist()) == {0, 1}
