"""Checkpoints that are refused, with what is wrong; the file and the weights stay as they were."""

import os

import numpy as np
import pytest

from dlcore import available_backends, get_backend
from dlcore.train import fit, stored

from .killed import problem
from .test_checkpoint import run


@pytest.mark.parametrize(
    "make, options, match",
    [
        ({"width": 9}, {}, r"model's 0.weight: \(8, 3\) float32 in .*, \(9, 3\) float32 here"),
        ({"lr": 0.5}, {}, r"initial_lr \(group 0\): 0.02 in the checkpoint, 0.5 here"),
        ({}, {"batch_size": 10}, "batch_size: 8 in the checkpoint, 10 here"),
        ({}, {"clip_norm": 1.0}, "clip_norm: None in the checkpoint, 1.0 here"),
        ({}, {"seed": 1}, "seed: 0 in the checkpoint, 1 here"),
        ({}, {"accumulate": 2}, "accumulate: 1 in the checkpoint, 2 here"),
        ({}, {"schedule": "epoch"}, "schedule: 'step' in the checkpoint, 'epoch' here"),
        ({}, {"scheduler": None}, r"scheduler: \S*CosineAnnealingLR in the checkpoint, none here"),
        ({"kind": "loader"}, {}, "train: .* in the checkpoint, DataLoader of 7 here"),
        ({}, {"loss": lambda o, y: (o - y).abs().mean()}, "loss: .*MSELoss in .*lambda> here"),
    ],
)
def test_another_training_is_refused_with_what_differs(backend, tmp_path, make, options, match):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=3)
    content = path.read_bytes()
    model, train, settings = problem(backend, **make)
    before = [p.detach().numpy().copy() for p in model.parameters()]
    with pytest.raises(ValueError, match=f"(?s)belongs to another training.*{match}"):
        fit(model, train, steps=9, checkpoint=path, resume=True, **{**settings, **options})
    for p, old in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.detach().numpy(), old)
    assert path.read_bytes() == content


def test_the_other_backends_checkpoint_is_refused(tmp_path):
    if len(available_backends()) < 2:
        pytest.skip("PyTorch is not installed")
    path = tmp_path / "run.ckpt"
    run(get_backend("numpy"), path, steps=3)
    with pytest.raises(
        ValueError, match=r"backend: dlcore.reference in the checkpoint, torch here"
    ):
        run(get_backend("torch"), path, resume=True)


@pytest.mark.parametrize("damage", ["cut short", "one bit", "empty", "text", "weights"])
def test_a_damaged_file_is_refused_and_left(backend, tmp_path, damage):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=3)
    content = path.read_bytes()
    if damage == "weights":
        from safetensors.numpy import save

        content = save({"weight": np.ones(3, np.float32)})
    elif damage == "one bit":
        content = content[:-3] + bytes([content[-3] ^ 4]) + content[-2:]
    else:
        content = {"cut short": content[: len(content) // 2], "empty": b"", "text": b"hello"}[
            damage
        ]
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run.ckpt' is (damaged|no checkpoint of fit)"):
        run(backend, path, resume=True)
    assert path.read_bytes() == content


def test_a_file_that_is_there_is_not_overwritten(backend, tmp_path):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=3)
    content = path.read_bytes()
    with pytest.raises(FileExistsError, match="resume=True goes on from it; to start anew, delete"):
        run(backend, path, steps=3)
    assert path.read_bytes() == content


def test_a_write_that_fails_leaves_the_old_file(backend, tmp_path, monkeypatch):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=3)
    content = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left") as e:
        run(backend, path, resume=True)
    assert "was not written; the one written before is as it was" in e.value.__notes__[0]
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["run.ckpt"]


@pytest.mark.parametrize(
    "options, error, match",
    [
        ({"resume": True}, ValueError, "resume=True goes on from checkpoint=path: pass it"),
        ({"resume": "missing.ckpt"}, FileNotFoundError, "no checkpoint 'missing.ckpt' to resume"),
        ({"resume": 3}, TypeError, "resume should be a path, received 3"),
        ({"path": 3.5}, TypeError, "checkpoint should be a path, received 3.5"),
        ({"path": ""}, ValueError, "checkpoint should be a path, received ''"),
        ({"path": "no/folder/x"}, FileNotFoundError, "there is no folder .*no/folder"),
        ({"path": "."}, IsADirectoryError, "is a folder; name a file in it"),
        ({"path": "x", "checkpoint_steps": 0}, ValueError, "at least 1, received 0"),
        (
            {"path": "x", "checkpoint_steps": 1, "checkpoint_epochs": 1},
            ValueError,
            "either checkpoint_steps or checkpoint_epochs",
        ),
    ],
)
def test_mistakes(backend, tmp_path, monkeypatch, options, error, match):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=match):
        run(backend, **options)
    assert not list(tmp_path.iterdir())


def test_how_often_without_where(task, pair):
    t = task()
    with pytest.raises(ValueError, match="checkpoint_steps=5 needs checkpoint=path as well"):
        fit(t.model, pair, steps=1, checkpoint_steps=5, **t.parts)


def test_a_folder_that_is_read_only(backend, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(PermissionError, match=r"the folder .* is read-only here"):
        run(backend, tmp_path / "run.ckpt")


def test_two_runs_that_write_one_file_do_not_mix(backend, tmp_path, monkeypatch):
    path = tmp_path / "run.ckpt"
    run(backend, path, steps=3)
    sync = os.fsync

    def another(descriptor):  # which begins and ends while this one writes
        monkeypatch.setattr("os.fsync", sync)
        with monkeypatch.context() as other:
            other.setattr("os.getpid", lambda: 1)
            stored.write(str(path), backend, {"x": backend.ones(3)})

    monkeypatch.setattr("os.fsync", another)
    run(backend, path, resume=True, steps=5)
    assert stored.read(str(path), backend)["place"]["step"] == 5
    assert {p.name for p in tmp_path.iterdir()} == {"run.ckpt"}
