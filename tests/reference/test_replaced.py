"""replaced: a student's pair in the place of ours, with everything above it."""

import inspect
import threading

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore import check_pair
from dlcore.reference import REGISTRY, rule


def relu(x):
    return np.maximum(x, 0), x > 0


def drelu(dout, cache):
    return (dout * cache,)


def tens(dout, cache):
    return (dout * (cache > 0) * 10,)


def gradient(function=ref.relu):
    x = ref.tensor([-1.0, 2.0], requires_grad=True)
    function(x).sum().backward()
    return x.grad.tolist()


def test_a_students_pair_takes_the_place_of_ours():
    with rule("relu").replaced(backward=tens):
        assert gradient(ref.nn.ReLU()) == [0, 10]
    assert gradient() == [0, 1]
    with rule("relu").replaced(relu, drelu) as standing:
        assert gradient() == [0, 1]
        assert check_pair("relu", standing.forward, standing.backward)
        with rule("relu").replaced(backward=lambda dout, cache: (dout * cache * 3,)):
            assert gradient() == [0, 3], "the inner backward, on the outer forward's cache"
        assert gradient() == [0, 1]


def test_a_result_keeps_the_backward_of_its_forward():
    x = ref.tensor([-1.0, 2.0], requires_grad=True)
    with rule("relu").replaced(relu, lambda dout, cache: (dout * cache * 10,)):
        y = ref.relu(x)
    z = ref.relu(x)
    (y + z).sum().backward()
    assert x.grad.tolist() == [0, 11]


def test_an_exception_in_the_block_puts_ours_back():
    with pytest.raises(ZeroDivisionError), rule("relu").replaced(backward=tens):
        1 / 0  # noqa: B018
    assert gradient() == [0, 1]
    assert rule("relu").standing is rule("relu")


def test_blocks_may_end_in_any_order():
    """Two generators hold a block each, and the first one that began is the first that ends."""

    def held(factor):
        with rule("relu").replaced(backward=lambda dout, cache: (dout * (cache > 0) * factor,)):
            yield

    first, second = held(2), held(3)
    next(first)
    next(second)
    assert gradient() == [0, 3]
    first.close()
    assert gradient() == [0, 3]
    second.close()
    assert gradient() == [0, 1]


def test_a_pair_stands_in_every_thread():
    seen = []
    with rule("relu").replaced(backward=tens):
        other = threading.Thread(target=lambda: seen.append(gradient()))
        other.start()
        other.join()
    assert seen == [[0, 10]]


def test_any_cache_will_do():
    for cache in ({"x": 1}, object(), [1, 2], "text", None, lambda: 1):
        with rule("relu").replaced(
            lambda x, cache=cache: (np.maximum(x, 0), cache),
            lambda dout, received, cache=cache: (dout * (7 if received is cache else 0),),
        ):
            assert gradient() == [7, 7]


def test_a_function_that_cannot_be_called_is_refused_at_once():
    for wrong, message in [
        (lambda dout: dout, r"yours takes \(dout\)"),
        (lambda dout, cache, mask: dout, r"yours takes \(dout, cache, mask\)"),
        (3, "must be a function, received int"),
    ]:
        with pytest.raises(TypeError, match=message), rule("relu").replaced(backward=wrong):
            pass
    with rule("relu").replaced(backward=lambda dout, *rest: (dout,)):
        assert gradient() == [1, 1]
    with rule("relu").replaced(backward=lambda dout, cache, needs: (dout * sum(needs),)):
        assert gradient() == [1, 1]


@pytest.mark.parametrize(
    ("backward", "error", "message"),
    [
        (lambda dout, cache: (dout, dout), RuntimeError, "2 gradients for its 1 inputs"),
        (lambda dout, cache: (None,), RuntimeError, r"None as the gradient of input 0 \(x\)"),
        (lambda dout, cache: (dout[:1],), RuntimeError, r"shape \(1,\) as the gradient of input 0"),
        (lambda dout, cache: ([1.0, 2.0],), TypeError, r"type list as the gradient of input 0 \("),
        (lambda dout, cache: (dout * np.ones(2),), TypeError, "float64 as the gradient of input 0"),
    ],
)
def test_a_gradient_of_the_wrong_form_is_named(backward, error, message):
    with rule("relu").replaced(backward=backward), pytest.raises(error, match=message):
        gradient()


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        (lambda x: np.maximum(x, 0), r"must return the pair \(out, cache\), and returned an array"),
        (lambda x: None, r"must return the pair \(out, cache\), and returned None"),
        (lambda x: (np.maximum(x, 0), x, x), "returned a tuple of 3"),
        (lambda x: ([0.0, 2.0], x), "its out is of type list"),
        (lambda x: (np.maximum(x, np.zeros(2)), x), r"returned float64 for x \(2,\) float32"),
    ],
)
def test_a_result_of_the_wrong_form_is_named(forward, message):
    with rule("relu").replaced(forward=forward), pytest.raises(TypeError, match=message):
        ref.relu(ref.ones(2))


def test_what_a_pair_is_given_cannot_be_changed_by_it():
    def eats_input(x):
        x *= x > 0
        return x, x

    def eats_dout(dout, cache):
        dout *= 2
        return (dout,)

    x = ref.tensor([-1.0, 2.0])
    for pair in ({"forward": eats_input}, {"backward": eats_dout}):
        with rule("relu").replaced(**pair), pytest.raises(ValueError, match="read-only") as e:
            gradient()
        assert "Write x = x * 2 instead of x *= 2" in e.value.__notes__[-1]
        assert e.traceback[-1].name in ("eats_input", "eats_dout")
    with rule("reshape").replaced(lambda x, *, shape: (x.reshape(shape), x.shape)):
        y = x.reshape(2, 1)
    y[0, 0] = 5.0
    assert x.tolist() == [5, 2], "a view of the input stays one, and can be written to"


