"""Losses as layers."""

from . import functional as F
from .module import Module


class _Loss(Module):
    """A loss with a ``reduction``: "mean", "sum" or "none"."""

    function = None

    def __init__(self, *, reduction="mean"):
        super().__init__()
        self.reduction = reduction

    def forward(self, input, target):
        return type(self).function(input, target, reduction=self.reduction)


class MSELoss(_Loss):
    """(input - target)^2, shapes equal."""

    function = staticmethod(F.mse_loss)


class L1Loss(_Loss):
    """|input - target|, shapes equal."""

    function = staticmethod(F.l1_loss)


class BCEWithLogitsLoss(_Loss):
    """-log p(target) with p = sigmoid(input), shapes equal."""

    function = staticmethod(F.binary_cross_entropy_with_logits)


class NLLLoss(_Loss):
    """-input[n, target[n]]: log-probabilities (N, K), class numbers (N,)."""

    function = staticmethod(F.nll_loss)

    def __init__(self, *, ignore_index=-100, reduction="mean"):
        super().__init__(reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, input, target):
        return type(self).function(
            input, target, ignore_index=self.ignore_index, reduction=self.reduction
        )


class CrossEntropyLoss(NLLLoss):
    """-log softmax(input)[n, target[n]]: logits (N, K), class numbers (N,)."""

    function = staticmethod(F.cross_entropy)
