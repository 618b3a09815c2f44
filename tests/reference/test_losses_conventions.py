"""Losses: reductions, the corners of their definitions, types, shapes and errors, as PyTorch's."""

import numpy as np
import pytest

import dlcore.reference as ref

from .test_losses import LAYERS, X, Y, numbers, share, signs, weights


@pytest.mark.parametrize("name", ["MSELoss", "CrossEntropyLoss", "BCELoss"])
def test_an_unknown_reduction_is_refused(name, torch):
    make, inputs = LAYERS[name]
    for t in (ref, torch):
        with pytest.raises(ValueError, match="not a valid value"):
            make(t, "average")(*(t.tensor(x) for x in inputs))


@pytest.mark.parametrize(
    ("options", "reduction"),
    [
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"size_average": False, "reduce": True}, "sum"),
    ],
)
def test_the_older_arguments_still_work(options, reduction, torch):
    for t in (ref, torch):
        with pytest.warns(UserWarning, match=f"use reduction='{reduction}'"):
            assert t.nn.MSELoss(**options).reduction == reduction
        with pytest.warns(UserWarning, match=f"use reduction='{reduction}'"):
            out = t.nn.functional.mse_loss(t.ones(2), t.zeros(2), **options)
        assert out.sum().item() == {"sum": 2, "mean": 1, "none": 2}[reduction]


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_shapes_that_differ_are_warned_about_and_broadcast(name, torch):
    """(N, 1) against (N,) compares every prediction with every target."""
    found = []
    for t in (ref, torch):
        x = t.tensor(numbers(5, 1), requires_grad=True)
        with pytest.warns(UserWarning, match=r"target size .*5\].* different to the input size"):
            loss = getattr(t.nn.functional, name)(x, t.tensor(numbers(5)))
        loss.backward()
        found.append([loss.item(), *x.grad.flatten().tolist()])
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_types_of_a_regression_mix_as_in_torch(torch):
    for t in (ref, torch):
        x = t.ones(3, requires_grad=True)
        loss = t.nn.functional.mse_loss(x, t.tensor([1, 2, 3]))
        loss.backward()
        assert loss.dtype is t.float32
        assert x.grad.tolist() == pytest.approx([0, -2 / 3, -4 / 3])


def test_logits_and_answers_may_be_floats_of_two_types(torch):
    for t in (ref, torch):
        f, x = t.nn.functional.binary_cross_entropy_with_logits, t.zeros(2, requires_grad=True)
        loss = f(x, t.ones(2, dtype=t.float64))
        assert loss.dtype is t.float64
        assert loss.item() == pytest.approx(np.log(2))
        with pytest.raises(RuntimeError, match=r"type"):
            f(x, t.tensor([0, 1]))


def test_one_example_may_keep_an_axis_in_its_target(torch):
    for t in (ref, torch):
        for options in ({}, {"reduction": "none"}):
            loss = t.nn.functional.cross_entropy(t.tensor(X[0]), t.tensor([2]), **options)
            assert tuple(loss.shape) == ()


def test_other_answers_than_1_and_minus_1_count_twice_in_a_hinge(torch):
    for t in (ref, torch):
        loss = t.nn.functional.hinge_embedding_loss(
            t.tensor([0.25, 0.25, 0.25]), t.tensor([1.0, -1.0, 0.0]), reduction="none"
        )
        assert loss.tolist() == [0.25, 0.75, 1.0]


def test_a_batch_that_is_ignored_wholly(torch):
    """The mean of nothing is nan, and its gradient 0: one such batch must not spoil the weights."""
    for name in ("cross_entropy", "nll_loss"):
        for t in (ref, torch):
            x = t.ones(2, 3, requires_grad=True)
            loss = getattr(t.nn.functional, name)(x, t.tensor([-100, -100]))
            loss.backward()
            assert np.isnan(loss.item())
            assert x.grad.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_certain_mistakes_have_a_finite_loss(torch):
    for t in (ref, torch):
        p = t.tensor([0.0, 1.0], requires_grad=True)
        loss = t.nn.functional.binary_cross_entropy(p, t.tensor([1.0, 0.0]))
        loss.backward()
        assert loss.item() == 100
        assert np.isfinite(p.grad.tolist()).all()
        x = t.tensor([-1000.0, 1000.0], requires_grad=True)
        loss = t.nn.functional.binary_cross_entropy_with_logits(x, t.tensor([1.0, 0.0]))
        loss.backward()
        assert loss.item() == 1000
        assert x.grad.tolist() == [-0.5, 0.5]


def test_a_target_of_0_costs_nothing_in_kl_div(torch):
    for t in (ref, torch):
        loss = t.nn.functional.kl_div(
            t.tensor([[-1.0, -2.0]]), t.tensor([[1.0, 0.0]]), reduction="batchmean"
        )
        assert loss.item() == 1
        with pytest.warns(UserWarning, match="batchmean"):
            t.nn.functional.kl_div(t.zeros(2), t.ones(2))


