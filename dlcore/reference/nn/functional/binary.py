"""Losses of probabilities: yes or no, for each of several labels, or a whole distribution."""

import warnings

from ...kernels import likelihood, loss
from ...tape import apply
from ...tensor import Tensor
from .activation import logsigmoid, softplus
from .checks import floats, tensors
from .reduction import check, equal, legacy, promoted, reduced


def _within(name, role, x):
    array = x._array
    if array.size and not (0 <= array.min() and array.max() <= 1):
        bad = array[~((array >= 0) & (array <= 1))].flat[0]
        hint = "; for logits use binary_cross_entropy_with_logits" if role == "input" else ""
        raise RuntimeError(
            f"{name}: all elements of {role} should be between 0 and 1, received {bad:.6g}{hint}"
        )


def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """-log p(target) for probabilities ``input``; target in [0, 1], of the input's shape and dtype.

    weight: a factor for each loss, broadcast. A logarithm counts as at least -100.
    """
    name, reduction = "binary_cross_entropy", legacy(size_average, reduce, reduction)
    check(name, reduction)
    equal(name, input, target)
    _within(name, "input", input), _within(name, "target", target)
    if weight is None:
        return apply(likelihood.binary_cross_entropy, input, target, reduction=reduction)
    losses = apply(likelihood.binary_cross_entropy, input, target, reduction="none")
    return reduced(losses * weight, reduction)


def binary_cross_entropy_with_logits(
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    """-log p(target) with p = sigmoid(input); target in [0, 1], of the input's shape and dtype.

    weight: a factor for each loss, broadcast; pos_weight: one for the positive answers only.
    """
    name, reduction = "binary_cross_entropy_with_logits", legacy(size_average, reduce, reduction)
    check(name, reduction)
    floats(name, input)
    if isinstance(target, Tensor) and target.is_floating_point():
        input, target = promoted(name, input, target)
    equal(name, input, target)
    if weight is None and pos_weight is None:
        return apply(loss.bce_with_logits, input, target, reduction=reduction)
    losses = apply(loss.bce_with_logits, input, target, reduction="none")
    if pos_weight is not None:  # -log sigmoid(x) = softplus(-x) is the loss of a positive answer
        losses = losses + (pos_weight - 1) * target * softplus(-input)
    return reduced(losses if weight is None else losses * weight, reduction)


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """target * (log target - input): input holds log-probabilities; target too if ``log_target``.

    reduction "batchmean": the sum divided by the length of the first axis, which is the divergence
    for each example; "mean" divides by all elements, with PyTorch's warning.
    """
    given = legacy(size_average, reduce, reduction)
    if given != "batchmean":
        check("kl_div", given)
    if given == "mean" and given is reduction:
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size. "
            "'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.",
            UserWarning,
            stacklevel=2,
        )
    tensors("kl_div", input, target)
    floats("kl_div", input), floats("kl_div", target)
    input, target = promoted("kl_div", input, target)
    if input._array.shape != target._array.shape:
        shape = (input.detach() + target.detach()).shape
        input, target = input.expand(shape), target.expand(shape)
    plain = "sum" if given == "batchmean" else given
    total = apply(likelihood.kl_div, input, target, reduction=plain, log_target=log_target)
    return total / input._array.shape[0] if given == "batchmean" and input.ndim else total


def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """log(1 + exp(-target * input)) for targets of -1 and 1."""
    reduction = legacy(size_average, reduce, reduction)
    check("soft_margin_loss", reduction)
    tensors("soft_margin_loss", floats("soft_margin_loss", input), target)
    return reduced(-logsigmoid(input * target), reduction)


def multilabel_soft_margin_loss(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """The mean over the last axis of binary cross-entropies of logits; weight for each class."""
    reduction = legacy(size_average, reduce, reduction)
    check("multilabel_soft_margin_loss", reduction)
    equal("multilabel_soft_margin_loss", input, target)
    losses = apply(loss.bce_with_logits, input, target, reduction="none")
    losses = losses if weight is None else losses * weight
    return reduced(losses.mean(-1), reduction)
