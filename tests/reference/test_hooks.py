"""Hooks of modules and tensors: what they are shown, what they may change, and when they go."""

import numpy as np
import pytest

import dlcore.reference as ref

W = np.random.default_rng(0).normal(size=(3, 4))


def network(t):
    net = t.nn.Sequential(
        t.nn.Linear(4, 3, bias=False), t.nn.Tanh(), t.nn.Linear(3, 2, bias=False)
    ).double()
    net[0].weight = t.nn.Parameter(t.from_numpy(W.copy()))
    net[2].weight = t.nn.Parameter(t.from_numpy(W[:2, :3].copy()))
    return net, t.from_numpy(W[:2].copy()).requires_grad_()


def numbers(tensors):
    return [None if t is None else t.detach().numpy().round(10).tolist() for t in tensors]


def test_all_hooks_see_and_change_what_torchs_do(torch):
    logs = []
    for t in (torch, ref):
        net, x = network(t)
        log = []
        net[0].register_forward_pre_hook(lambda m, args: (args[0] * 2,))
        net[0].register_forward_hook(lambda m, args, out, log=log: log.append(numbers(args)))
        net[1].register_forward_hook(lambda m, args, out: out + 1)
        net[1].register_forward_hook(
            lambda m, args, kwargs, out, log=log: log.append(["first", kwargs, numbers([out])]),
            with_kwargs=True,
            prepend=True,
        )
        for i in (0, 2):
            net[i].register_full_backward_hook(
                lambda m, gi, go, log=log, i=i: log.append([i, numbers(gi), numbers(go)])
            )
        net[1].register_full_backward_hook(lambda m, gi, go: (gi[0] * 3,))
        net[0].weight.register_hook(lambda d: d * 10)
        out = net(x)
        out.register_hook(lambda d, log=log: log.append(numbers([d])))
        (out * out).sum().backward()
        log.append(numbers([x.grad, net[0].weight.grad, net[2].weight.grad]))
        logs.append(log)
    assert len(logs[0]) == 6
    assert logs[0] == logs[1]


def test_a_removed_hook_is_gone():
    net, x = network(ref)
    calls = []
    with net[1].register_forward_hook(lambda *_: calls.append("forward")):
        net(x)
    handle = x.register_hook(lambda d: calls.append("tensor"))
    net(x).sum().backward()
    handle.remove()
    handle.remove()
    net(x).sum().backward()
    assert calls == ["forward", "tensor"]


def test_a_leaf_that_is_used_twice_shows_its_whole_gradient_once():
    x = ref.tensor([1.0, 2.0], requires_grad=True)
    seen = []
    x.register_hook(lambda d: seen.append(d.tolist()))
    (x * x).sum().backward()
    assert seen == [[2, 4]]


def test_retained_gradients_are_copies_and_asked_for_once():
    x = ref.tensor([1.0, 2.0], requires_grad=True)
    h = x * 1
    h.retain_grad()
    h.retain_grad()
    (h + x).sum().backward()
    h.grad.mul_(100)
    assert (h.grad.tolist(), x.grad.tolist()) == ([100, 100], [2, 2])


def test_hooks_need_a_gradient():
    with pytest.raises(RuntimeError, match="doesn't require gradient"):
        ref.ones(2).register_hook(print)


def test_without_recording_backward_hooks_do_nothing():
    net, x = network(ref)
    net[0].register_full_backward_hook(lambda *_: pytest.fail("there is no backward"))
    with ref.no_grad():
        assert not net(x).requires_grad
