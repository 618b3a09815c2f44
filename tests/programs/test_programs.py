"""Programs in the way others write them for PyTorch, unchanged on both backends.

Each function ``program*(torch)`` of a module of this folder takes the library as its argument. What
it says to be the same on both has to be so, and what it sets out to learn has to be learnt on each.
"""

import functools
import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest

from dlcore import get_backend

from .common import Outcome

# nn.Transformer tells so of itself unless the batch comes first, and such programs let it.
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")

FOLDER = Path(__file__).parent
MODULES = [
    importlib.import_module(f"{__package__}.{module.name}")
    for module in pkgutil.iter_modules([str(FOLDER)])
    if not module.name.startswith(("common", "test_"))
]
PROGRAMS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in MODULES
    for name, function in vars(module).items()
    if name.startswith("program")
}


@functools.cache
def outcome(name, backend):
    return PROGRAMS[name](get_backend(backend))


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    return request.param


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_learns(name, backend):
    result = outcome(name, backend)
    assert isinstance(result, Outcome) and result.learnt
    missed = [what for what, reached in result.learnt.items() if not reached]
    assert not missed


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_numbers_are_the_same(name):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    ours, theirs = (outcome(name, backend).same for backend in ("numpy", "torch"))
    assert set(ours) == set(theirs)
    for what, expected in theirs.items():
        found, expected = np.asarray(ours[what]), np.asarray(expected)
        np.testing.assert_allclose(found, expected, rtol=2e-3, atol=2e-5, err_msg=what)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_module_says_what_it_stands_for_and_needs(module):
    assert module.__doc__ and "\nNeeds: " in module.__doc__
    assert any(name.startswith("program") for name in vars(module))
