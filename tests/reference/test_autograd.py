"""torch.autograd: gradients on request, and functions of a program's own."""

import numpy as np
import pytest

import dlcore.reference as ref


def leaves(t):
    x = t.tensor([1.0, 2.0, 3.0], dtype=t.float64, requires_grad=True)
    return x, t.tensor([2.0, 1.0], dtype=t.float64, requires_grad=True)


def test_grad_of_leaves_and_results(torch):
    for t in (torch, ref):
        x, y = leaves(t)
        h = x * x
        loss = h.sum() * y[0] + x[0]
        dx, dh, dy = t.autograd.grad(loss, (x, h, y), retain_graph=True)
        assert (dx.tolist(), dh.tolist(), dy.tolist()) == ([5, 8, 12], [2, 2, 2], [14, 0])
        assert x.grad is None
        (dx,) = t.autograd.grad([h, loss], x, grad_outputs=[t.ones_like(h), None])
        assert dx.tolist() == [7, 12, 18]


def test_an_input_that_was_not_used(torch):
    for t in (torch, ref):
        x, y = leaves(t)
        with pytest.raises(RuntimeError, match="not have been used in"):
            t.autograd.grad(x.sum(), y)
        assert t.autograd.grad(x.sum(), [x, y], allow_unused=True)[1] is None
        with pytest.raises(RuntimeError, match="does not require grad"):
            t.autograd.grad(x.sum(), t.ones(2))


def test_backward_of_several(torch):
    for t in (torch, ref):
        x, _ = leaves(t)
        h = x * x
        t.autograd.backward([h.sum(), (h * h).sum()])
        assert x.grad.tolist() == [2 + 4, 4 + 32, 6 + 108]


def test_second_derivatives_are_refused_in_words():
    x, _ = leaves(ref)
    with pytest.raises(NotImplementedError, match="create_graph=True is not in the reference"):
        ref.autograd.grad((x * x).sum(), x, create_graph=True)


def cubes(t):
    class Cubes(t.autograd.Function):
        """(k x^3, a mask): two outputs, one of them without gradient, one option."""

        @staticmethod
        def forward(ctx, x, k):
            ctx.save_for_backward(x)
            ctx.k = k
            return k * x**3, x > 1.5

        @staticmethod
        def backward(ctx, d, _):
            (x,) = ctx.saved_tensors
            assert ctx.needs_input_grad == (True, False)
            return 3 * ctx.k * x**2 * d, None

    return Cubes


def test_a_function_of_ones_own(torch):
    for t in (torch, ref):
        x, _ = leaves(t)
        out, mask = cubes(t).apply(x, 2.0)
        assert out.requires_grad and not mask.requires_grad
        (out * mask).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), [0, 24, 54])


def test_variable_is_the_tensor_itself():
    x = ref.ones(2)
    assert ref.autograd.Variable(x, requires_grad=True) is x
    assert x.requires_grad
