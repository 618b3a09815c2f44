"""Modules: naming, state, modes, errors, and parity of a whole model with PyTorch's."""

import copy
import pickle

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.models import definition, mlp


def copy_weights(source, target, torch):
    """Copy a reference model's weights into a torch model; returns the latter."""
    state = {k: torch.from_numpy(v.numpy().copy()) for k, v in source.state_dict().items()}
    target.load_state_dict(state)
    return target


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "leaky_relu", "silu"])
def test_mlp_agrees_with_torch(activation, kind, torch):
    x, y = (
        np.random.default_rng(0).standard_normal((6, 5)).astype(kind),
        np.array([0, 2, 1, 1, 0, 2]),
    )
    ours = mlp(ref)((5, 7, 4, 3), activation).to(getattr(ref, kind))
    theirs = copy_weights(
        ours, mlp(torch)((5, 7, 4, 3), activation).to(getattr(torch, kind)), torch
    )
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    results = []
    for t, model in ((ref, ours), (torch, theirs)):
        logits = model(t.from_numpy(x))
        loss = t.nn.CrossEntropyLoss()(logits, t.from_numpy(y))
        loss.backward()
        results.append([logits.detach(), loss.detach(), *(p.grad for p in model.parameters())])
    tolerance = 1e-5 if kind == "float32" else 1e-10
    for a, b in zip(*results, strict=True):
        assert repr(a.dtype) == repr(b.dtype)
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=tolerance, atol=tolerance)


LAYERS = {
    "linear": lambda nn: nn.Linear(3, 2),
    "linear without bias": lambda nn: nn.Linear(3, 2, bias=False),
    "sequential": lambda nn: nn.Sequential(nn.Flatten(), nn.Linear(3, 2), nn.Identity()),
    "activations": lambda nn: nn.Sequential(
        nn.ReLU(),
        nn.LeakyReLU(0.2),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.GELU("tanh"),
        nn.SiLU(),
        nn.Softmax(dim=1),
        nn.LogSoftmax(dim=-1),
    ),
    "softplus": lambda nn: nn.Softplus(2.0, 15.0),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, torch):
    ours, theirs = LAYERS[name](ref.nn), LAYERS[name](torch.nn)
    copy_weights(ours, theirs, torch)
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    if name != "softplus":  # PyTorch prints 2.0 and 2 alike only in some versions
        assert repr(ours) == repr(theirs)
    x = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    a, b = ours(ref.from_numpy(x)), theirs(torch.from_numpy(x))
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    "name", ["MSELoss", "L1Loss", "BCEWithLogitsLoss", "CrossEntropyLoss", "NLLLoss"]
)
def test_losses_agree_with_torch(name, reduction, torch):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 3))
    y = rng.integers(0, 3, 4) if name in ("CrossEntropyLoss", "NLLLoss") else rng.random((4, 3))
    a, b = (
        getattr(t.nn, name)(reduction=reduction)(t.from_numpy(x), t.from_numpy(y))
        for t in (ref, torch)
    )
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)
    with pytest.raises(ValueError, match="not a valid value"):
        getattr(ref.nn, name)(reduction="average")(ref.from_numpy(x), ref.from_numpy(y))


def test_linear_starts_within_torchs_bounds():
    ref.manual_seed(0)
    layer = ref.nn.Linear(64, 500)
    bound = 1 / 8
    for p in layer.parameters():
        assert p.abs().max().item() <= bound
        assert p.std().item() == pytest.approx(bound / np.sqrt(3), rel=0.1)


@pytest.mark.parametrize(
    ("name", "options", "std"),
    [
        ("xavier_uniform_", {}, np.sqrt(2 / (200 + 300))),
        ("xavier_normal_", {"gain": 2.0}, 2 * np.sqrt(2 / (200 + 300))),
        ("kaiming_uniform_", {"nonlinearity": "relu"}, np.sqrt(2 / 200)),
        ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "linear"}, np.sqrt(1 / 300)),
    ],
)
def test_initialisers_have_the_standard_deviation_of_their_papers(name, options, std, torch):
    for t in (ref, torch):
        t.manual_seed(0)
        w = getattr(t.nn.init, name)(t.empty(300, 200), **options)
        assert w.std().item() == pytest.approx(std, rel=0.02)
        assert w.mean().item() == pytest.approx(0, abs=std / 50)
    for nonlinearity in ("linear", "relu", "tanh", "sigmoid", "leaky_relu"):
        ours, theirs = (t.nn.init.calculate_gain(nonlinearity) for t in (ref, torch))
        assert ours == pytest.approx(theirs)
    with pytest.raises(ValueError, match="fewer than 2 dimensions"):
        ref.nn.init.xavier_uniform_(ref.empty(3))
    with pytest.raises(ValueError, match="fan_in or fan_out"):
        ref.nn.init.kaiming_normal_(ref.empty(3, 2), mode="fan")


