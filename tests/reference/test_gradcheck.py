"""gradcheck and Jacobians of a program's own functions, and what it can see of the tape."""

import pytest

import dlcore.reference as ref


def functions(t):
    class Cube(t.autograd.Function):
        """Two outputs, one without a gradient; an argument with a default."""

        @staticmethod
        def forward(ctx, x, scale=None):
            ctx.save_for_backward(x)
            places = x.argmax()
            ctx.mark_non_differentiable(places)
            return x**3, places

        @staticmethod
        def backward(ctx, grad_output, _):
            (x,) = ctx.saved_tensors
            return 3 * x**2 * grad_output, None

    class Wrong(Cube):
        @staticmethod
        def backward(ctx, grad_output, _):
            (x,) = ctx.saved_tensors
            return 2 * x**2 * grad_output, None

    return Cube, Wrong


def first(function):
    return lambda x: function.apply(x)[0]


def test_gradcheck(torch):
    for t in (ref, torch):
        right, wrong = functions(t)
        x = t.tensor([[1.0, -2.0, 0.5]], dtype=t.float64, requires_grad=True)
        y = t.tensor([[3.0], [4.0]], dtype=t.float64, requires_grad=True)
        check = t.autograd.gradcheck
        assert check(first(right), (x,), eps=1e-6, atol=1e-4)
        assert check(lambda x, k, y: (x * y * k, x.sum()), (x, 2, y))
        assert not check(first(wrong), (x,), raise_exception=False)
        with pytest.raises(RuntimeError, match="Jacobian mismatch for output 0 with respect to in"):
            check(first(wrong), x)
        with pytest.raises(ValueError, match="at least one input tensor to require gradient"):
            check(first(wrong), x.detach())


def test_an_output_without_a_gradient(torch):
    for t in (ref, torch):
        cube, place = functions(t)[0].apply(t.tensor([1.0, 2.0], requires_grad=True))
        assert cube.requires_grad and not place.requires_grad and place.item() == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t.autograd.functional.jacobian(lambda x: x**2, t.arange(3.0)),
        lambda t: t.autograd.functional.jacobian(t.matmul, (t.ones(2, 3), t.arange(3.0))),
        lambda t: t.autograd.functional.jacobian(lambda x, y: (x.sum(), y), (t.ones(2), t.ones(1))),
        lambda t: t.autograd.functional.jacobian(lambda x: t.ones(2), t.ones(3)),
        lambda t: t.autograd.functional.vjp(lambda x: x**2, t.arange(3.0), t.arange(3.0)),
        lambda t: t.autograd.functional.vjp(lambda x, y: (x * y).sum(), (t.ones(2), t.arange(2.0))),
    ],
)
def test_whole_derivatives(make, torch):
    def plain(x):
        return [plain(part) for part in x] if isinstance(x, tuple) else x.tolist()

    assert plain(make(ref)) == plain(make(torch))


def test_the_tape_can_be_walked(torch):
    found = []
    for t in (ref, torch):
        x = t.ones(2, requires_grad=True)
        y = (x * 2 + t.ones(2)).sum()
        add = y.grad_fn.next_functions[0][0]
        mul = add.next_functions[0][0]
        leaf = mul.next_functions[0][0]
        assert add.next_functions[1] == (None, 0) and leaf.variable is x
        found.append([node.name() for node in (y.grad_fn, add, mul, leaf)])
    assert found[0] == found[1]
