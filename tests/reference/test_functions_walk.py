"""Every function of torch that the reference has too, called on tensors of every kind: the same
values and dtypes, or an error in both.
"""

import inspect
import warnings

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.reference.subset import names

KINDS = ["bool", "uint8", "int64", "float32", "float64"]
DATA = [[1, 0, 2], [3, 1, 1], [2, 2, 0]]

# What draws at random or gives memory as it is.
RANDOM = set(
    "bernoulli multinomial normal poisson rand_like randint_like randn_like bernoulli_ "
    "exponential_ normal_ random_ uniform_ empty_like new_empty".split()
)
# Where the same call differs on purpose, and why.
EXCEPTIONS = {
    "set_printoptions": "changes how everything prints afterwards",
    "save": "takes a path",
    "load": "takes a path",
    "compile": "takes a function",
    "softmax": "dim may be left out, as in nn.functional",
    "log_softmax": "dim may be left out, as in nn.functional",
    "pin_memory": "there is no accelerator to which it would matter",
}


def functions():
    for name in names(""):
        thing = getattr(ref, name)
        if callable(thing) and not inspect.isclass(thing) and name not in RANDOM | set(EXCEPTIONS):
            yield name


def methods():
    for name in names("Tensor"):
        thing = inspect.getattr_static(ref.Tensor, name)
        if callable(thing) and name not in RANDOM | set(EXCEPTIONS):
            yield f"Tensor.{name}"


def call(t, path, kinds):
    """The result of a call on tensors of these kinds, or the exception; arrays for comparing."""
    owner = t.Tensor if path.startswith("Tensor.") else t
    function = getattr(owner, path.removeprefix("Tensor."))
    tensors = [t.tensor(DATA).to(getattr(t, kind)) for kind in kinds]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return flat(t, function(*tensors))
        except Exception as error:  # any error: that there is one is what is compared
            return error


def flat(t, result):
    if isinstance(result, t.Tensor):
        array = result.detach().numpy()
        return [(repr(result.dtype), array.shape, array)]
    if isinstance(result, (tuple, list)):
        return [part for x in result for part in flat(t, x)]
    return [(type(result).__name__.replace("NoneType", ""), (), result)]


def agree(path, kinds, torch):
    ours, theirs = call(ref, path, kinds), call(torch, path, kinds)
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        same = isinstance(theirs, Exception) and isinstance(ours, Exception)
        assert same, f"{path}{kinds}: {ours!r} here, {theirs!r} in torch"
        return
    assert [x[:2] for x in ours] == [x[:2] for x in theirs], f"{path}{kinds}"
    for (_, _, a), (_, _, b) in zip(ours, theirs, strict=True):
        if isinstance(a, np.ndarray):
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=1e-6, err_msg=f"{path}{kinds}")


@pytest.mark.parametrize("path", [*functions(), *methods()])
def test_of_one_tensor(path, torch):
    for kind in KINDS:
        agree(path, [kind], torch)


@pytest.mark.parametrize("path", [*functions(), *methods()])
def test_of_two_tensors(path, torch):
    for kind in KINDS:
        agree(path, [kind, kind], torch)
    for pair in (["int64", "float32"], ["bool", "int64"], ["float32", "float64"]):
        agree(path, pair, torch)
        agree(path, pair[::-1], torch)
