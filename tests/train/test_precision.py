"""compile and amp: torch's own, and a clear word where there is nothing of the kind."""

import numpy as np
import pytest

from dlcore import get_backend
from dlcore.train import fit

from .conftest import Task

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)]


@pytest.fixture(params=DEVICES)
def device(request):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    return request.param


def trained(pair, device, **options):
    t = Task(get_backend("torch"), (3, 16, 1))
    keys = list(t.model.state_dict())
    history = fit(t.model, pair, steps=30, batch_size=20, device=device, **options, **t.parts)
    assert list(t.model.state_dict()) == keys
    return history.loss, t


def test_a_compiled_step_computes_the_same(pair, device):
    expected, _ = trained(pair, device)
    calls = []

    def count(graph, inputs):
        calls.append(1)
        return graph.forward

    import torch

    torch._dynamo.reset()
    options = {"compile": {"backend": count, "fullgraph": True}}
    received, _ = trained(pair, device, validation=pair, **options)
    np.testing.assert_allclose(received, expected, rtol=1e-5)
    assert calls == [1], "one graph, and validation does not compile another one"


def test_bfloat16_trains_near_float32(pair, device):
    expected, _ = trained(pair, device)
    seen = []
    loss = get_backend("torch").nn.MSELoss()

    def spy(output, y):
        seen.append(str(output.dtype))
        return loss(output, y)

    t = Task(get_backend("torch"), (3, 16, 1))
    parts = {"loss": spy, "optimizer": t.optimizer}
    history = fit(t.model, pair, steps=30, batch_size=20, amp="bf16", device=device, **parts)
    assert set(seen) == {"torch.bfloat16"}
    assert {str(p.dtype) for p in t.model.parameters()} == {"torch.float32"}
    np.testing.assert_allclose(history.loss, expected, rtol=0.1, atol=0.02)
    assert not np.array_equal(history.loss, expected)


def test_validation_is_in_full_precision(pair, device):
    _, t = trained(pair, device, amp=True)
    seen = []

    def metric(output, y):
        seen.append(str(output.dtype))
        return 0.0

    fit(
        t.model, pair, steps=1, amp=True, device=device, validation=pair, metrics={"m": metric},
        **t.parts,
    )  # fmt: skip
    assert seen == ["torch.float32"]


@pytest.mark.cuda
def test_float16_with_a_scaled_loss(pair):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    expected, _ = trained(pair, "cuda", clip_norm=1.0)
    received, _ = trained(pair, "cuda", clip_norm=1.0, amp="fp16")
    np.testing.assert_allclose(received, expected, rtol=0.1, atol=0.02)


def test_numpy_refuses_both(pair):
    t = Task(get_backend("numpy"))
    for options in ({"compile": True}, {"amp": "bf16"}):
        (name,) = options
        with pytest.raises(ValueError, match=f"{name} is for the torch backend.*Leave {name} out"):
            fit(t.model, pair, steps=1, **options, **t.parts)
    assert len(fit(t.model, pair, steps=1, compile=False, amp=None, **t.parts)) == 1


@pytest.mark.parametrize(
    "options, error, match",
    [
        ({"amp": "fp8"}, ValueError, 'None, True, "bf16" or "fp16", received \'fp8\''),
        ({"amp": 16}, ValueError, "received 16"),
        ({"amp": "fp16", "device": "cpu"}, ValueError, 'needs a GPU, .* use amp="bf16"'),
        ({"compile": "eager"}, TypeError, "True, False or a dict .*received 'eager'"),
    ],
)
def test_mistakes(pair, options, error, match):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    t = Task(torch)
    with pytest.raises(error, match=match):
        fit(t.model, pair, steps=1, **options, **t.parts)