def test_gradients_that_a_pair_shares_are_copied():
    kept = np.ones(2, np.float32)
    a, b = (ref.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    with rule("add").replaced(backward=lambda dout, cache: (kept, kept)):
        (a + b).sum().backward()
    a.grad.mul_(10)
    assert (b.grad.tolist(), kept.tolist()) == ([1, 1], [1, 1])


def test_an_exception_inside_a_pair_gets_a_note():
    with rule("linear").replaced(forward=lambda x, w, b: (x @ w + b, None)):
        with pytest.raises(ValueError, match="matmul") as e:
            ref.nn.Linear(3, 5)(ref.ones(4, 3))
    assert e.value.__notes__ == [
        "This happened in the forward of rule 'linear', called with x (4, 3) float32, "
        "w (5, 3) float32, b (5,) float32."
    ]


def test_an_option_that_a_forward_does_not_know_is_left_out_or_named():
    with rule("softmax").replaced(forward=lambda x: (x, None)):
        with pytest.raises(TypeError, match="called with dim=1, and yours has no argument 'dim'"):
            ref.softmax(ref.ones(2, 3), 1)
    with rule("sum").replaced(forward=lambda x: (x.sum(), (x.shape, None))):
        assert ref.ones(3).sum().item() == 3
        with pytest.raises(TypeError, match=r"dim=.* no argument 'dim'; add it \(our default is"):
            ref.ones(3, 2).sum(0)


def test_a_forward_alone_must_leave_our_cache():
    with rule("linear").replaced(forward=lambda x, w, b: (x @ w.T + b, None)):
        y = ref.nn.Linear(3, 5)(ref.ones(4, 3))
        with pytest.raises(TypeError) as e:
            y.sum().backward()
    assert "your cache must be laid out as ours is" in e.value.__notes__[-1]


def test_every_backward_shows_the_layout_of_its_cache():
    """Rule's docstring promises that the first lines of a backward unpack the cache."""
    for name, r in REGISTRY.items():
        assert "cache" in inspect.signature(r.backward).parameters, name


def conv2d(x, w, b, *, stride, padding):
    """A convolution by its definition, on the padded image, with a loop over the kernel."""
    (N, _, H, W), (F, _, R, S) = x.shape, w.shape
    (dp, dq), (top, left) = stride, padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    P, Q = (H + 2 * top - R) // dp + 1, (W + 2 * left - S) // dq + 1
    out = np.zeros((N, F, P, Q), x.dtype) + b[:, None, None]
    for r, s in np.ndindex(R, S):
        seen = padded[:, :, r : r + dp * P : dp, s : s + dq * Q : dq]
        out += np.einsum("ncpq,fc->nfpq", seen, w[:, :, r, s])
    return out, (padded, w, stride, padding)


def conv2d_backward(dout, cache):
    padded, w, (dp, dq), (top, left) = cache
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    P, Q = dout.shape[2:]
    for r, s in np.ndindex(w.shape[2:]):
        place = ..., slice(r, r + dp * P, dp), slice(s, s + dq * Q, dq)
        dw[:, :, r, s] = np.einsum("nfpq,ncpq->fc", dout, padded[place])
        dpadded[place] += np.einsum("nfpq,fc->ncpq", dout, w[:, :, r, s])
    H, W = padded.shape[2:]
    dx = dpadded[:, :, top : H - top, left : W - left]
    return dx, dw, dout.sum(axis=(0, 2, 3))


def test_a_network_runs_on_a_students_convolution():
    """Found right by check_pair, and then every gradient of a network is as with ours."""
    report = check_pair("conv2d", conv2d, conv2d_backward)
    assert report, report
    assert report.unused == ("a call without b", "groups", "dilation")
    ref.manual_seed(0)
    net = ref.nn.Sequential(
        ref.nn.Conv2d(1, 4, 3, padding=1),
        ref.nn.ReLU(),
        ref.nn.Conv2d(4, 6, 3, stride=2),
        ref.nn.Flatten(),
        ref.nn.Linear(6 * 9, 5),
    )
    images, target = ref.randn(3, 1, 8, 8), ref.tensor([1, 4, 0])

    def gradients():
        net.zero_grad()
        loss = ref.nn.functional.cross_entropy(net(images), target)
        loss.backward()
        return [loss.item(), *(p.grad.numpy().copy() for p in net.parameters())]

    expected = gradients()
    with rule("conv2d").replaced(conv2d, conv2d_backward):
        received = gradients()
    for d, e in zip(received, expected, strict=True):
        np.testing.assert_allclose(d, e, rtol=1e-4, atol=1e-6)
    with rule("conv2d").replaced(conv2d, conv2d_backward):
        with pytest.raises(TypeError, match=r"groups=4, and yours has no argument 'groups'"):
            ref.nn.Conv2d(4, 4, 3, groups=4)(ref.ones(1, 4, 5, 5))


def test_none_for_a_bias_that_is_not_there():
    def backward(dout, cache):
        x, w, b = cache
        return dout @ w, dout.T @ x, None if b is None else dout.sum(axis=0)

    x, w = (ref.randn(n, 3, requires_grad=True) for n in (4, 5))
    with rule("linear").replaced(backward=backward):
        out = ref.nn.functional.linear(x, w)
    out.sum().backward()
    np.testing.assert_allclose(w.grad.numpy(), np.ones((5, 4)) @ x.detach().numpy(), rtol=1e-5)
