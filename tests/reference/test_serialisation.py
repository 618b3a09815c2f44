"""save and load: state dicts between both backends, checkpoints, and what is refused."""

import io
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

import dlcore.reference as ref

KINDS = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


def model(t):
    return t.nn.Sequential(t.nn.Linear(3, 4), t.nn.Tanh(), t.nn.Linear(4, 2))


def trained(t):
    net = model(t)
    optimiser = t.optim.Adam(net.parameters(), lr=0.01)
    net(t.ones(5, 3)).sum().backward()
    optimiser.step()
    return net, optimiser


def test_torch_reads_what_the_reference_writes(torch, tmp_path):
    from safetensors.torch import load_file

    net = model(ref)
    ref.save(net.state_dict(), tmp_path / "w")
    theirs = model(torch)
    theirs.load_state_dict(load_file(tmp_path / "w"))
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    np.testing.assert_allclose(
        net(ref.tensor(x)).detach().numpy(), theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5
    )


def test_the_reference_reads_what_torch_writes(torch, tmp_path):
    from safetensors.torch import save_file

    theirs = model(torch)
    save_file(theirs.state_dict(), tmp_path / "w")
    net = model(ref)
    net.load_state_dict(ref.load(tmp_path / "w", weights_only=True))
    for (name, ours), (_, p) in zip(
        net.state_dict().items(), theirs.state_dict().items(), strict=True
    ):
        np.testing.assert_array_equal(ours.numpy(), p.numpy(), err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_and_shape(kind, tmp_path):
    x = ref.tensor([[0, 1, 3], [1, 0, 1]]).to(getattr(ref, kind))
    state = {"a": x, "transposed": x.T, "number": x[0, 1], "empty": x[:0], "strided": x[:, ::2]}
    ref.save(state, tmp_path / "w")
    for name, tensor in ref.load(tmp_path / "w").items():
        assert tensor.dtype is x.dtype
        assert tensor.shape == state[name].shape
        assert tensor.tolist() == state[name].tolist()


def test_a_checkpoint_continues_where_it_was(tmp_path):
    net, optimiser = trained(ref)
    checkpoint = {
        "model": net.state_dict(),
        "optimizer": optimiser.state_dict(),
        "rng": ref.get_rng_state(),
        "epoch": 3,
        "loss": 0.1,
        "best": float("inf"),
        "name": "mlp/2 ü",
        "done": False,
        "scheduler": None,
        "history": [(0, 1.5), (1, 0.5)],
    }
    ref.save(checkpoint, tmp_path / "c.pt")
    noise = ref.randn(3)
    found = ref.load(tmp_path / "c.pt", map_location="cpu")
    assert list(found) == list(checkpoint)
    for key in ("epoch", "loss", "best", "name", "done", "scheduler", "history"):
        assert found[key] == checkpoint[key]
        assert type(found[key]) is type(checkpoint[key])
    assert type(found["history"][0]) is tuple

    net2, optimiser2 = model(ref), None
    net2.load_state_dict(found["model"])
    optimiser2 = ref.optim.Adam(net2.parameters(), lr=0.5)
    optimiser2.load_state_dict(found["optimizer"])
    for n, o in ((net, optimiser), (net2, optimiser2)):
        o.zero_grad()
        (n(ref.ones(5, 3)) ** 2).sum().backward()
        o.step()
    for p, q in zip(net.parameters(), net2.parameters(), strict=True):
        assert p.tolist() == q.tolist()
    ref.set_rng_state(found["rng"])
    assert ref.randn(3).tolist() == noise.tolist()


@pytest.mark.parametrize(
    "obj",
    [
        {"w": ref.ones(2)},
        OrderedDict(b=ref.zeros(1), a=ref.ones(2)),
        {"nested": {"w": ref.ones(2)}, 3: [ref.zeros(1), None]},
        ref.arange(3),
        [ref.arange(3), 2],
        {},
        {"a": {"b": ref.ones(1)}, "a/b": ref.zeros(1), "x": 1},
    ],
    ids=lambda obj: type(obj).__name__,
)
def test_through_a_file_object(obj):
    buffer = io.BytesIO()
    ref.save(obj, buffer)
    buffer.seek(0)
    assert plain(ref.load(buffer)) == plain(obj)


def plain(obj):
    if isinstance(obj, ref.Tensor):
        return ("tensor", repr(obj.dtype), obj.tolist())
    if isinstance(obj, dict):
        return {k: plain(v) for k, v in obj.items()}
    return [plain(x) for x in obj] if isinstance(obj, (list, tuple)) else obj


class Custom:
    pass


@pytest.mark.parametrize(
    ("obj", "says"),
    [
        (model(ref), r"the object is a Sequential.*state_dict\(\)"),
        ({"model": {"layer": Custom()}}, r"\['model'\]\['layer'\] is a Custom"),
        ({"history": [1, {2, 3}]}, r"\['history'\]\[1\] is a set"),
        ({"loss": np.float32(0.5)}, r"\['loss'\] is a float32.*\.item\(\)"),
        ({"w": np.ones(2)}, r"\['w'\] is a ndarray"),
        ({("a", 1): 2}, r"a key of the object is a tuple"),
    ],
)
def test_what_is_refused_is_named_and_nothing_is_written(obj, says, tmp_path):
    path = tmp_path / "w"
    ref.save({"w": ref.ones(2)}, path)
    with pytest.raises(TypeError, match=says):
        ref.save(obj, path)
    assert ref.load(path)["w"].tolist() == [1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["w"]


def test_files_of_another_kind(torch, tmp_path):
    torch.save({"w": torch.ones(2)}, tmp_path / "pickle.pt")
    (tmp_path / "text").write_text("not tensors")
    for name in ("pickle.pt", "text"):
        with pytest.raises(ValueError, match=rf"{name}.*is not a safetensors file"):
            ref.load(tmp_path / name)
        with pytest.raises(ValueError, match="is not a safetensors file"):
            ref.load(io.BytesIO((tmp_path / name).read_bytes()))
    whole = tmp_path / "whole"
    ref.save({"w": ref.ones(100)}, whole)
    (tmp_path / "cut").write_bytes(whole.read_bytes()[:-50])
    with pytest.raises(ValueError, match=r"cut.*is not a safetensors file"):
        ref.load(tmp_path / "cut")
    with pytest.raises(FileNotFoundError):
        ref.load(tmp_path / "nothing")


def test_map_location(tmp_path):
    path = Path(tmp_path / "w")
    ref.save({"w": ref.ones(2)}, path)
    for where in (
        None,
        "cpu",
        ref.device("cpu"),
        {"cuda:0": "cpu"},
        lambda storage, place: storage,
    ):
        assert ref.load(path, map_location=where)["w"].tolist() == [1, 1]
    for where in ("cuda", {"cpu": "cuda:1"}):
        with pytest.raises(RuntimeError, match=r"cuda.*is not there"):
            ref.load(path, where)
    halved = ref.load(path, map_location=lambda storage, place: storage / 2)
    assert halved["w"].tolist() == [0.5, 0.5]


def test_what_was_loaded_can_be_changed(tmp_path):
    for source in (tmp_path / "w", io.BytesIO()):
        ref.save({"w": ref.ones(2)}, source)
        if isinstance(source, io.BytesIO):
            source.seek(0)
        w = ref.load(source)["w"]
        w += 1
        assert w.tolist() == [2, 2]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RuntimeError, match=r"Parent directory .*nowhere does not exist"):
        ref.save({"w": ref.ones(2)}, tmp_path / "nowhere" / "w")


def test_a_number_that_numpy_has_not_is_named(tmp_path, torch):
    from safetensors.torch import save_file

    save_file({"w": torch.ones(2, dtype=torch.bfloat16)}, tmp_path / "w")
    with pytest.raises(TypeError, match=r"'w' is of kind BF16, which NumPy has not.*\.float\(\)"):
        ref.load(tmp_path / "w")
