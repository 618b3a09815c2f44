"""A layer of the reference beside its twin: the same weights, the same numbers."""

import numpy as np

import dlcore.reference as ref

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def random_state(layer, seed=0):
    """Weights and float buffers away from their plain start, in float64; variances positive."""
    rng = np.random.default_rng(seed)
    layer = layer.double()
    with ref.no_grad():
        for name, value in layer.state_dict().items():
            if value.is_floating_point():
                value.copy_(ref.tensor(rng.random(tuple(value.shape)) + 0.5))
                if not name.endswith(("running_var", "weight")):
                    value.mul_(-1)
    return layer


def twins(make, torch, seed=0):
    """A layer by ``make(nn)`` on both backends, in float64, with equal random weights."""
    ours, theirs = random_state(make(ref.nn), seed), make(torch.nn).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    state = {k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()}
    theirs.load_state_dict(state)
    return ours, theirs


def results(t, layer, arrays):
    """Output, gradients of float inputs and parameters, and buffers, for a random output gradient.

    The layer is called, so a function of tensors will do as well.
    """
    xs = [t.tensor(a) for a in arrays]
    wanted = [x.requires_grad_() for x in xs if x.is_floating_point()]
    out = layer(*xs)
    outs = out if isinstance(out, tuple) else (out,)
    dout = np.random.default_rng(9).standard_normal
    sum((o * t.tensor(np.asarray(dout(tuple(o.shape))))).sum() for o in outs).backward()
    found = [o.detach() for o in outs] + [x.grad for x in wanted]
    if isinstance(layer, t.nn.Module):
        for p in layer.parameters():
            found.append(p.grad)
            p.grad = None
        found += list(layer.buffers())
    return [np.asarray(f.detach().numpy()).copy() for f in found if f is not None]


def assert_same(ours, theirs, torch, *arrays):
    """Equal results on both backends, to 1e-10, in shape and type as well."""
    a, b = results(ref, ours, arrays), results(torch, theirs, arrays)
    assert len(a) == len(b)
    for mine, other in zip(a, b, strict=True):
        assert mine.shape == other.shape
        assert mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, **CLOSE)
