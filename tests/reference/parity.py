"""The same layer on both backends: equal names, equal weights, equal results and gradients."""

import numpy as np

import dlcore.reference as ref


def array(x):
    """The numbers of a tensor of either backend."""
    return np.asarray(x.detach().numpy())


def same(a, b, tolerance=1e-10):
    """Two tensors agree in shape, type and numbers."""
    a, b = array(a), array(b)
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def pair(make, torch):
    """What ``make(nn)`` builds on the reference and on PyTorch, in float64, with one set of random
    weights.
    """
    ours, theirs = make(ref.nn).double(), make(torch.nn).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    rng = np.random.default_rng(0)
    state = {k: rng.standard_normal(tuple(v.shape)) for k, v in ours.state_dict().items()}
    for t, model in ((ref, ours), (torch, theirs)):
        model.load_state_dict({k: t.tensor(v) for k, v in state.items()})
    return ours, theirs


def compare(call, layers, torch, inputs):
    """call(t, layer, *tensors) gives the same outputs and the same gradients of floats and
    parameters.
    """
    found = []
    for t, layer in zip((ref, torch), layers, strict=True):
        tensors = [t.tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]
        outs = call(t, layer, *tensors)
        outs = [o for o in (outs if isinstance(outs, tuple) else (outs,)) if o is not None]
        rng = np.random.default_rng(1)
        sum((o * t.tensor(rng.standard_normal(tuple(o.shape)))).sum() for o in outs).backward()
        grads = [x.grad for x in (*tensors, *layer.parameters())]
        layer.zero_grad()
        found.append([*outs, *grads])
    for a, b in zip(*found, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            same(a, b)
