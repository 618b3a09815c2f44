"""The reference is a subset of torch: its names are torch's, and so are arguments and defaults."""

import inspect
import re
from pathlib import Path

import pytest

from dlcore.reference.subset import SPACES, names, space, table

NAMES = [f"{path}.{name}".lstrip(".") for path in SPACES.values() for name in names(path)]
VARIABLE = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
REQUIRED = inspect.Parameter.empty


@pytest.mark.parametrize("path", NAMES)
def test_name_and_arguments_are_torchs(path, torch):
    ours, theirs = space(path), space(path, torch)
    if not callable(ours) or path in ("dtype", "memory_format"):  # they are not made by calling
        return
    try:
        expected = list(inspect.signature(theirs).parameters.values())
    except (TypeError, ValueError):
        return  # compiled functions of torch do not tell their arguments; parity tests call them
    received = list(inspect.signature(ours).parameters.values())
    if path.startswith("Tensor."):  # the first one is the tensor itself, whatever its name
        expected, received = expected[1:], received[1:]
    if any(p.kind in VARIABLE for p in [*expected, *received]):
        return
    by_name = {p.name: p for p in expected}
    for i, p in enumerate(received):
        assert p.name in by_name, f"{path}: torch has no argument {p.name!r}"
        if p.kind is not inspect.Parameter.KEYWORD_ONLY:
            place = [q.name for q in expected].index(p.name)
            assert place == i, f"{path}: {p.name!r} is argument {place} in torch, {i} here"
        default = by_name[p.name].default
        if REQUIRED not in (p.default, default) and not isinstance(default, torch.Generator):
            ours, theirs = (getattr(d, "__name__", d) for d in (p.default, default))
            same = ours == theirs or repr(ours) == repr(theirs)  # such as torch.float16
            assert same, f"{path}: default of {p.name!r}"


def test_the_walk_finds_the_package():
    assert len(NAMES) == len(set(NAMES)) > 250
    assert {"add", "nn.Linear", "nn.functional.mse_loss", "optim.Adam", "Tensor.sum"} <= set(NAMES)
    assert not {"np", "math", "rule", "apply"} & set(NAMES)


@pytest.mark.parametrize("path", ["nn", "optim", "optim.lr_scheduler"])
def test_every_layer_and_optimiser_is_named_in_a_test(path):
    """Its arguments are compared above; its numbers have to be compared by somebody."""
    texts = [p.read_text("utf-8") for p in Path(__file__).parent.glob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(texts)))
    # f"{kind}Cell" is how the tests of recurrent layers name the cells.
    absent = {n for n in names(path) if not {n, n.removesuffix("Cell")} & words}
    assert absent <= {"RNNCellBase"}, f"compare them with torch: {sorted(absent)}"


def test_the_table_in_the_readme_is_that_of_the_package():
    readme = Path(__file__).parents[2] / "README.md"
    assert table() in readme.read_text("utf-8"), (
        "put what `python -m dlcore.reference.subset` prints into the README"
    )
