"""check_pair: a student's pair against ours. test_mistakes.py has what each mistake is told."""

import numpy as np
import pytest

from dlcore import GradientMismatch, check_pair
from dlcore.reference import REGISTRY, rule
from dlcore.reference.check.examples import EXAMPLES, examples


def relu(x):
    return np.maximum(x, 0), x > 0


def drelu(dout, cache):
    return (dout * cache,)


@pytest.mark.parametrize("name", EXAMPLES)
def test_our_own_pairs_are_right(name):
    r = rule(name)
    report = check_pair(name, r.forward, r.backward)
    assert report
    assert (report.checked, report.unused) == (len(examples(name)), ())
    assert check_pair(name, backward=r.backward)
    assert set(EXAMPLES) <= set(REGISTRY)


def test_the_report_raises_on_demand():
    check_pair("relu", relu, drelu).raise_if_wrong()
    report = check_pair("mse_loss", backward=lambda dout, cache: (dout * cache[0], -dout))
    with pytest.raises(GradientMismatch, match=r"input 0 \(input\)") as e:
        report.raise_if_wrong()
    assert (e.value.kind, e.value.input, e.value.factor) == ("factor", 0, report.factor)


def test_inputs_of_ones_own():
    x = np.array([[1.0, -2.0]])
    assert check_pair("amax", rule("amax").forward, inputs=(x,), dim=1)
    with pytest.raises(ValueError, match="no example inputs for rule 'amax'; give them"):
        check_pair("amax", rule("amax").forward)
    with pytest.raises(ValueError, match="give forward=, backward= or both"):
        check_pair("relu")
    with pytest.raises(KeyError, match="no rule named"):
        check_pair("relu9", relu)


def test_a_gradient_that_is_not_asked_for_may_be_missing():
    def backward(dout, cache):
        return rule("mse_loss").backward(dout, cache)[0], None

    assert check_pair("mse_loss", backward=backward).kind == "none"
    assert check_pair("mse_loss", backward=backward, wrt=[0])


def test_an_exception_keeps_its_type_and_place_and_gets_a_note():
    def broken(x):
        return x @ np.ones((99, 3)), None

    with pytest.raises(ValueError, match="matmul") as e:
        check_pair("relu", broken)
    assert e.value.__notes__ == [
        "This happened in the forward of 'relu', called with x (7,) float64."
    ]
    assert e.traceback[-1].name == "broken"


def test_a_first_version_need_not_know_every_option():
    def linear_only(x, w, b=None):
        return rule("conv2d").forward(x, w, b)

    report = check_pair("conv2d", linear_only)
    assert report
    assert set(report.unused) == {"stride", "padding", "dilation", "groups"}
    assert "not tried, as your forward cannot take it: padding, stride" in report.message


def test_a_cache_that_backward_eats_is_found():
    def backward(dout, cache):
        gate = cache
        gate *= dout  # the second call multiplies once more
        return (gate.copy(),)

    report = check_pair("relu", lambda x: (np.maximum(x, 0), 1.0 * (x > 0)), backward)
    assert report.kind == "cache"
    assert "in the first call of backward and wrong in a second one" in report.message


def test_a_wrong_use_of_needs_is_found():
    def backward(dout, cache, needs):
        da, db = rule("mul").backward(dout, cache)
        return (da, db) if all(needs) else (da, None)

    report = check_pair("mul", backward=backward)
    assert (report.kind, report.input) == ("needs", 1)
    assert "look at needs[1]" in report.message


def test_a_dout_that_is_changed_is_found():
    def backward(dout, cache):
        dout *= cache > 0
        return (dout,)

    report = check_pair("relu", backward=backward)
    assert report.kind == "changed"
    assert "your backward changed dout in place" in report.message


def test_ties_in_a_maximum():
    def pool(x, *, kernel_size=(3, 3), stride=(3, 3), padding=(0, 0)):
        if stride != kernel_size or any(padding):
            return rule("max_pool2d").forward(
                x, kernel_size=kernel_size, stride=stride, padding=padding
            )
        N, C, H, W = x.shape
        tiles = x.reshape(N, C, H // 3, 3, W // 3, 3)
        out = tiles.max(axis=(3, 5))
        return out, tiles == out[:, :, :, None, :, None]

    def backward(dout, cache):
        if isinstance(cache, tuple):
            return rule("max_pool2d").backward(dout, cache)
        dx = cache * dout[:, :, :, None, :, None]
        return (dx.reshape(*dout.shape[:2], 3 * dout.shape[2], 3 * dout.shape[3]),)

    report = check_pair("max_pool2d", pool, backward)
    assert report.kind == "typical" and report.checked == 4
    assert "all that equal the largest received the gradient: in a tie" in report.message


def test_what_a_first_version_cannot_take_is_not_passed_over_in_silence():
    def attention(q, k, v, *, is_causal=False, scale=None):
        return rule("scaled_dot_product_attention").forward(
            q, k, v, is_causal=is_causal, scale=scale
        )

    ours = rule("scaled_dot_product_attention").backward
    report = check_pair("scaled_dot_product_attention", attention, ours)
    assert report and report.unused == ("input 3 (mask)", "keep")
    assert "not tried, as your forward cannot take it: input 3 (mask), keep" in report.message
