"""The reference is a subset of torch: its names are torch's, and so are arguments and defaults."""

import inspect

import pytest

import dlcore.reference as ref

# What is ours: the registry of rules and what goes with it.
OWN = {
    "GradientMismatch",
    "HINT",
    "REGISTRY",
    "Rule",
    "apply",
    "check",
    "check_rule",
    "dtype",
    "dtypes",
    "kernels",
    "methods",
    "register",
    "rule",
    "serialisation",
    "tape",
    "tensor.Tensor",
}
SPACES = ["", "nn", "nn.functional", "nn.init", "nn.utils", "optim", "optim.lr_scheduler", "Tensor"]
FOLDERS = {"functions", "activation", "container", "linear", "loss", "module", "parameter"}
FOLDERS |= {"adaptive", "optimizer", "sgd"}


def get(root, path):
    for part in filter(None, path.split(".")):
        root = getattr(root, part)
    return root


def names():
    for space in SPACES:
        owner = get(ref, space)
        for name in getattr(owner, "__all__", None) or dir(owner):
            thing = getattr(owner, name, None)
            if name.startswith("_") or name in OWN or (inspect.ismodule(thing) and name in FOLDERS):
                continue
            # A module imports for its own use what is no part of its space.
            home = getattr(thing, "__module__", None)
            if inspect.ismodule(owner) and home and not home.startswith("dlcore.reference"):
                continue
            if not inspect.ismodule(thing) or space == "":
                yield f"{space}.{name}".lstrip(".")


NAMES = sorted(
    n for n in names() if n.split(".")[-1] not in {"Tensor", "math", "np", "F"} or n == "Tensor"
)


@pytest.mark.parametrize("path", NAMES)
def test_name_and_arguments_are_torchs(path, torch):
    ours, theirs = get(ref, path), get(torch, path)
    if not callable(ours):
        return
    try:
        expected = list(inspect.signature(theirs).parameters.values())
        received = list(inspect.signature(ours).parameters.values())
        if path.startswith("Tensor."):  # the first one is the tensor itself, whatever its name
            expected, received = expected[1:], received[1:]
    except (TypeError, ValueError):
        return  # compiled functions of torch do not tell their arguments; parity tests call them
    variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    if any(p.kind in variable for p in [*expected, *received]):
        return
    by_name = {p.name: p for p in expected}
    for i, p in enumerate(received):
        assert p.name in by_name, f"{path}: torch has no argument {p.name!r}"
        if p.kind is not inspect.Parameter.KEYWORD_ONLY:
            place = [q.name for q in expected].index(p.name)
            assert place == i, f"{path}: {p.name!r} is argument {place} in torch, {i} here"
        if inspect.Parameter.empty not in (p.default, by_name[p.name].default):
            assert p.default == by_name[p.name].default, f"{path}: default of {p.name!r}"


def test_the_walk_finds_the_package():
    assert len(NAMES) > 230
    assert {"add", "nn.Linear", "nn.functional.mse_loss", "optim.Adam", "Tensor.sum"} <= set(NAMES)
