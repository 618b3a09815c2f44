"""Two processes, started by torchrun, train as one with the same batches."""

import json

import numpy as np
import pytest

from dlcore import get_backend
from dlcore.train import fit
from tests.torchrun import two_processes

from . import together
from .conftest import Task


@pytest.fixture(scope="module")
def alone():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    return together.cases(0)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What the two processes wrote."""
    folder = two_processes("tests.train.together", lambda: tmp_path_factory.mktemp("together"))
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)]


@pytest.mark.parametrize(
    "case",
    [
        "whole set",
        "batches",
        "odd batches, the last of one",
        "accumulated",
        "loader",
        "compiled",
        "controlled",
    ],
)
def test_losses_and_weights_are_those_of_one_process(alone, both, case):
    expected = alone[case]
    for received in (process[case] for process in both):
        for name in ("losses", "rates", "validation"):
            np.testing.assert_allclose(received[name], expected[name], rtol=1e-9, err_msg=name)
        for a, b in zip(received["weights"], expected["weights"], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)


def test_the_hand_is_in_the_first_process_and_acts_on_all(both):
    first, second = (process["controlled"] for process in both)
    assert first["heard"] == [1, 2, 3, 4, 5, "pause", 6, 7, 8, 9] and second["heard"] == []
    for result in (first, second):
        assert result["rates"] == [0.05] * 3 + [0.01] * 6 and result["stopped"] == "stopped"


@pytest.mark.parametrize("case", ["nan in one part", "nan in the other part"])
def test_all_of_them_find_a_loss_that_is_not_finite(both, case):
    assert [process[case] for process in both] == [{"step": 1, "stopped": "diverged"}] * 2


def test_the_group_is_closed_by_whom_it_was_started(alone, both):
    for process in both:
        assert process["closed"] and process["left open"]
        received = process["in a group that was there"]["losses"]
        np.testing.assert_allclose(received, alone["whole set"]["losses"], rtol=1e-9)


def test_a_loader_that_deals_the_examples_out_itself_is_refused(both):
    for process in both:
        assert "cuts every batch into 2 parts itself" in process["refused"]
        assert process["refused"].endswith("leave out the DistributedSampler")


def test_processes_that_were_asked_for_different_trainings_are_told(both):
    for process in both:
        first, *lines = process["unlike"].splitlines()
        assert first.startswith("processes 0 and 1 were not asked for the same training")
        assert lines == [
            "  train: (50, 3) float64, (50, 1) float64 in process 0, "
            "(49, 3) float64, (49, 1) float64 in process 1",
            "  batch_size: 5 in process 0, 6 in process 1",
            "  epochs: 2 in process 0, 3 in process 1",
        ]


@pytest.mark.parametrize("kind", ["pair", "loader"])
def test_resumed_with_the_same_losses(both, kind):
    for process in both:
        whole, piece, resumed = process[f"resumed {kind}"]
        assert piece == whole[:11] and resumed == whole
    assert both[0][f"resumed {kind}"] == both[1][f"resumed {kind}"]


def test_numpy_trains_in_one_process(monkeypatch, pair):
    for name in ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.setenv(name, "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    t = Task(get_backend("numpy"))
    with pytest.raises(RuntimeError, match=r"torchrun started 2 processes, and the NumPy .* one"):
        fit(t.model, pair, steps=1, **t.parts)
