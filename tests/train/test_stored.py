"""The file under a checkpoint: whatever a state holds comes back as it was."""

import numpy as np
import pytest

from dlcore.train import stored


def test_what_a_file_holds(backend, tmp_path):
    value = {
        "numbers": [1, -(2**100), 0.1, float("inf"), None, True, "text"],
        "tuple": (1, (2.5, [3])),
        "by number": {0: {"step": 1}, 3: {}},
        "tensors": [backend.arange(6).reshape(2, 3), backend.tensor(2.5), backend.ones(0, 3)],
        "array": np.arange(3, dtype=np.uint32),
    }
    stored.write(tmp_path / "x", backend, value)
    received = stored.read(tmp_path / "x", backend)
    assert {k: received[k] for k in list(value)[:3]} == {k: value[k] for k in list(value)[:3]}
    for a, b in zip(received["tensors"], value["tensors"], strict=True):
        assert a.dtype == b.dtype and a.tolist() == b.tolist() and a.shape == b.shape
    assert received["array"].dtype == np.uint32 and received["array"].tolist() == [0, 1, 2]
    with pytest.raises(TypeError, match=r"a.0 is a object"):
        stored.write(tmp_path / "y", backend, {"a": [object()]})
    assert not (tmp_path / "y").exists()


def test_bfloat16_keeps_its_bits(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    value = torch.tensor([0.1, -3e38, 0.0]).to(torch.bfloat16)
    stored.write(tmp_path / "x", torch, {"a": value})
    received = stored.read(tmp_path / "x", torch)["a"]
    assert received.dtype is torch.bfloat16 and torch.equal(received, value)
