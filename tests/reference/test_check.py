"""check_rule: what it guarantees, and what it says."""

import numpy as np
import pytest

from dlcore import GradientMismatch, check_rule
from dlcore.reference import rule


def wrong(name, change):
    """The pair of a rule, with its gradients changed."""
    r = rule(name)
    return r.forward, lambda dout, cache: change(r.backward(dout, cache))


def test_says_what_kind_of_mistake():
    x = (np.array([1.0, 2.0, 4.0]), np.zeros(3))
    with pytest.raises(GradientMismatch, match="2 times what it should be, in every entry") as e:
        check_rule(wrong("mse_loss", lambda d: (2 * d[0], d[1])), *x)
    assert (e.value.kind, e.value.input, round(e.value.factor, 6)) == ("factor", 0, 2)
    with pytest.raises(GradientMismatch, match="sign is reversed") as e:
        check_rule(wrong("mse_loss", lambda d: (d[0], -d[1])), *x)
    assert (e.value.kind, e.value.input, round(e.value.factor, 6)) == ("factor", 1, -1)
    with pytest.raises(GradientMismatch, match=r"wrong in 1 of 3 entries; for example at \(1,\)"):
        check_rule(wrong("mse_loss", lambda d: (d[0] * [1, 3, 1], d[1])), *x)
    with pytest.raises(GradientMismatch, match=r"\(input\) has shape \(2,\)") as e:
        check_rule(wrong("mse_loss", lambda d: (d[0][:2], d[1])), *x)
    assert e.value.kind == "shape"
    with pytest.raises(GradientMismatch, match="returned 1 gradients for 2 inputs") as e:
        check_rule(wrong("mse_loss", lambda d: d[:1]), *x)
    assert e.value.kind == "count"
    with pytest.raises(GradientMismatch, match=r"input 0 \(input\) is None") as e:
        check_rule(wrong("mse_loss", lambda d: (None, d[1])), *x)
    assert e.value.kind == "none"
    with pytest.raises(GradientMismatch, match="zero everywhere"):
        check_rule(wrong("mse_loss", lambda d: (0 * d[0], d[1])), *x)
    with pytest.raises(GradientMismatch, match="is nan in 1 of 3 entries, first at"):
        check_rule(wrong("mse_loss", lambda d: (d[0] * [1, np.nan, 1], d[1])), *x)


def test_names_what_a_gradient_was_mistaken_for():
    a, b = np.array([1.0, 2.0, 4.0]), np.array([3.0, -1.0, 0.5])
    with pytest.raises(GradientMismatch, match=r"returned for input 1 \(b\): the two are swapped"):
        check_rule(wrong("mul", lambda d: d[::-1]), a, b)
    pair = (rule("mul").forward, lambda dout, cache: (cache[1], cache[0]))
    with pytest.raises(GradientMismatch, match=r"not multiplied by dout.* \(chain rule\)"):
        check_rule(pair, a, b)
    square = np.arange(9.0).reshape(3, 3) + 1
    with pytest.raises(GradientMismatch, match="the right numbers, but transposed") as e:
        check_rule(wrong("mul", lambda d: (d[0].T, d[1])), square, square * square)
    assert e.value.kind == "transposed"


def test_nothing_to_check_and_nothing_to_compare_with():
    with pytest.raises(ValueError, match="nothing to check"):
        check_rule("neg", np.array([1, 2]))
    with pytest.raises(GradientMismatch, match="forward returns nan or infinity"):
        check_rule("log", np.array([1.0, 0.0]))


def test_the_smallest_entry_counts_also_beside_many_and_in_a_small_gradient():
    """3,000 entries of a millionth each, and one of them 10,000 times smaller still."""
    scale = np.full(3000, 1e-6)
    scale[1234] = 1e-10
    forward = lambda x: (x * scale, None)  # noqa: E731

    def zeroed(dout, cache):
        d = dout * scale
        d[1234] = 0
        return (d,)

    assert check_rule((forward, lambda dout, cache: (dout * scale,)), np.ones(3000)) < 1e-6
    with pytest.raises(GradientMismatch):
        check_rule((forward, zeroed), np.ones(3000))


def test_a_gradient_of_zero_where_there_is_none():
    flat = (lambda x: (x * 0, None), lambda dout, cache: (dout * 0,))
    assert check_rule(flat, np.ones(3)) == 0
    with pytest.raises(GradientMismatch):
        check_rule((flat[0], lambda dout, cache: (dout * 1e-8,)), np.ones(3))


def test_several_outputs_and_outputs_of_integers():
    def forward(x):
        return (x * x, np.argsort(x), np.exp(x)), x

    def backward(dout, cache):
        squares, order, powers = dout
        assert order.dtype.kind == "i"
        assert not order.any()
        return (squares * 2 * cache + powers * np.exp(cache),)

    x = np.array([0.3, -1.0, 0.7])
    assert check_rule((forward, backward), x) < 1e-8
    with pytest.raises(GradientMismatch):  # one output forgotten
        check_rule((forward, lambda dout, cache: (dout[0] * 2 * cache,)), x)


def test_like_compares_the_values_too():
    x = np.array([[1.0, -2.0, 3.0]])
    doubled = (lambda x: (2 * np.maximum(x, 0), x), lambda dout, cache: (2 * dout * (cache > 0),))
    assert check_rule(doubled, x) < 1e-6, "a right derivative, of another function"
    with pytest.raises(GradientMismatch, match="relu: the result of forward is 2 times") as e:
        check_rule(doubled, x, like="relu")
    assert (e.value.kind, e.value.function) == ("factor", "forward")


def test_a_large_input_is_looked_at_in_part():
    x = np.linspace(1, 2, 5000)

    def backward(dout, cache):
        return (dout * np.where(np.arange(5000) % 2, 1, 2),)

    with pytest.raises(GradientMismatch, match=r"of 5000 entries 400 were looked at.*2 times"):
        check_rule((lambda x: (x, None), backward), x)
