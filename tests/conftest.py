"""PyTorch as a fixture: without it, the comparisons with it are skipped and the rest still runs."""

import pytest


@pytest.fixture(scope="session")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")
