"""Attention gives PyTorch's numbers and follows its conventions about masks."""

import numpy as np
import pytest

import dlcore.reference as ref

from .parity import array, same

N, T, S, D, H = 3, 4, 5, 6, 2
INF = float("inf")


def numbers(*shape, seed=0, kind="float64"):
    return np.random.default_rng([seed, *shape]).standard_normal(shape).astype(kind)


def padding():
    """(N, S), True at keys that are filling; every sequence keeps its first key."""
    return np.arange(S) >= np.array([5, 3, 1])[:, None]


# -- F.scaled_dot_product_attention ------------------------------------------------------------


def attend(t, q, k, v, **options):
    return t.nn.functional.scaled_dot_product_attention(q, k, v, **options)


def test_a_bool_mask_is_true_where_a_query_may_look():
    v = ref.tensor([[1.0], [10.0]])
    look = ref.tensor([[True, False], [False, True]])
    zeros = ref.zeros(2, 1)
    assert attend(ref, zeros, zeros, v, attn_mask=look).tolist() == [[1], [10]]
    assert attend(ref, zeros, zeros, v, is_causal=True).tolist() == [[1], [5.5]]


def test_a_query_that_may_look_nowhere_gives_zeros_and_takes_no_gradient(torch):
    masks = [np.array([[True, True], [False, False]]), np.array([[0.0, 0.0], [-INF, -INF]])]
    for mask in masks:
        found = []
        for t in (ref, torch):
            q, k, v = (t.tensor(numbers(2, 3, seed=i), requires_grad=True) for i in range(3))
            out = attend(t, q, k, v, attn_mask=t.tensor(mask))
            (out * out + out).sum().backward()
            found.append([out, q.grad, k.grad, v.grad])
        for a, b in zip(*found, strict=True):
            same(a, b)
        assert found[0][0][1].tolist() == [0, 0, 0] == found[0][1][1].tolist()


@pytest.mark.parametrize(
    ("shapes", "options"),
    [
        (((2, 1, 4, 3), (2, 5, 6, 3), (1, 5, 6, 2)), {}),
        (((4, 3), (5, 2, 6, 3), (2, 6, 2)), {}),
        (((2, 6, 4, 3), (2, 2, 5, 3), (2, 2, 5, 4)), {"enable_gqa": True}),
        (((2, 6, 4, 3), (2, 6, 5, 3), (2, 6, 5, 4)), {"enable_gqa": True}),
        (((2, 6, 4, 3), (2, 2, 4, 3), (2, 1, 4, 4)), {"enable_gqa": True, "is_causal": True}),
        (((2, 0, 3), (2, 4, 3), (2, 4, 3)), {}),
        (((2, 4, 3), (2, 0, 3), (2, 0, 5)), {}),
        (((2, 4, 3), (2, 4, 3), (2, 4, 3)), {"scale": 0}),
    ],
)
def test_batches_and_heads_broadcast(shapes, options, torch):
    found = []
    for t in (ref, torch):
        tensors = [t.tensor(numbers(*s, seed=i), requires_grad=True) for i, s in enumerate(shapes)]
        out = attend(t, *tensors, **options)
        (out * t.tensor(numbers(*out.shape, seed=9))).sum().backward()
        found.append([out, *(x.grad for x in tensors)])
    for a, b in zip(*found, strict=True):
        same(a, b)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_scores_of_any_size(kind, torch):
    """exp would overflow, or all of a row would vanish; next to rows where neither happens."""
    queries = np.array([[1.0], [-1.0], [1e3], [-1e3], [1e-3]]).astype(kind)
    keys = np.array([[1.0], [30.0], [31.0]]).astype(kind)
    for sign in (1, -1):
        found = []
        for t in (ref, torch):
            q, k = (t.tensor(x, requires_grad=True) for x in (queries, sign * keys))
            out = attend(t, q, k, t.tensor(np.eye(3, dtype=kind)))
            (out * t.tensor(numbers(5, 3, kind=kind))).sum().backward()
            found.append([out, q.grad, k.grad])
        for a, b in zip(*found, strict=True):
            same(a, b, 1e-4 if kind == "float32" else 1e-10)


