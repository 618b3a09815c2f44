"""Cases of kernels/loss.py."""

import numpy as np

from .draw import composite, filled, flag, indices, masks, one_of, shapes, size
from .make import Case, normal, probability


def class_loss_cases():
    target, ignoring = np.array([2, 0, 3, 2, 1]), np.array([2, -100, 3, 2, -100])
    return [
        Case((normal(5, 4), t), {"reduction": r})
        for t in (target, ignoring)
        for r in ("mean", "sum", "none")
    ]


def weighted_call(torch, twin, tensors, weight=None, **options):
    weight = None if weight is None else torch.tensor(weight)
    return twin(*tensors, weight, **options)


def weighted_cases():
    return [
        Case(c.inputs, {**c.options, "weight": probability(4, seed=3)}, weighted_call)
        for c in class_loss_cases()
    ]


def pair_loss_cases(target=normal):
    return [
        Case((normal(*s), target(*s, seed=1)), {"reduction": r})
        for s in [(5,), (3, 4), (2, 1)]
        for r in ("mean", "sum", "none")
    ]


CASES = {
    "mse_loss": pair_loss_cases(),
    "l1_loss": pair_loss_cases(),
    "bce_with_logits": pair_loss_cases(probability),
    "nll_loss": class_loss_cases() + weighted_cases(),
    "cross_entropy": class_loss_cases(),
}


REDUCTION = one_of("mean", "sum", "none")


@composite
def pair_loss_drawn(draw, target=normal):
    shape, reduction = draw(shapes()), draw(REDUCTION)
    inputs = draw(filled(shape)), draw(filled(shape, target))
    return Case(inputs, {"reduction": reduction})


@composite
def class_loss_drawn(draw):
    rows, classes = draw(size()), draw(size(1))
    target = draw(indices((rows,), classes))
    ignored = draw(masks((rows,), 0.2))
    return Case(
        (draw(filled((rows, classes))), np.where(ignored, -100, target)),
        {"reduction": draw(REDUCTION)},
    )


@composite
def nll_loss_drawn(draw):
    case = draw(class_loss_drawn())
    weight = draw(filled(case.inputs[0].shape[1:], probability)) if draw(flag()) else None
    return Case(case.inputs, {**case.options, "weight": weight}, weighted_call)


GENERATED = {
    "mse_loss": pair_loss_drawn(),
    "l1_loss": pair_loss_drawn(),
    "bce_with_logits": pair_loss_drawn(probability),
    "nll_loss": nll_loss_drawn(),
    "cross_entropy": class_loss_drawn(),
}
