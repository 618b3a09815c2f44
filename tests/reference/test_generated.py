"""Every rule on cases that nobody wrote down: random shapes and options, against PyTorch and
differences.
"""

import inspect

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings

from dlcore.reference import REGISTRY, rule
from tests.cases import CASES, EDGES, GENERATED

from .rule_checks import (
    check_derivative,
    check_float32,
    check_needs,
    check_ownership,
    check_torch,
)

# The same cases in every run, so that a failure is a failure for everybody.
DRAWN = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def for_drawn_cases(name, check):
    @DRAWN
    @given(case=GENERATED[name])
    def every(case):
        note(f"{name}: {case!r}")  # shapes and options; the numbers follow from a seed
        check(name, case)

    every()


@pytest.mark.parametrize("name", REGISTRY)
def test_can_be_drawn(name):
    assert name in GENERATED, f"add a strategy for rule {name!r} to GENERATED in tests/cases/"


def drawn_cases(name):
    cases = []

    @DRAWN
    @given(case=GENERATED[name])
    def every(case):
        cases.append(case)

    every()
    return cases


@pytest.mark.parametrize("name", GENERATED)
def test_every_option_is_tried(name):
    """With another value than its default."""
    cases = [*CASES.get(name, ()), *EDGES.get(name, ()), *drawn_cases(name)]
    for p in inspect.signature(rule(name).forward).parameters.values():
        if p.kind is not p.KEYWORD_ONLY:
            continue
        values = [case.options.get(p.name, p.empty) for case in cases]
        changed = [v for v in values if v is not p.empty and not same(v, p.default)]
        assert changed, f"no case gives {p.name!r} a value that is not its default"


def same(a, b):
    return a is b or (type(a) is type(b) and not isinstance(a, np.ndarray) and a == b)


def test_strategies_name_rules_that_exist():
    assert set(GENERATED) <= set(REGISTRY)


@pytest.mark.parametrize("name", GENERATED)
def test_holds_by_itself(name):
    def check(name, case):
        check_derivative(name, case)
        check_float32(name, case)
        check_ownership(name, case)
        check_needs(name, case)

    for_drawn_cases(name, check)


@pytest.mark.parametrize("name", GENERATED)
def test_agrees_with_torch(name, torch):
    for_drawn_cases(name, lambda name, case: check_torch(name, case, torch))
