"""Formulas worked off in blocks, and the error function that GELU takes in float32."""

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.reference import rule
from dlcore.reference.kernels import activation, blocks


@pytest.mark.parametrize("block", [1, 7, 24, 100])
def test_blocks_make_no_difference(block, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", block)
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 3, 4)), rng.standard_normal((3, 4, 2)).transpose(2, 0, 1)
    np.testing.assert_array_equal(blocks.in_blocks(lambda a, b: a * b + 1, a, b), a * b + 1)
    total, larger = blocks.in_blocks(lambda a, b: (a + b, a > b), a, b)
    np.testing.assert_array_equal(total, a + b)
    np.testing.assert_array_equal(larger, a > b)
    assert larger.dtype == bool


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_in_blocks_is_torchs(approximate, torch, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 10)
    x = np.random.default_rng(0).standard_normal((4, 9))
    dout = np.random.default_rng(1).standard_normal((4, 9))
    out, cache = rule("gelu").forward(x, approximate=approximate)
    leaf = torch.tensor(x, requires_grad=True)
    expected = torch.nn.functional.gelu(leaf, approximate=approximate)
    expected.backward(torch.tensor(dout))
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(rule("gelu").backward(dout, cache)[0], leaf.grad.numpy(), rtol=1e-10)


def test_erf_of_float32_is_exact_to_rounding(torch):
    x = np.concatenate([np.linspace(-7, 7, 100_001), [np.inf, -np.inf, 0.0, 1e-30]])
    exact = torch.erf(torch.tensor(x.astype(np.float32)).double()).numpy()
    found = activation.erf(x.astype(np.float32))
    assert found.dtype == np.float32
    assert np.abs(found - exact).max() < 2e-7
    near = np.abs(x) > 1e-20
    assert (np.abs(found - exact)[near] <= 4e-7 * np.abs(exact)[near] + 1e-12).all()
    assert np.isnan(activation.erf(np.float32([np.nan]))).all()


def test_exact_gelu_of_float32(torch):
    """Nearer to the exact numbers than PyTorch's own float32, which is 1.1e-6 off at the worst."""
    x = np.linspace(-8, 8, 50_001)
    found = []
    for t, kind in ((ref, "float32"), (torch, "float64")):
        leaf = t.tensor(x.astype("float32").astype(kind), requires_grad=True)
        out = t.nn.functional.gelu(leaf)
        out.sum().backward()
        found.append((out.detach().numpy(), leaf.grad.numpy()))
    for ours, exact in zip(*found, strict=True):
        np.testing.assert_allclose(ours, exact, rtol=3e-7, atol=1e-6)
