"""Losses as layers and functions: PyTorch's numbers, gradients, reductions and errors."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same

REDUCTIONS = ("mean", "sum", "none")


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


def share(*shape, seed=0):
    return 0.05 + 0.9 * np.random.default_rng([seed, *shape]).random(shape)


def classes(*shape, of=4, seed=0):
    return np.random.default_rng([seed, *shape]).integers(0, of, shape)


def signs(*shape):
    return np.where(numbers(*shape, seed=5) > 0, 1.0, -1.0)


def distribution(*shape, axis=1):
    p = share(*shape, seed=3)
    return p / p.sum(axis=axis, keepdims=True)


def weights(t, n=4):
    return t.tensor(share(n, seed=8))


IGNORED = np.array([1, -100, 3, 2, -100])
X, Y = numbers(5, 4), classes(5)
DENSE, DENSE_Y = numbers(2, 4, 3, 2), classes(2, 3, 2)

# name -> (the layer, its inputs); "reduction" is tried with all three.
LAYERS = {
    "MSELoss": (lambda t, r: t.nn.MSELoss(reduction=r), (X, numbers(5, 4, seed=1))),
    "L1Loss": (lambda t, r: t.nn.L1Loss(reduction=r), (X, numbers(5, 4, seed=1))),
    "SmoothL1Loss": (lambda t, r: t.nn.SmoothL1Loss(reduction=r, beta=0.5), (X, X[::-1].copy())),
    "SmoothL1Loss, 0": (lambda t, r: t.nn.SmoothL1Loss(reduction=r, beta=0.0), (X, X[::-1].copy())),
    "HuberLoss": (lambda t, r: t.nn.HuberLoss(r, 0.5), (X, X[::-1].copy())),
    "PoissonNLLLoss": (lambda t, r: t.nn.PoissonNLLLoss(reduction=r), (X, 3 * share(5, 4))),
    "PoissonNLLLoss of rates": (
        lambda t, r: t.nn.PoissonNLLLoss(log_input=False, full=True, reduction=r),
        (share(5, 4), np.floor(5 * share(5, 4, seed=1))),
    ),
    "GaussianNLLLoss": (
        lambda t, r: t.nn.GaussianNLLLoss(reduction=r),
        (X, numbers(5, 4, seed=1), share(5, 4)),
    ),
    "GaussianNLLLoss of rows": (
        lambda t, r: t.nn.GaussianNLLLoss(full=True, reduction=r),
        (X, numbers(5, 4, seed=1), share(5)),
    ),
    "GaussianNLLLoss, floor": (
        lambda t, r: t.nn.GaussianNLLLoss(eps=0.5, reduction=r),
        (X, numbers(5, 4, seed=1), share(5, 1)),
    ),
    "BCELoss": (lambda t, r: t.nn.BCELoss(reduction=r), (share(5, 4), share(5, 4, seed=1))),
    "BCELoss, weight": (
        lambda t, r: t.nn.BCELoss(weights(t), reduction=r),
        (share(5, 4), (share(5, 4, seed=1) > 0.5).astype(float)),
    ),
    "BCEWithLogitsLoss": (lambda t, r: t.nn.BCEWithLogitsLoss(reduction=r), (X, share(5, 4))),
    "BCEWithLogitsLoss, both weights": (
        lambda t, r: t.nn.BCEWithLogitsLoss(weights(t), reduction=r, pos_weight=2 * weights(t)),
        (X, share(5, 4)),
    ),
    "KLDivLoss, target": (
        lambda t, r: t.nn.KLDivLoss(reduction="batchmean" if r == "mean" else r),
        (X, distribution(5, 4)),
    ),
    "KLDivLoss of logarithms": (
        lambda t, r: t.nn.KLDivLoss(reduction="batchmean" if r == "mean" else r, log_target=True),
        (X, np.log(distribution(5, 4))),
    ),
    "SoftMarginLoss": (lambda t, r: t.nn.SoftMarginLoss(reduction=r), (X, signs(5, 4))),
    "MultiLabelSoftMarginLoss": (
        lambda t, r: t.nn.MultiLabelSoftMarginLoss(weights(t), reduction=r),
        (X, (share(5, 4) > 0.5).astype(float)),
    ),
    "NLLLoss": (lambda t, r: t.nn.NLLLoss(reduction=r), (X, Y)),
    "NLLLoss, weight": (lambda t, r: t.nn.NLLLoss(weights(t), reduction=r), (X, IGNORED)),
    "NLLLoss of images": (lambda t, r: t.nn.NLLLoss(weights(t), reduction=r), (DENSE, DENSE_Y)),
    "CrossEntropyLoss": (lambda t, r: t.nn.CrossEntropyLoss(reduction=r), (X, Y)),
    "CrossEntropyLoss, ignoring": (lambda t, r: t.nn.CrossEntropyLoss(reduction=r), (X, IGNORED)),
    "CrossEntropyLoss, ignoring 2": (
        lambda t, r: t.nn.CrossEntropyLoss(ignore_index=2, reduction=r),
        (X, Y),
    ),
    "CrossEntropyLoss, weight": (
        lambda t, r: t.nn.CrossEntropyLoss(weights(t), reduction=r),
        (X, IGNORED),
    ),
    "CrossEntropyLoss, smoothed": (
        lambda t, r: t.nn.CrossEntropyLoss(label_smoothing=0.1, reduction=r),
        (X, IGNORED),
    ),
    "CrossEntropyLoss, weight, smoothed": (
        lambda t, r: t.nn.CrossEntropyLoss(weights(t), label_smoothing=0.3, reduction=r),
        (X, IGNORED),
    ),
    "CrossEntropyLoss of one": (lambda t, r: t.nn.CrossEntropyLoss(reduction=r), (X[0], Y[0])),
    "CrossEntropyLoss of one, smoothed": (
        lambda t, r: t.nn.CrossEntropyLoss(reduction=r, label_smoothing=0.2),
        (X[0], Y[0]),
    ),
    "CrossEntropyLoss of images": (
        lambda t, r: t.nn.CrossEntropyLoss(reduction=r),
        (DENSE, DENSE_Y),
    ),
    "CrossEntropyLoss of sequences, smoothed": (
        lambda t, r: t.nn.CrossEntropyLoss(weights(t), reduction=r, label_smoothing=0.1),
        (numbers(2, 4, 3), classes(2, 3)),
    ),
    "CrossEntropyLoss of probabilities": (
        lambda t, r: t.nn.CrossEntropyLoss(reduction=r),
        (X, distribution(5, 4)),
    ),
    "CrossEntropyLoss of probabilities, weight, smoothed": (
        lambda t, r: t.nn.CrossEntropyLoss(weights(t), reduction=r, label_smoothing=0.2),
        (DENSE, distribution(2, 4, 3, 2)),
    ),
    "CrossEntropyLoss of one distribution": (
        lambda t, r: t.nn.CrossEntropyLoss(weights(t), reduction=r),
        (X[0], distribution(4, axis=0)),
    ),
    "MultiMarginLoss": (lambda t, r: t.nn.MultiMarginLoss(reduction=r), (X, Y)),
    "MultiMarginLoss, squares": (
        lambda t, r: t.nn.MultiMarginLoss(2, 0.6, weights(t), reduction=r),
        (X, Y),
    ),
    "MultiMarginLoss of one": (lambda t, r: t.nn.MultiMarginLoss(reduction=r), (X[0], Y[0])),
    "MarginRankingLoss": (
        lambda t, r: t.nn.MarginRankingLoss(0.3, reduction=r),
        (numbers(5), numbers(5, seed=1), signs(5)),
    ),
    "HingeEmbeddingLoss": (
        lambda t, r: t.nn.HingeEmbeddingLoss(0.7, reduction=r),
        (X, signs(5, 4)),
    ),
    "CosineEmbeddingLoss": (
        lambda t, r: t.nn.CosineEmbeddingLoss(0.2, reduction=r),
        (X, numbers(5, 4, seed=1), signs(5)),
    ),
    "CosineEmbeddingLoss of one": (
        lambda t, r: t.nn.CosineEmbeddingLoss(reduction=r),
        (X[0], numbers(4, seed=1), np.array(-1.0)),
    ),
    "TripletMarginLoss": (
        lambda t, r: t.nn.TripletMarginLoss(2.0, reduction=r),
        (X, numbers(5, 4, seed=1), numbers(5, 4, seed=2)),
    ),
    "TripletMarginLoss, swapped": (
        lambda t, r: t.nn.TripletMarginLoss(2.0, p=1, swap=True, reduction=r),
        (X, numbers(5, 4, seed=1), numbers(5, 4, seed=2)),
    ),
    "TripletMarginWithDistanceLoss": (
        lambda t, r: t.nn.TripletMarginWithDistanceLoss(
            distance_function=lambda a, b: 1 - t.nn.functional.cosine_similarity(a, b), reduction=r
        ),
        (X, numbers(5, 4, seed=1), numbers(5, 4, seed=2)),
    ),
}


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, reduction, torch):
    make, inputs = LAYERS[name]
    ours, theirs = make(ref, reduction), make(torch, reduction)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    # Targets, variances and signs take no gradient where torch gives them none.
    detached = [lambda *x, f=f: f(x[0], *(y.detach() for y in x[1:])) for f in (ours, theirs)]
    assert_same(*detached, torch, *(np.asarray(x) for x in inputs))


BOTH = ["MSELoss", "HuberLoss", "SmoothL1Loss", "L1Loss", "KLDivLoss, target", "GaussianNLLLoss",
        "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss of probabilities", "MarginRankingLoss",
        "TripletMarginLoss", "CosineEmbeddingLoss"]  # fmt: skip


@pytest.mark.parametrize("name", BOTH)
def test_gradients_of_targets_agree_with_torch(name, torch):
    make, inputs = LAYERS[name]
    assert_same(make(ref, "sum"), make(torch, "sum"), torch, *inputs)


def test_every_loss_is_tried():
    from dlcore.reference.nn import loss, loss_margins

    public = {
        n
        for module in (loss, loss_margins)
        for n, c in vars(module).items()
        if isinstance(c, type) and n[0] != "_"
    }
    assert public - {"Module"} == {name.split()[0].rstrip(",") for name in LAYERS}