@pytest.mark.parametrize("lengths", [(5, 6), (6, 5), (7, 2)])
@pytest.mark.parametrize("causal", [False, True])
def test_tiles_make_no_difference(causal, lengths, torch, monkeypatch):
    from dlcore.reference.kernels import attention

    T, S = lengths
    inputs = [numbers(4, 3, n, d, seed=i) for i, (n, d) in enumerate([(T, 2), (S, 2), (S, 3)])]
    tensors = [torch.tensor(x, requires_grad=True) for x in inputs]
    expected = attend(torch, *tensors, is_causal=causal)
    dout = numbers(4, 3, T, 3, seed=9)
    expected.backward(torch.tensor(dout))
    for scores, band in [(1, 1), (60, 2), (200, 3), (10_000, 4)]:
        monkeypatch.setattr(attention, "SCORES", scores)
        monkeypatch.setattr(attention, "BAND", band)
        out, cache = attention.attention_forward(*inputs, is_causal=causal)
        np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
        dins = attention.attention_backward(dout, cache)
        for d, x in zip(dins, tensors, strict=True):
            np.testing.assert_allclose(d, x.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_memory_that_is_not_contiguous(torch):
    """Heads are a transposed view of what the projection gives; so is the output."""
    x = numbers(2, 4, 3 * 6)
    found = []
    for t in (ref, torch):
        leaf = t.tensor(x, requires_grad=True)
        q, k, v = (
            leaf[..., 6 * i : 6 * i + 6].reshape(2, 4, 3, 2).transpose(1, 2) for i in range(3)
        )
        out = attend(t, q, k, v, is_causal=True).transpose(1, 2).reshape(2, 4, 6)
        (out * out).sum().backward()
        found.append([out, leaf.grad])
    for a, b in zip(*found, strict=True):
        same(a, b)


def test_float32_stays_float32(torch):
    mask = numbers(T, S, kind="float32")
    shapes = [(N, T, D), (N, S, D), (N, S, D)]
    for options in ({}, {"attn_mask": mask}, {"attn_mask": mask > 0}, {"scale": 0.5}):
        found = []
        for t in (ref, torch):
            q, k, v = (
                t.tensor(numbers(*s, seed=i, kind="float32"), requires_grad=True)
                for i, s in enumerate(shapes)
            )
            given = {k: t.tensor(x) if isinstance(x, np.ndarray) else x for k, x in options.items()}
            out = attend(t, q, k, v, **given)
            out.sum().backward()
            found.append([out, q.grad, k.grad, v.grad])
        for a, b in zip(*found, strict=True):
            same(a, b, 1e-5)


def test_dropout_drops_weights_and_keeps_their_mean():
    ref.manual_seed(0)
    n = 20_000
    q, k, v = ref.zeros(n, 1, 1), ref.zeros(n, 4, 1), ref.ones(n, 4, 1)
    out = array(attend(ref, q, k, v, dropout_p=0.25))[:, 0, 0]
    assert set(np.round(out * 3).astype(int)) == {0, 1, 2, 3, 4}  # kept weights are 1/4 / (3/4)
    assert abs(out.mean() - 1) < 0.01
    assert not array(attend(ref, q, k, v, dropout_p=1.0)).any()


BAD = [
    ([(3,), (3,), (3,)], {}, "at least 2 dimensional"),
    ([(2, 3), (2, 4), (2, 3)], {}, "same number of features .* received 3 and 4"),
    ([(2, 3), (2, 3), (4, 3)], {}, "received 2 keys and 4 values"),
    ([(2, 4, 3), (3, 4, 3), (3, 4, 3)], {}, r"must broadcast, received \(2, 4, 3\)"),
    ([(2, 3)] * 3, {"attn_mask": np.ones((3, 2), bool)}, r"= \(2, 2\), received \(3, 2\)"),
    ([(2, 3)] * 3, {"attn_mask": np.ones((4, 2, 2), bool)}, r"received \(4, 2, 2\)"),
    ([(2, 3)] * 3, {"attn_mask": np.ones((2, 2), int)}, "bool or float .* received torch.int64"),
    ([(2, 3)] * 3, {"attn_mask": np.ones((2, 2), bool), "is_causal": True}, "give one of them"),
    ([(2, 3)] * 3, {"dropout_p": 1.5}, "between 0 and 1, but got 1.5"),
    ([(2, 6, 3, 4), (2, 4, 5, 4), (2, 4, 5, 4)], {"enable_gqa": True}, "must divide"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_what_does_not_fit_is_named(case, torch):
    shapes, options, message = BAD[case]
    for t, match in ((ref, message), (torch, None)):
        q, k, v = (t.ones(*s) for s in shapes)
        given = {k: t.tensor(x) if isinstance(x, np.ndarray) else x for k, x in options.items()}
        with pytest.raises(RuntimeError, match=match):
            attend(t, q, k, v, **given)
    with pytest.raises(RuntimeError, match="must have the same dtype"):
        attend(ref, ref.ones(2, 3), ref.ones(2, 3).double(), ref.ones(2, 3))