class Tied(ref.nn.Module):
    """A shared layer, a buffer and a transient buffer."""

    def __init__(self):
        super().__init__()
        self.a = ref.nn.Linear(2, 2)
        self.b = self.a
        self.scale = ref.nn.Parameter(ref.ones(1))
        self.register_buffer("count", ref.zeros(1))
        self.register_buffer("scratch", ref.zeros(1), persistent=False)

    def forward(self, x):
        return self.b(self.a(x)) * self.scale


def test_a_shared_module_counts_once():
    model = Tied()
    assert [n for n, _ in model.named_parameters()] == ["scale", "a.weight", "a.bias"]
    assert sum(p.numel() for p in model.parameters()) == 7
    assert "count" in model.state_dict()
    assert "scratch" not in model.state_dict()
    assert model.double().scratch.dtype is ref.float64


def test_modes_and_flags_reach_every_layer():
    model = mlp(ref)((2, 3, 1)).eval()
    assert not any(m.training for m in model.modules())
    assert all(m.training for m in model.train().modules())
    assert not any(p.requires_grad for p in model.requires_grad_(False).parameters())


def test_assignment_errors():
    class Early(ref.nn.Module):
        def __init__(self):
            self.layer = ref.nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Early()
    layer = ref.nn.Linear(2, 1)
    with pytest.raises(TypeError, match="parameter 'weight'"):
        layer.weight = ref.ones(1, 2)
    layer.bias = None
    assert list(layer.state_dict()) == ["weight"]
    with pytest.raises(AttributeError, match="no attribute 'wieght'"):
        layer.wieght  # noqa: B018
    with pytest.raises(NotImplementedError, match="define it"):
        ref.nn.Module()(1)


def test_state_survives_a_file_and_torch_reads_it(tmp_path, torch):
    from safetensors.torch import load_file, save_file

    model, other = mlp(ref)((3, 4, 2)), mlp(ref)((3, 4, 2))
    path = tmp_path / "model.safetensors"
    ref.save(model.state_dict(), path)
    other.load_state_dict(ref.load(path))
    x = ref.randn(5, 3)
    assert other(x).tolist() == model(x).tolist()
    theirs = mlp(torch)((3, 4, 2))
    theirs.load_state_dict(load_file(path))
    np.testing.assert_allclose(
        theirs(torch.from_numpy(x.numpy())).detach().numpy(),
        model(x).detach().numpy(),
        rtol=1e-5,
        atol=1e-6,
    )
    save_file(theirs.state_dict(), path)
    assert ref.load(path)["0.weight"].tolist() == model[0].weight.tolist()
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_a_transposed_tensor_is_saved_as_it_reads(tmp_path):
    w = ref.arange(6).reshape(2, 3).t()
    ref.save({"w": w}, tmp_path / "w")
    assert ref.load(tmp_path / "w")["w"].tolist() == w.tolist()


def test_weights_of_a_torch_model_can_be_loaded(torch):
    ours, theirs = mlp(ref)((3, 4, 2)), mlp(torch)((3, 4, 2))
    ours.load_state_dict(theirs.state_dict())
    assert ours[2].weight.tolist() == theirs[2].weight.tolist()


def test_bad_files_and_bad_states(tmp_path):
    bad = tmp_path / "bad"
    bad.write_bytes(b"not a file of tensors")
    with pytest.raises(ValueError, match="not a safetensors file"):
        ref.load(bad)
    with pytest.raises(TypeError, match="is a set"):
        ref.save([{1}], tmp_path / "x")
    model = mlp(ref)((3, 4, 2))
    before = {k: v.tolist() for k, v in model.state_dict().items()}
    wrong = {**model.state_dict(), "0.weight": ref.zeros(4, 9), "extra": ref.zeros(1)}
    del wrong["2.bias"]
    with pytest.raises(
        RuntimeError, match=r"Missing.*2\.bias.*Unexpected.*extra.*size mismatch"
    ) as e:
        model.load_state_dict(wrong)
    assert "(4, 9)" in str(e.value)
    assert {k: v.tolist() for k, v in model.state_dict().items()} == before, (
        "nothing is half loaded"
    )


def test_copies_are_independent_and_models_pickle(torch):
    for t in (ref, torch):
        model = mlp(t)((3, 4, 2))
        twin, restored = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
        x = t.randn(2, 3)
        expected = model(x).tolist()
        with t.no_grad():
            model[0].weight.mul_(2)
        assert twin(x).tolist() == restored(x).tolist() == expected
        assert type(restored) is mlp(t)
        assert restored[0].weight.requires_grad


