"""The three kinds of values that a recipe takes: arrays, tensors of the reference, torch's."""

import pytest

from dlcore import get_backend

from .small import RECIPES


@pytest.fixture(params=["array", "numpy", "torch"])
def make(request):
    """Turns an array into the kind under test."""
    if request.param == "array":
        return lambda a: a
    if request.param == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    return get_backend(request.param).tensor


@pytest.fixture(scope="session")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(params=RECIPES)
def recipe(request):
    """One of the recipes that train a network, and what it makes of images (N, 1, 8, 8)."""
    return RECIPES[request.param]
