"""What must hold for a rule on a case, whether the case was written down or drawn."""

import numpy as np

from dlcore.reference import check_rule, rule

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def is_float(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def floats(case):
    """The places of the inputs that have a gradient to look at."""
    return [i for i, x in enumerate(case.inputs) if is_float(x) and x.size]


def as_tuple(out):
    return tuple(out) if isinstance(out, tuple) else (out,)


def random_dout(out, seed=1):
    """A gradient for what forward returned: zeros for outputs of integers, as the tape gives."""
    rng = np.random.default_rng(seed)
    douts = tuple(
        rng.standard_normal(np.shape(o)).astype(o.dtype)
        if o.dtype.kind == "f"
        else np.zeros(np.shape(o), o.dtype)
        for o in as_tuple(out)
    )
    return douts if isinstance(out, tuple) else douts[0]


def call_backward(r, dout, cache, inputs, needs=None):
    needs = needs or tuple(is_float(x) for x in inputs)
    with np.errstate(all="ignore"):  # as on the tape: an infinite slope is no reason to warn
        dins = r.backward(dout, cache, needs) if r.takes_needs else r.backward(dout, cache)
    assert isinstance(dins, tuple)
    assert len(dins) == len(inputs)
    return dins


def check_derivative(name, case):
    if not case.smooth:
        return
    if floats(case):
        assert check_rule(name, *case.inputs, **case.options) <= 1e-6
        return
    # Nothing to differ by: an empty batch must still give gradients of the right shape.
    out, cache = rule(name).forward(*case.inputs, **case.options)
    dins = call_backward(rule(name), random_dout(out), cache, case.inputs)
    for d, x in zip(dins, case.inputs, strict=True):
        assert not is_float(x) or np.shape(d) == x.shape


def check_torch(name, case, torch):
    """The same outputs and the same gradients as PyTorch, in float64."""
    r = rule(name)
    # Contiguous, whatever the layout of ours: PyTorch 2.13 returns a wrong gradient of batch_norm
    # for an input whose channels are last, a dout whose are not, and a batch of one.
    tensors = [
        torch.tensor(np.array(x, order="C")) if isinstance(x, np.ndarray) else x
        for x in case.inputs
    ]
    wanted = [t.requires_grad_() for t in tensors if torch.is_tensor(t) and t.is_floating_point()]
    call = case.twin or (lambda torch, twin, tensors, **options: twin(*tensors, **options))
    expected = as_tuple(call(torch, r.twin(torch), tensors, **case.options))
    out, cache = r.forward(*case.inputs, **case.options)
    for o, e in zip(as_tuple(out), expected, strict=True):
        assert o.shape == tuple(e.shape)
        assert o.dtype.name == str(e.dtype).removeprefix("torch.")
        np.testing.assert_allclose(o, e.detach().numpy(), **CLOSE)

    dout = random_dout(out)
    flowing = [i for i, e in enumerate(expected) if e.requires_grad]
    found = torch.autograd.grad(
        [expected[i] for i in flowing],
        wanted,
        [torch.tensor(as_tuple(dout)[i]) for i in flowing],
        materialize_grads=True,
    )
    dins = call_backward(r, dout, cache, case.inputs)
    dins = [d for d, x in zip(dins, case.inputs, strict=True) if is_float(x)]
    for d, e in zip(dins, found, strict=True):
        assert d.shape == tuple(e.shape)
        np.testing.assert_allclose(d, e.numpy(), **CLOSE)


def check_float32(name, case):
    """No literal of Python may turn a float32 network into a float64 one, and the values are those
    of float64 to within float32's rounding.
    """

    def narrow(x):
        return x.astype(np.float32) if is_float(x) else x

    def wide(x):
        return x.astype(np.float64) if is_float(x) else x

    inputs = [narrow(x) for x in case.inputs]
    options = {key: narrow(value) for key, value in case.options.items()}
    out, cache = rule(name).forward(*inputs, **options)
    kind = options.get("dtype", np.dtype(np.float32))
    assert all(o.dtype == kind for o in as_tuple(out) if o.dtype.kind == "f")
    dout = random_dout(out)
    dins = call_backward(rule(name), dout, cache, inputs)
    assert all(d.dtype == np.float32 for d, x in zip(dins, inputs, strict=True) if is_float(x))

    # The same float32 numbers, computed in float64.
    right, cache = rule(name).forward(
        *map(wide, inputs), **{key: wide(value) for key, value in options.items()}
    )
    dout = tuple(map(wide, dout)) if isinstance(dout, tuple) else wide(dout)
    right_dins = call_backward(rule(name), dout, cache, inputs)
    pairs = [*zip(as_tuple(out), as_tuple(right), strict=True)]
    pairs += [(d, r) for d, r in zip(dins, right_dins, strict=True) if r is not None]
    # Relative to the largest number of the call: what cancels to 0 is rounding of what did not.
    largest = max(np.max(np.abs(e), where=np.isfinite(e), initial=1e-30) for _, e in pairs)
    for received, expected in pairs:
        np.testing.assert_allclose(received, expected, rtol=2e-5, atol=2e-5 * largest)


def check_ownership(name, case):
    """The contract of rule.py: a gradient shares memory with dout at most, and inputs stay as
    they are.
    """
    inputs = [np.copy(x) if isinstance(x, np.ndarray) else x for x in case.inputs]
    r = rule(name)
    out, cache = r.forward(*inputs, **case.options)
    dout = random_dout(out)
    douts = as_tuple(dout)
    for d in douts:
        d.flags.writeable = False
    dins = call_backward(r, dout, cache, inputs)
    kept = [a for a in (*inputs, *_arrays(cache)) if isinstance(a, np.ndarray)]
    for i, d in enumerate(dins):
        if isinstance(d, np.ndarray):
            others = [e for e in dins[i + 1 :] if isinstance(e, np.ndarray)]
            assert not any(np.shares_memory(d, a) for a in kept)
            handed_on = any(np.shares_memory(d, a) for a in douts)
            assert handed_on or not any(np.shares_memory(d, e) for e in others)
    for before, after in zip(case.inputs, inputs, strict=True):
        np.testing.assert_array_equal(before, after)


def check_needs(name, case):
    """A gradient is the same whether or not the other inputs want one."""
    r = rule(name)
    out, cache = r.forward(*case.inputs, **case.options)
    dout, every = random_dout(out), tuple(is_float(x) for x in case.inputs)
    together = call_backward(r, dout, cache, case.inputs)
    for i in [i for i, needed in enumerate(every) if needed] if r.takes_needs else []:
        alone = tuple(j == i for j in range(len(every)))
        _, cache = r.forward(*case.inputs, **case.options)
        d = call_backward(r, dout, cache, case.inputs, alone)[i]
        np.testing.assert_allclose(d, together[i], **CLOSE)


def _arrays(cache):
    for part in cache if isinstance(cache, tuple) else (cache,):
        if isinstance(part, np.ndarray) and part.dtype.kind == "f":
            yield part
