"""In-place changes with a gradient: each program gives PyTorch's numbers, or an error."""

import numpy as np
import pytest

import dlcore.reference as ref


def _residual(t, x, y):
    h = x * 2
    before = h * 3
    h += y
    h *= h.sum()
    return (before * h).sum()


def _buffer_filled_step_by_step(t, x, y):
    out = t.zeros(3, 4, dtype=t.float64)
    for i in range(3):
        out[i] = (x[i] * y[i]).exp()
    return (out * out).sum()


def _parts_and_masks(t, x, y):
    h = x * 1.0
    h[0] += y[0]
    h[:, 1] = 0
    h[h > 1] = 2.0
    h[1, 2:] *= y[2, :2]
    h[t.tensor([0, 2]), t.tensor([3, 0])] = y[1, :2]
    return (h**2).sum()


def _change_of_a_view(t, x, y):
    h = (x * 3).view(4, 3)
    h += 1
    h.mul_(y.reshape(4, 3))
    return (h**2).sum()


def _base_sees_the_change_of_its_view(t, x, y):
    h = x * 3
    v = h.view(4, 3)[1]
    v *= 2
    v += y.view(4, 3)[0]
    return (h**2).sum() + (v**3).sum()


def _transposed_view(t, x, y):
    h = x * 3
    u = h.permute(1, 0)
    u[0] = y[:, 0]
    return (h * h).sum() + u.sum()


def _functions_in_place(t, x, y):
    h = x * 3
    h.clamp_(-1, 1)
    h.relu_()
    return (h * y).sum()


def _emptied_and_filled_again(t, x, y):
    h = x + 0
    a = h.relu()
    h += 1
    h.zero_()
    h += y
    h -= x / 2
    return (a * h).sum()


def _value_is_broadcast(t, x, y):
    h = x.clone()
    h[1:] = y[:1]
    h.copy_(y * x[0])
    h[0, 0] = x.sum()
    h[2] = t.ones(1, dtype=t.float32)
    return (h * y).sum()


def _views_of_the_same_shape(t, x, y):
    h = x * 2
    v = h.expand_as(y)
    v += y
    total = v.sum()
    h[0] = h[0] * 3
    return (h**2).sum() + total


def _shape_changed_under_no_grad(t, x, y):
    h = x * y
    with t.no_grad():
        h.unsqueeze_(0)
    return (h**2).sum()


PROGRAMS = [
    _views_of_the_same_shape,
    _shape_changed_under_no_grad,
    _residual,
    _buffer_filled_step_by_step,
    _parts_and_masks,
    _change_of_a_view,
    _base_sees_the_change_of_its_view,
    _transposed_view,
    _functions_in_place,
    _emptied_and_filled_again,
    _value_is_broadcast,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__.strip("_"))
def test_equals_torch(program, torch):
    results = []
    for t in (torch, ref):
        rng = np.random.default_rng(0)
        x, y = (t.from_numpy(rng.normal(size=(3, 4))).requires_grad_() for _ in range(2))
        loss = program(t, x, y)
        loss.backward()
        results.append((loss.item(), x.grad.numpy(), y.grad.numpy()))
    for expected, received in zip(*results, strict=True):
        np.testing.assert_allclose(received, expected, rtol=1e-12)


def test_a_leaf_with_a_gradient_is_refused_by_both(torch):
    for t in (torch, ref):
        for change in (
            lambda a: a.add_(1),
            lambda a: a.__setitem__(0, 5.0),
            lambda a: a.zero_(),
            lambda a: a[:1].mul_(2),
        ):
            with pytest.raises(RuntimeError, match="leaf Variable that requires grad is being use"):
                change(t.tensor([1.0, 2.0], requires_grad=True))


def test_without_a_tape_the_memory_itself_changes():
    a = ref.tensor([1.0, 2.0], requires_grad=True)
    memory = a.detach().numpy()
    with ref.no_grad():
        a -= 0.5
        a[1] = 7.0
    assert memory.tolist() == a.tolist() == [0.5, 7]
    assert a.requires_grad and a.is_leaf


def test_using_a_view_of_what_was_given_up_is_an_error():
    """Its values are the old ones, where PyTorch would show the new ones."""
    x = ref.ones(3, requires_grad=True)
    h = x * 1
    view, alias = h[:2], h.detach()
    h += x
    for use in (
        lambda: view * x[:2],
        lambda: alias * x,
        lambda: alias.add_(1),
        lambda: alias.sum(),
        lambda: alias > 1,
        lambda: alias.tolist(),
        lambda: alias[0].item(),
        lambda: alias.numpy(),
        lambda: repr(alias),
    ):
        with pytest.raises(RuntimeError, match=r"view or a detached alias.*Make the view again"):
            use()
    total = ref.zeros(3)
    row = total[0:1]
    row += x.sum()
    with pytest.raises(RuntimeError, match="Make the view again"):
        total * x


def test_slices_of_a_vector_share_its_memory(torch):
    for t in (torch, ref):
        x = t.tensor([1.0, 2.0, 3.0])
        first, *_ = x.unbind()
        x.mul_(2)
        assert first.item() == 2
        first.add_(5)
        assert x.tolist() == [7, 4, 6]


def test_what_does_not_fit_is_refused_and_changes_nothing(torch):
    for t in (torch, ref):
        x = t.ones(3, requires_grad=True)
        h = x * 2
        with pytest.raises(RuntimeError, match=r"doesn't match the broadcast shape \[2, 3\]"):
            h += t.ones(2, 3)
        with pytest.raises(RuntimeError, match="result type"):
            t.ones(3, dtype=t.int64).mul_(x)
        h.sum().backward()
        assert x.grad.tolist() == [2, 2, 2]
