"""On torch every model is plain PyTorch: it compiles, autocasts, distributes, pickles, exports."""

import copy
import pickle

import numpy as np
import pytest

from dlcore import get_backend

from . import models_together
from .models_registry import CASES, ENTRIES, definitions, example, make
from .torchrun import two_processes

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)]


@pytest.fixture(params=DEVICES)
def device(request, torch):
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    return request.param


@pytest.fixture(params=CASES)
def case(request):
    return request.param


def placed(case, torch, device):
    """A model in eval mode, its inputs, its targets and its loss, on the device."""
    model, entry = make(case, torch)
    inputs, targets = example(entry, torch, device)
    return model.to(device).eval(), inputs, targets, lambda o: entry.loss(torch, o, targets)


def leaves(output):
    """The tensors of an output, which may be a tuple of tensors and tuples."""
    if isinstance(output, tuple):
        return [leaf for part in output for leaf in leaves(part)]
    return [output]


def check_equal(torch, received, expected):
    for a, b in zip(leaves(received), leaves(expected), strict=True):
        torch.testing.assert_close(a, b)


def test_the_backend_is_torch_itself(torch):
    assert get_backend("torch") is torch


def test_every_model_has_an_entry():
    missing = set(definitions()) - set(ENTRIES)
    assert not missing, f"give them an entry in tests/models_registry.py: {sorted(missing)}"
    assert set(ENTRIES) <= set(definitions())


def test_state_dicts_have_the_same_names_and_shapes_on_both_backends(case, torch):
    ours, theirs = (make(case, get_backend(name))[0].state_dict() for name in ("numpy", "torch"))
    assert {k: tuple(v.shape) for k, v in ours.items()} == {
        k: tuple(v.shape) for k, v in theirs.items()
    }
    assert list(ours) == list(theirs)


def test_compile_captures_one_graph(case, torch, device):
    model, inputs, _, loss = placed(case, torch, device)
    expected = model(*inputs)
    torch._dynamo.reset()
    with torch._dynamo.config.patch(allow_rnn=True):
        assert torch._dynamo.explain(model)(*inputs).graph_break_count == 0
        compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
        received = compiled(*inputs)
        check_equal(torch, received, expected)
        loss(expected).backward()
        gradients = [p.grad.clone() for p in model.parameters()]
        model.zero_grad()
        loss(received).backward()
    for p, g in zip(model.parameters(), gradients, strict=True):
        torch.testing.assert_close(p.grad, g)


def test_bfloat16_autocast_is_near_float32(case, torch, device):
    model, inputs, _, loss = placed(case, torch, device)
    expected = loss(model(*inputs)).item()
    with torch.autocast(device, torch.bfloat16):
        value = loss(model(*inputs))
    value.backward()
    assert value.item() == pytest.approx(expected, rel=0.05)
    for name, p in model.named_parameters():
        assert p.grad.dtype is torch.float32 and torch.isfinite(p.grad).all(), name


def test_pickle_and_deepcopy(case, torch, device):
    model, inputs, _, _ = placed(case, torch, device)
    expected = model(*inputs)
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert type(twin) is type(model) and twin is not model
        check_equal(torch, twin(*inputs), expected)
        assert not {p.data_ptr() for p in twin.parameters()} & {
            p.data_ptr() for p in model.parameters()
        }


# PyTorch says this of every recurrent layer of its own.
@pytest.mark.filterwarnings("ignore:The tensor attribute")
def test_export(case, torch, device):
    model, inputs, _, _ = placed(case, torch, device)
    program = torch.export.export(model, inputs)
    check_equal(torch, program.module()(*inputs), model(*inputs))


@pytest.fixture(scope="module")
def distributed(tmp_path_factory):
    """Gradients of the whole batch here, and those that two processes agreed on."""
    folder = two_processes("tests.models_together", lambda: tmp_path_factory.mktemp("models"))
    return models_together.gradients(), [dict(np.load(folder / f"{r}.npz")) for r in (0, 1)]


def test_two_processes_have_the_gradients_of_one(case, distributed):
    alone, both = distributed
    names = [name for name in alone if name.startswith(f"{case}: ")]
    assert names
    for name in names:
        for process in both:
            np.testing.assert_allclose(
                process[name], alone[name], rtol=1e-9, atol=1e-12, err_msg=name
            )
