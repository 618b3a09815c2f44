"""Every rule of the registry, checked three ways: against differences, PyTorch, and its own
mutations."""

import numpy as np
import pytest

from dlcore.reference import REGISTRY, GradientMismatch, check_rule, rule
from tests.cases import CASES

ALL = [
    pytest.param(name, case, id=f"{name}-{i}")
    for name in REGISTRY
    for i, case in enumerate(CASES.get(name, ()))
]


def floats(case):
    return [
        i
        for i, x in enumerate(case.inputs)
        if isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.size
    ]


def gradients(r, case, dout):
    needs = tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in case.inputs)
    _, cache = r.forward(*case.inputs, **case.options)
    dins = r.backward(dout, cache, needs) if r.takes_needs else r.backward(dout, cache)
    return dins


@pytest.mark.parametrize("name", REGISTRY)
def test_has_cases_and_a_source(name):
    assert CASES.get(name), f"add example inputs for rule {name!r} to tests/cases/"
    assert len(rule(name).source) > 10
    assert rule(name).name == name


def test_cases_name_rules_that_exist():
    assert set(CASES) == set(REGISTRY)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_backward_is_the_derivative_of_forward(name, case):
    if floats(case):
        assert check_rule(name, *case.inputs, **case.options) <= 1e-6
    else:  # nothing to differ by: an empty batch must still give gradients of the right shape
        out, _ = rule(name).forward(*case.inputs, **case.options)
        dins = gradients(rule(name), case, np.zeros(np.shape(out)))
        assert np.shape(dins[0]) == np.shape(case.inputs[0])


@pytest.mark.parametrize(("name", "case"), ALL)
def test_agrees_with_torch(name, case, torch):
    r = rule(name)
    tensors = [torch.tensor(x) if isinstance(x, np.ndarray) else x for x in case.inputs]
    wanted = [t.requires_grad_() for t in tensors if torch.is_tensor(t) and t.is_floating_point()]
    twin = r.twin(torch)
    if case.twin:
        expected = case.twin(torch, twin, tensors, **case.options)
    else:
        expected = twin(*tensors, **case.options)
    out, _ = r.forward(*case.inputs, **case.options)
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-10, atol=1e-10)

    dout = np.random.default_rng(1).standard_normal(np.shape(out))
    found = torch.autograd.grad(expected, wanted, torch.tensor(dout))
    dins = [
        d
        for d, t in zip(gradients(r, case, dout), tensors, strict=True)
        if torch.is_tensor(t) and t.is_floating_point()
    ]
    for d, e in zip(dins, found, strict=True):
        assert d.shape == tuple(e.shape)
        np.testing.assert_allclose(d, e.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_keeps_float32(name, case):
    """No literal of Python may turn a float32 network into a float64 one."""
    inputs = [
        x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x
        for x in case.inputs
    ]
    out, cache = rule(name).forward(*inputs, **case.options)
    kind = np.dtype(np.float32) if name != "to" else case.options["dtype"]
    assert np.asarray(out).dtype == kind
    r, dout = rule(name), np.ones(np.shape(out), kind)
    needs = tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in inputs)
    dins = r.backward(dout, cache, needs) if r.takes_needs else r.backward(dout, cache)
    assert all(d.dtype == np.float32 for d, n in zip(dins, needs, strict=True) if n)


@pytest.mark.parametrize(("name", "case"), ALL)
def test_gradients_are_nobody_elses(name, case):
    """The contract of rule.py: a gradient shares memory with dout at most, and inputs stay as
    they are.
    """
    inputs = [np.copy(x) if isinstance(x, np.ndarray) else x for x in case.inputs]
    r = rule(name)
    out, cache = r.forward(*inputs, **case.options)
    dout = np.ones(np.shape(out))
    dout.flags.writeable = False
    needs = tuple(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in inputs)
    dins = r.backward(dout, cache, needs) if r.takes_needs else r.backward(dout, cache)
    kept = [a for a in (*inputs, *_arrays(cache)) if isinstance(a, np.ndarray)]
    for i, d in enumerate(dins):
        if isinstance(d, np.ndarray):
            others = [e for e in dins[i + 1 :] if isinstance(e, np.ndarray)]
            assert not any(np.shares_memory(d, a) for a in kept)
            assert np.shares_memory(d, dout) or not any(np.shares_memory(d, e) for e in others)
    for before, after in zip(case.inputs, inputs, strict=True):
        np.testing.assert_array_equal(before, after)


