"""weight_norm and spectral_norm: the same state, outputs and gradients as PyTorch's."""

import numpy as np
import pytest

import dlcore.reference as ref

from .parity import same

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning")
LAYERS = {
    "Linear": (lambda t: t.nn.Linear(3, 4, dtype=t.float64), (5, 3)),
    "Conv1d": (lambda t: t.nn.Conv1d(2, 4, 3, dtype=t.float64), (5, 2, 6)),
    "ConvTranspose2d": (lambda t: t.nn.ConvTranspose2d(2, 3, 2, dtype=t.float64), (2, 2, 4, 4)),
}


def pair(wrap, name, torch):
    """The wrapped layer on both sides with PyTorch's state."""
    make, _ = LAYERS[name]
    ours, theirs = wrap(ref, make(ref)), wrap(torch, make(torch))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    state = {key: ref.tensor(value.numpy().copy()) for key, value in theirs.state_dict().items()}
    ours.load_state_dict(state)
    return ours, theirs


def compare(ours, theirs, shape, torch):
    x = np.random.default_rng(0).standard_normal(shape)
    for t, layer in ((ref, ours), (torch, theirs)):
        layer.zero_grad()
        layer(t.tensor(x)).sin().sum().backward()
    same(ours.weight.detach(), theirs.weight.detach())
    assert [name for name, _ in ours.named_parameters()] == [
        name for name, _ in theirs.named_parameters()
    ]
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        same(p.grad, q.grad)


@pytest.mark.parametrize("dim", [0, 1, -1, None])
@pytest.mark.parametrize("name", LAYERS)
def test_weight_norm(name, dim, torch):
    layers = pair(lambda t, layer: t.nn.utils.weight_norm(layer, dim=dim), name, torch)
    compare(*layers, LAYERS[name][1], torch)
    plain = [
        t.nn.utils.remove_weight_norm(layer) for t, layer in zip((ref, torch), layers, strict=True)
    ]
    assert list(plain[0].state_dict()) == list(plain[1].state_dict())
    compare(*plain, LAYERS[name][1], torch)


@pytest.mark.parametrize("name", LAYERS)
def test_spectral_norm(name, torch):
    layers = pair(
        lambda t, layer: t.nn.utils.spectral_norm(layer, n_power_iterations=2), name, torch
    )
    for _ in range(3):
        compare(*layers, LAYERS[name][1], torch)
    for key, value in layers[1].state_dict().items():
        same(layers[0].state_dict()[key], value)
    before = layers[0].weight_u.clone()
    for layer in layers:
        layer.eval()
    compare(*layers, LAYERS[name][1], torch)
    assert ref.equal(before, layers[0].weight_u)


def test_power_iteration_finds_the_largest_singular_value():
    layer = ref.nn.utils.spectral_norm(ref.nn.Linear(4, 3, dtype=ref.float64))
    for _ in range(200):
        layer(ref.zeros(1, 4, dtype=ref.float64))
    assert abs(ref.linalg.svdvals(layer.weight.detach())[0].item() - 1) < 1e-6


def test_mistakes(torch):
    for t in (ref, torch):
        layer = t.nn.utils.weight_norm(t.nn.Linear(2, 2))
        with pytest.raises(RuntimeError, match="two weight_norm hooks"):
            t.nn.utils.weight_norm(layer)
        with pytest.raises(ValueError, match="of 'weight' not found"):
            t.nn.utils.remove_weight_norm(t.nn.Linear(2, 2))
        with pytest.raises(ValueError, match="n_power_iterations to be positive"):
            t.nn.utils.spectral_norm(t.nn.Linear(2, 2), n_power_iterations=0)
