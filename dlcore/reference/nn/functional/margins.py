"""Losses of pairs and triples: who is alike, who ranks above whom."""

from ...functions.masking import where
from ...functions.pointwise import minimum
from .checks import floats, tensors
from .distance import pairwise_distance
from .reduction import check, legacy, reduced


def hinge_embedding_loss(
    input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"
):
    """The distance ``input`` where target is 1, max(0, margin - input) where it is -1."""
    reduction = legacy(size_average, reduce, reduction)
    check("hinge_embedding_loss", reduction)
    tensors("hinge_embedding_loss", floats("hinge_embedding_loss", input), target)
    apart = where(target != 1, (margin - input).clamp(min=0), input * 0)
    return reduced(where(target != -1, input, input * 0) + apart, reduction)


def margin_ranking_loss(
    input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"
):
    """max(0, margin - target (input1 - input2)): target 1 where input1 should be the larger."""
    reduction = legacy(size_average, reduce, reduction)
    check("margin_ranking_loss", reduction)
    tensors("margin_ranking_loss", input1, input2, target)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss: all inputs should have the same number of axes, received shapes "
            f"{tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    return reduced((margin - target * (input1 - input2)).clamp(min=0), reduction)


def cosine_embedding_loss(
    input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"
):
    """1 - cos where target is 1, max(0, cos - margin) where it is -1: inputs (N, D), target (N,).

    Also for one pair: (D,), (D,) and a number.
    """
    reduction = legacy(size_average, reduce, reduction)
    check("cosine_embedding_loss", reduction)
    tensors("cosine_embedding_loss", input1, input2, target)
    if target.ndim > 1 or input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        raise RuntimeError(
            "cosine_embedding_loss: expected inputs (N, D) and target (N,), or (D,) and a number, "
            f"received {tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    tiny = 1e-12  # as PyTorch adds it to both squared lengths
    lengths = ((input1 * input1).sum(-1) + tiny) * ((input2 * input2).sum(-1) + tiny)
    cosine = (input1 * input2).sum(-1) / lengths.sqrt()
    apart = where(target == -1, (cosine - margin).clamp(min=0), cosine * 0)
    return reduced(where(target == 1, 1 - cosine, cosine * 0) + apart, reduction)


def triplet_margin_loss(
    anchor,
    positive,
    negative,
    margin=1.0,
    p=2,
    eps=1e-6,
    swap=False,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    """max(0, |anchor - positive| - |anchor - negative| + margin), p-norms over the last axis.

    swap: if the positive is nearer to the negative than the anchor is, take that distance.
    Source: Schroff, Kalenichenko, Philbin 2015, CVPR, arXiv:1503.03832; Balntas et al. 2016, BMVC.
    """
    reduction = legacy(size_average, reduce, reduction)

    def distance(x1, x2):
        return pairwise_distance(x1, x2, p, eps)

    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


def triplet_margin_with_distance_loss(
    anchor,
    positive,
    negative,
    *,
    distance_function=None,
    margin=1.0,
    swap=False,
    reduction="mean",
):
    """triplet_margin_loss with a distance of one's own, by default pairwise_distance."""
    check("triplet_margin_loss", reduction)
    tensors("triplet_margin_loss", anchor, positive, negative)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance = distance_function or pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced((near - far + margin).clamp(min=0), reduction)