def _arrays(cache):
    for part in cache if isinstance(cache, tuple) else (cache,):
        if isinstance(part, np.ndarray) and part.dtype.kind == "f":
            yield part


MUTATIONS = {
    "sign": lambda d: -d,
    "factor": lambda d: d * 1.01,
    "one entry zeroed": lambda d: _zero_one(d),
}


def _zero_one(d):
    d = np.array(d)
    d.flat[np.argmax(np.abs(d))] = 0
    return d


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("name", REGISTRY)
def test_a_wrong_backward_is_caught(name, kind):
    """Mutate the gradient of each input in turn; the check must notice every time."""
    r = rule(name)
    case = next(c for c in CASES[name] if floats(c))
    for i in floats(case):
        original = r.backward

        def mutated(dout, cache, needs=None, i=i, original=original):
            dins = original(dout, cache, needs) if r.takes_needs else original(dout, cache)
            return tuple(MUTATIONS[kind](d) if j == i else d for j, d in enumerate(dins))

        with pytest.raises(GradientMismatch):
            check_rule((r.forward, mutated), *case.inputs, **case.options)


def test_check_says_what_kind_of_mistake():
    r, x = rule("mse_loss"), (np.array([1.0, 2.0, 4.0]), np.zeros(3))

    def wrong(change):
        return (r.forward, lambda dout, cache: change(r.backward(dout, cache)))

    with pytest.raises(GradientMismatch, match="2 times what it should be") as e:
        check_rule(wrong(lambda d: (2 * d[0], d[1])), *x)
    assert (e.value.kind, e.value.input, round(e.value.factor, 6)) == ("factor", 0, 2)
    with pytest.raises(GradientMismatch, match="sign is reversed"):
        check_rule(wrong(lambda d: (-d[0], d[1])), *x)
    with pytest.raises(GradientMismatch, match=r"wrong in 1 of 3 entries; for example at \(1,\)"):
        check_rule(wrong(lambda d: (d[0] * [1, 3, 1], d[1])), *x)
    with pytest.raises(GradientMismatch, match="has shape") as e:
        check_rule(wrong(lambda d: (d[0][:2], d[1])), *x)
    assert e.value.kind == "shape"
    with pytest.raises(GradientMismatch, match="returned 1 gradients for 2 inputs"):
        check_rule(wrong(lambda d: d[:1]), *x)
    with pytest.raises(GradientMismatch, match="is None"):
        check_rule(wrong(lambda d: (None, d[1])), *x)
    with pytest.raises(GradientMismatch, match="zero everywhere"):
        check_rule(wrong(lambda d: (0 * d[0], d[1])), *x)
    with pytest.raises(ValueError, match="nothing to check"):
        check_rule("neg", np.array([1, 2]))


def test_unknown_and_doubled_names():
    from dlcore.reference import register

    with pytest.raises(KeyError, match="there are: abs, add"):
        rule("conv9d")
    with pytest.raises(ValueError, match="exists already"):
        register("add", None, None, torch="add", source="")


def test_a_students_pair_takes_the_place_of_ours():
    import dlcore.reference as ref

    calls = []

    def backward(dout, cache):
        calls.append(1)
        return (dout * (cache > 0) * 10,)

    x = ref.tensor([-1.0, 2.0], requires_grad=True)
    with rule("relu").replaced(backward=backward):
        ref.nn.ReLU()(x).sum().backward()
    assert calls
    assert x.grad.tolist() == [0, 10]
    x.grad = None
    ref.relu(x).sum().backward()
    assert x.grad.tolist() == [0, 1]
