"""Every rule of the registry, checked three ways: against differences, PyTorch, and its own
mutations."""

import numpy as np
import pytest

from dlcore.reference import REGISTRY, GradientMismatch, check_rule, rule
from tests.cases import CASES, EDGES

from .mutations import mutants
from .rule_checks import (
    as_tuple,
    call_backward,
    check_derivative,
    check_float32,
    check_needs,
    check_ownership,
    check_torch,
    floats,
)

ALL = [
    pytest.param(name, case, id=f"{name}-{i}")
    for name in REGISTRY
    for i, case in enumerate(CASES.get(name, ()))
]

AT_EDGES = [
    pytest.param(name, case, id=f"{name}-{i}")
    for name in EDGES
    for i, case in enumerate(EDGES[name])
]


@pytest.mark.parametrize("name", REGISTRY)
def test_has_cases_and_a_source(name):
    assert CASES.get(name), f"add example inputs for rule {name!r} to tests/cases/"
    assert len(rule(name).source) > 10
    assert rule(name).name == name


def test_cases_name_rules_that_exist():
    assert set(CASES) | set(EDGES) <= set(REGISTRY)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_backward_is_the_derivative_of_forward(name, case):
    check_derivative(name, case)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_agrees_with_torch(name, case, torch):
    check_torch(name, case, torch)


@pytest.mark.parametrize(("name", "case"), AT_EDGES)
def test_agrees_with_torch_at_kinks_ties_and_far_out(name, case, torch):
    check_torch(name, case, torch)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_keeps_float32(name, case):
    check_float32(name, case)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_gradients_are_nobody_elses(name, case):
    check_ownership(name, case)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_each_gradient_may_be_wanted_alone(name, case):
    check_needs(name, case)


def differentiable(name):
    """The first case of a rule in which some gradient is not zero."""
    for case in CASES.get(name, ()):
        if floats(case) and case.smooth:
            dins = right_gradients(rule(name), case)
            if any(np.any(dins[i]) for i in floats(case)):
                return case
    return None


def right_gradients(r, case):
    out, cache = r.forward(*case.inputs, **case.options)
    rng = np.random.default_rng(5)
    douts = tuple(
        rng.uniform(1, 2, np.shape(o)) if o.dtype.kind == "f" else np.zeros(np.shape(o), o.dtype)
        for o in as_tuple(out)
    )
    return call_backward(r, douts if isinstance(out, tuple) else douts[0], cache, case.inputs)


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_backward_is_caught(name):
    """Mutate the gradient of each input in turn; the check must notice every time.

    A mutation is made for the gradient that check_rule will ask for, so that each one that is tried
    changes something. A rule with several outputs must also notice when one of them is forgotten.
    """
    r, case = rule(name), differentiable(name)
    assert case, f"no case of rule {name!r} has a gradient that is not zero"
    missed, asked = [], []

    def record(dout, cache):
        asked.append(dout)
        return call_backward(r, dout, cache, case.inputs)

    check_rule((r.forward, record), *case.inputs, **case.options)
    _, cache = r.forward(*case.inputs, **case.options)
    dins = call_backward(r, asked[0], cache, case.inputs)
    wrong_ones = list(mutants(dins, floats(case)))
    assert wrong_ones
    for k in range(len(asked[0]) if isinstance(asked[0], tuple) else 0):
        douts = tuple(d * (j != k) for j, d in enumerate(asked[0]))
        forgotten = call_backward(r, douts, cache, case.inputs)
        pairs = [(forgotten[i], dins[i]) for i in floats(case)]
        if not all(np.allclose(a, b, atol=1e-5) for a, b in pairs):
            wrong_ones.append((f"output {k}: forgotten", forgotten))
    for kind, wrong in wrong_ones:
        try:
            check_rule((r.forward, lambda dout, cache, w=wrong: w), *case.inputs, **case.options)
            missed.append(kind)
        except GradientMismatch as mismatch:
            assert len(str(mismatch)) > 20
    assert not missed


def test_unknown_and_doubled_names():
    from dlcore.reference import register

    with pytest.raises(KeyError, match=r"there are: .*\babs, .*\badd, "):
        rule("conv9d")
    with pytest.raises(ValueError, match="exists already"):
        register("add", None, None, torch="add", source="")