def test_a_slice_of_a_model_shares_its_layers(torch):
    for t in (ref, torch):
        model = mlp(t)((3, 4, 2))
        features = model[:-1]
        assert type(features) is t.nn.Sequential
        assert features[0] is model[0]
        assert tuple(features(t.ones(5, 3)).shape) == (5, 4)


def test_a_definition_makes_one_class_for_each_backend(torch):
    assert mlp(ref) is mlp(ref) is mlp.numpy
    assert mlp(torch) is mlp.torch is not mlp(ref)
    assert issubclass(mlp(torch), torch.nn.Module)
    assert isinstance(mlp, definition)
    with pytest.raises(AttributeError, match="'numpy' and 'torch'"):
        mlp.jax  # noqa: B018
    for wrong in [(3,), (3, 0), (3, 2.5)]:
        with pytest.raises(ValueError, match="two or more positive widths"):
            mlp(ref)(wrong)
    with pytest.raises(ValueError, match="activation: expected one of relu"):
        mlp(ref)((3, 1), "softmax")


def test_a_layer_says_which_shape_and_dtype_it_wants():
    layer = ref.nn.Linear(3, 2)
    with pytest.raises(
        RuntimeError, match=r"must have 3 features.*received an input of shape \(5, 4\)"
    ):
        layer(ref.ones(5, 4))
    with pytest.raises(RuntimeError, match=r"input is torch.float64 and weight is torch.float32"):
        layer(ref.ones(5, 3, dtype=ref.float64))


@pytest.mark.parametrize("norm", [1.0, 2.0, float("inf")])
def test_clipping_agrees_with_torch(norm, torch):
    rng = np.random.default_rng(0)
    grads = [rng.standard_normal((3, 4)), rng.standard_normal(5)]
    results = []
    for t in (ref, torch):
        ps = [t.nn.Parameter(t.zeros(g.shape, dtype=t.float64)) for g in grads]
        for p, g in zip(ps, grads, strict=True):
            p.grad = t.tensor(g)
        total = t.nn.utils.clip_grad_norm_(ps, 0.7, norm)
        results.append([total.item(), *(p.grad.numpy().copy() for p in ps)])
        t.nn.utils.clip_grad_value_(ps, 0.05)
        results[-1] += [p.grad.numpy() for p in ps]
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_clipping_can_refuse_infinite_gradients():
    p = ref.nn.Parameter(ref.zeros(2))
    p.grad = ref.tensor([float("nan"), 1.0])
    with pytest.raises(RuntimeError, match="non-finite"):
        ref.nn.utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)


def test_parameters_as_a_vector_and_back():
    model = mlp(ref)((2, 3, 1))
    vector = ref.nn.utils.parameters_to_vector(model.parameters()).detach()
    ref.nn.utils.vector_to_parameters(vector * 2, model.parameters())
    again = ref.nn.utils.parameters_to_vector(model.parameters())
    assert again.tolist() == (vector * 2).tolist()
    with pytest.raises(ValueError, match="the vector has 14 numbers"):
        ref.nn.utils.vector_to_parameters(ref.zeros(14), model.parameters())


def test_layer_norm_and_embedding_agree_with_torch(torch):
    rng = np.random.default_rng(0)
    index, target = rng.integers(0, 7, (4, 5)), rng.standard_normal((4, 5, 6)).astype(np.float32)
    ours, theirs = (
        t.nn.Sequential(t.nn.Embedding(7, 6), t.nn.LayerNorm(6), t.nn.Dropout(0.0))
        for t in (ref, torch)
    )
    copy_weights(ours, theirs, torch)
    for t, model in ((ref, ours), (torch, theirs)):
        t.nn.functional.mse_loss(model(t.from_numpy(index)), t.from_numpy(target)).backward()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-4, atol=1e-6)
    assert list(ref.nn.LayerNorm((2, 3), bias=False).state_dict()) == ["weight"]
    with pytest.raises(IndexError, match="7 in an embedding of 7 rows"):
        ours[0](ref.tensor([7]))
    with pytest.raises(RuntimeError, match=r"last axes of the input should be \(6,\)"):
        ours[1](ref.ones(2, 5))


def test_dropout_keeps_the_mean_and_is_off_in_eval():
    ref.manual_seed(0)
    layer, x = ref.nn.Dropout(0.25), ref.ones(100_000)
    y = layer(x)
    assert (y == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)
    assert y.mean().item() == pytest.approx(1, abs=0.01)
    assert sorted(set(y.tolist())) == [0, pytest.approx(4 / 3)]
    assert layer.eval()(x) is x
    assert ref.nn.functional.dropout(x, 1.0).abs().sum().item() == 0
    with pytest.raises(ValueError, match=r"between 0 and 1, but got 1\.5"):
        ref.nn.Dropout(1.5)
