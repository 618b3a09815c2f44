"""backward: order, accumulation, freeing, and that nobody's gradient is somebody else's."""

import threading

import numpy as np
import pytest

import dlcore.reference as ref


def leaf(*values, dtype=ref.float64):
    return ref.tensor(
        values[0] if len(values) == 1 else list(values), dtype=dtype, requires_grad=True
    )


def test_a_value_used_twice_receives_both_gradients():
    a = leaf(3.0)
    (a + a).backward()
    assert a.grad.item() == 2
    (a * a).backward()
    assert a.grad.item() == 2 + 6, "a second backward adds"


def test_each_node_runs_once_with_its_whole_gradient():
    """y is used by two paths of different length: running y's node early would lose a share."""
    calls = []
    rule = ref.rule("exp")

    def counting(dout, cache, original=rule.backward):
        calls.append(dout.item())
        return original(dout, cache)

    x = leaf(0.5)
    with rule.replaced(backward=counting):
        y = ref.exp(x)
        long = ((y * 2) * 3) * 4
        (y + long).backward()
    assert calls == [25]
    assert x.grad.item() == pytest.approx(25 * np.exp(0.5), rel=1e-12)


def test_a_graph_of_100_000_nodes_needs_no_recursion():
    x = y = leaf(1.0)
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.grad.item() == 100_001


def test_diamond_on_diamond_is_linear_in_time():
    """2^60 paths, 120 nodes: a walk over paths would never end."""
    x = y = leaf(1.0)
    for _ in range(60):
        y = y * 0.5 + y * 0.5
    y.backward()
    assert x.grad.item() == 1


def test_leaves_do_not_share_gradients():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (a + b).sum().backward()
    a.grad.mul_(10)
    assert b.grad.tolist() == [1, 1]


def test_an_accumulated_gradient_does_not_touch_the_one_that_was_handed_in():
    a, seed = leaf(1.0, 2.0), ref.ones(2, dtype=ref.float64)
    a.backward(seed)
    a.backward(seed)
    assert seed.tolist() == [1, 1]
    assert a.grad.tolist() == [2, 2]


def test_freed_and_retained_graphs():
    a = leaf(2.0)
    y = a * a
    y.backward(retain_graph=True)
    y.backward()
    assert a.grad.item() == 8
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


def test_retain_grad_shows_an_intermediate_gradient():
    a = leaf(2.0)
    y = a * 3
    y.retain_grad()
    (y * y + y).backward()
    assert y.grad.item() == 2 * 6 + 1
    assert a.grad.item() == 39


def test_non_scalar_and_detached_outputs_are_refused():
    a = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match="scalar outputs"):
        (a * 2).backward()
    with pytest.raises(RuntimeError, match="gradient has shape"):
        (a * 2).backward(ref.ones(3))
    with pytest.raises(RuntimeError, match="does not require grad"):
        (a.detach() * 2).sum().backward()


def test_no_grad_records_nothing_and_is_of_one_thread():
    a, seen = leaf(1.0), []
    with ref.no_grad():
        assert not (a * 2).requires_grad
        other = threading.Thread(target=lambda: seen.append((a * 2).requires_grad))
        other.start()
        other.join()
        with ref.enable_grad():
            assert (a * 2).requires_grad
    assert seen == [True]

    @ref.no_grad()
    def inside():
        return ref.is_grad_enabled()

    assert not inside()
    assert ref.is_grad_enabled()


def test_grad_mode_survives_an_exception():
    with pytest.raises(ZeroDivisionError), ref.no_grad():
        1 / 0  # noqa: B018
    assert ref.is_grad_enabled()


@pytest.mark.parametrize("change", ["detach", "data", "view", "item", "optimiser", "load"])
def test_a_value_that_backward_needs_may_not_change_before_it(change):
    """The gradient of w * w would be computed from the new w, and be wrong without a word."""
    w = ref.nn.Parameter(ref.tensor([1.0, 2.0]))
    loss = (w * w).sum()
    with ref.no_grad():
        if change == "detach":
            w.detach().mul_(10)
        elif change == "data":
            w.data += 1
        elif change == "view":
            w.view(2, 1)[1:].zero_()
        elif change == "item":
            w[0] = 7.0
        elif change == "optimiser":
            w.grad = ref.ones(2)
            ref.optim.SGD([w], lr=0.1).step()
        else:
            ref.nn.utils.vector_to_parameters(ref.zeros(2), [w])
    with pytest.raises(
        RuntimeError, match=r"modified by an inplace operation: input 0 \(a\) of rule 'mul'"
    ):
        loss.backward()


def test_a_value_that_backward_does_not_need_may_change(torch):
    for t in (ref, torch):
        w = t.nn.Parameter(t.ones(2))
        loss = (w + 1).sum()  # the gradient of a sum does not depend on its terms
        with t.no_grad():
            w.mul_(5)
        loss.backward()
        assert w.grad.tolist() == [1, 1]


def test_a_broken_backward_is_named():
    a = leaf(1.0, 2.0)
    for wrong, message in [
        (lambda dout, cache: (dout[:1],), r"shape \(1,\) as the gradient of input 0 \(x\)"),
        (lambda dout, cache: (None,), "None as the gradient"),
        (lambda dout, cache: (dout, dout), "2 gradients for its 1 inputs"),
    ]:
        with ref.rule("exp").replaced(backward=wrong), pytest.raises(RuntimeError, match=message):
            ref.exp(a).sum().backward()


def test_integers_have_no_gradient():
    with pytest.raises(RuntimeError, match="floating point dtype"):
        ref.tensor([1, 2], requires_grad=True)


def test_an_unused_output_counts_as_zero():
    """A rule with two outputs of which one is used."""
    pair = ref.Rule(
        "sum_and_difference",
        lambda a, b: ((a + b, a - b), None),
        lambda dout, cache: (dout[0] + dout[1], dout[0] - dout[1]),
        "add",
        "a test",
    )
    a, b = leaf(1.0, 2.0), leaf(5.0, 7.0)
    total, difference = ref.apply(pair, a, b)
    assert total.tolist() == [6, 9]
    difference.sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([1, 1], [-1, -1])
    total, difference = ref.apply(pair, a, b)
    (total * 2 + difference).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([4, 4], [0, 0])
