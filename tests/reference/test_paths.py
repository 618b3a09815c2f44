"""Limits inside kernels choose between two ways to the same numbers: both are taken here.

The cases of the other tests are small, so that a way meant for large arrays is never taken there.
"""

import importlib

import numpy as np
import pytest
from scipy import special

from dlcore.reference import REGISTRY
from tests.cases import CASES

from .rule_checks import check_ownership, check_torch

# file of kernels, name of the limit, a value that turns the choice round, files whose rules use it
LIMITS = [
    ("blocks", "BLOCK", 4, ("activation",)),
    ("conv", "NUMBERS", 1, ("conv",)),
    ("attention", "SCORES", 8, ("attention",)),
    ("attention", "BAND", 2, ("attention",)),
]


def rules_of(file):
    return [name for name, r in REGISTRY.items() if r.forward.__module__.endswith(f".{file}")]


@pytest.mark.parametrize(("file", "limit", "value", "users"), LIMITS)
def test_the_numbers_do_not_depend_on_a_limit(file, limit, value, users, torch, monkeypatch):
    kernel = importlib.import_module(f"dlcore.reference.kernels.{file}")
    assert getattr(kernel, limit) != value
    monkeypatch.setattr(kernel, limit, value)
    names = [name for user in users for name in rules_of(user)]
    assert names
    for name in names:
        for case in CASES[name]:
            check_torch(name, case, torch)
            check_ownership(name, case)


def test_the_error_function_of_float32_is_right_to_its_rounding():
    from dlcore.reference.kernels.activation import erf

    x = np.linspace(-6, 6, 100_001, dtype=np.float32)
    received = erf(x)
    assert received.dtype == np.float32
    assert np.max(np.abs(received - special.erf(x.astype(np.float64)))) < 2e-7