def test_arguments_may_be_given_by_position(torch):
    for t in (ref, torch):
        F, w = t.nn.functional, weights(t)
        found = [
            F.cross_entropy(t.tensor(X), t.tensor(Y), w),
            F.nll_loss(t.tensor(X), t.tensor(Y), w, None, 2),
            F.binary_cross_entropy(t.tensor(share(5, 4)), t.tensor(share(5, 4, seed=1)), w),
            F.huber_loss(t.tensor(X), t.tensor(-X), "sum", 0.3),
            F.margin_ranking_loss(t.tensor(X[0]), t.tensor(X[1]), t.tensor(signs(4)), 0.1),
        ]
        if t is ref:
            ours = found
    assert [x.item() for x in ours] == pytest.approx([x.item() for x in found], rel=1e-12)


BAD = [
    (lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([0, 1, 4])), IndexError, "4 is out of"),
    (lambda F, t: F.nll_loss(t.ones(2, 4), t.tensor([0, -1])), IndexError, "-1 is out of"),
    (lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([0, 1])), ValueError, r"\(3, 4\).*\(2,\)"),
    (
        lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([[0], [1], [2]])),
        RuntimeError,
        r"received \(3, 4\) and \(3, 1\)",
    ),
    (
        lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([0.0, 1.0, 2.0])),
        RuntimeError,
        r"class numbers \(int64\), received torch.float32",
    ),
    (
        lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([0, 1, 2]), t.ones(3)),
        RuntimeError,
        r"4 classes, received shape \(3,\)",
    ),
    (
        lambda F, t: F.cross_entropy(t.ones(3, 4), t.tensor([0, 1, 2]), label_smoothing=1.5),
        RuntimeError,
        r"between 0.0 and 1.0. Got: 1.5",
    ),
    (
        lambda F, t: F.cross_entropy(t.ones(3, 4), t.ones(3, 4), ignore_index=1),
        RuntimeError,
        "ignore_index is not supported",
    ),
    (
        lambda F, t: F.cross_entropy(t.ones(2, 4), t.tensor([0, 1], dtype=t.int32)),
        RuntimeError,
        "Int|int32",
    ),
    (lambda F, t: F.nll_loss(t.ones(2, 3, 4), t.tensor([0, 1])), RuntimeError, r"\(2, 3, 4\)"),
    (lambda F, t: F.multi_margin_loss(t.ones(1, 4), t.tensor([4])), RuntimeError, "4 is out of"),
    (lambda F, t: F.binary_cross_entropy(t.ones(2) * 1.5, t.ones(2)), RuntimeError, "input.*1.5"),
    (lambda F, t: F.binary_cross_entropy(t.ones(2), t.ones(2) * -1), RuntimeError, "target.*-1"),
    (lambda F, t: F.binary_cross_entropy(t.ones(2), t.ones(3)), ValueError, "Target size"),
    (
        lambda F, t: F.binary_cross_entropy_with_logits(t.ones(2, 1), t.ones(2)),
        ValueError,
        "same as input size",
    ),
    (
        lambda F, t: F.binary_cross_entropy(t.ones(2), t.tensor([0, 1])),
        RuntimeError,
        "Found dtype .* but expected",
    ),
    (lambda F, t: F.smooth_l1_loss(t.ones(2), t.ones(2), beta=-1), RuntimeError, "negative"),
    (lambda F, t: F.huber_loss(t.ones(2), t.ones(2), delta=0), RuntimeError, "non-positive"),
    (lambda F, t: F.triplet_margin_loss(*[t.ones(2, 3)] * 3, margin=-1), ValueError, "margin"),
    (lambda F, t: t.nn.TripletMarginLoss(0), ValueError, "greater than 0"),
    (lambda F, t: F.gaussian_nll_loss(*[t.ones(2)] * 2, -t.ones(2)), ValueError, "negative entr"),
    (lambda F, t: F.gaussian_nll_loss(*[t.ones(2, 3)] * 2, t.ones(3, 2)), ValueError, "incorrect"),
    (
        lambda F, t: F.margin_ranking_loss(t.ones(2), t.ones(2), t.ones(2, 1)),
        RuntimeError,
        "dimension|same number of axes",
    ),
    (
        lambda F, t: F.cosine_embedding_loss(t.ones(2, 3), t.ones(2, 3), t.ones(2, 3)),
        RuntimeError,
        "target",
    ),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_input_is_an_error_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call(ref.nn.functional, ref)
    with pytest.raises(kind):
        call(torch.nn.functional, torch)


def test_what_is_left_out_says_so():
    with pytest.raises(AttributeError, match="ctc_loss is not in the reference"):
        ref.nn.functional.ctc_loss  # noqa: B018
