"""Tensors of no axes, such as a learned temperature: NumPy answers with numbers where PyTorch has
tensors.
"""

import numpy as np
import pytest

import dlcore.reference as ref

OPTIMISERS = {
    "SGD with momentum": lambda t, ps: t.optim.SGD(ps, 0.1, momentum=0.9, weight_decay=0.1),
    "SGD, Nesterov": lambda t, ps: t.optim.SGD(ps, 0.1, 0.9, nesterov=True, maximize=True),
    "Adam": lambda t, ps: t.optim.Adam(ps, 0.1, weight_decay=0.1),
    "Adam, amsgrad": lambda t, ps: t.optim.Adam(ps, 0.1, amsgrad=True),
    "AdamW": lambda t, ps: t.optim.AdamW(ps, 0.1, amsgrad=True),
    "RMSprop": lambda t, ps: t.optim.RMSprop(ps, 0.1, momentum=0.9, centered=True),
    "Adagrad": lambda t, ps: t.optim.Adagrad(ps, 0.1),
    "Adadelta": lambda t, ps: t.optim.Adadelta(ps),
    "Adamax": lambda t, ps: t.optim.Adamax(ps, 0.1),
    "NAdam": lambda t, ps: t.optim.NAdam(ps, 0.1),
    "RAdam": lambda t, ps: t.optim.RAdam(ps, 0.1),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_weight_of_no_axes_is_trained_as_in_torch(name, torch):
    found = []
    for t in (ref, torch):
        w = t.nn.Parameter(t.tensor(1.5, dtype=t.float64))
        optimizer = OPTIMISERS[name](t, [w])
        values = []
        for i in range(7):
            optimizer.zero_grad()
            ((w - 0.3 * i) ** 2 + w).backward()
            optimizer.step()
            values.append(w.item())
        state = optimizer.state_dict()["state"][0]
        assert all(tuple(v.shape) == () for v in state.values())
        found.append(values + [state[k].item() for k in sorted(state)])
    np.testing.assert_allclose(*found, rtol=1e-6)


def _written(write):
    def program(t):
        x = t.tensor(2.0, dtype=t.float64, requires_grad=True)
        y = t.tensor(3.0, dtype=t.float64, requires_grad=True)
        h = x * y
        write(t, h, y)
        (h * 5 + x).backward()
        return x.grad, y.grad, h.detach()

    return program


PROGRAMS = {
    "zero_": _written(lambda t, h, y: h.zero_()),
    "fill_": _written(lambda t, h, y: h.fill_(4)),
    "copy_": _written(lambda t, h, y: h.copy_(y * 2)),
    "at ...": _written(lambda t, h, y: h.__setitem__(..., y)),
    "at None": _written(lambda t, h, y: h.__setitem__(None, 1.0)),
    "at a mask": _written(lambda t, h, y: h.__setitem__(h > 1, 7.0)),
    "sort": lambda t: t.tensor(3.0).sort(),
    "argsort": lambda t: (t.tensor(3.0).argsort(), t.tensor([2, 1]).argsort()),
    "topk": lambda t: t.tensor(3.0).topk(1),
    "kthvalue": lambda t: t.tensor(3.0).kthvalue(1),
    "median": lambda t: t.tensor(3.0).median(0),
    "mode": lambda t: t.tensor(3.0).mode(),
    "cummax": lambda t: t.tensor(3.0).cummax(0),
    "sum": lambda t: (
        t.tensor(3.0).sum((0,)),
        t.tensor(3.0).amax((-1,)),
        t.tensor(3.0).var(0, False),
    ),
    "erf": lambda t: (t.erf(t.tensor(0.5)), t.lgamma(t.tensor(0.5)), t.erfinv(t.tensor(0.5))),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_torch(name, torch):
    for ours, theirs in zip(PROGRAMS[name](ref), PROGRAMS[name](torch), strict=True):
        assert tuple(ours.shape) == tuple(theirs.shape)
        assert repr(ours.dtype) == repr(theirs.dtype)
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)
