"""Losses as layers: of numbers, of probabilities and of classes."""

from . import functional as F
from .functional.reduction import legacy
from .module import Module


class _Loss(Module):
    """With a ``reduction``: "mean", "sum" or "none"; size_average and reduce are older names of it.

    It calls ``function`` with its inputs and with ``settings``, by keyword.
    """

    function, settings = None, ()

    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        self.reduction = legacy(size_average, reduce, reduction)

    def forward(self, input, target):
        settings = {name: getattr(self, name) for name in self.settings}
        return type(self).function(input, target, reduction=self.reduction, **settings)


class _WeightedLoss(_Loss):
    """With a ``weight``: a tensor of factors, which belongs to the state, or None."""

    settings = ("weight",)

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


# -- numbers -------------------------------------------------------------------------------------


class MSELoss(_Loss):
    """(input - target)^2, shapes equal."""

    function = staticmethod(F.mse_loss)


class L1Loss(_Loss):
    """|input - target|, shapes equal."""

    function = staticmethod(F.l1_loss)


class SmoothL1Loss(_Loss):
    """error^2 / (2 beta) up to beta, |error| - beta / 2 beyond."""

    function, settings = staticmethod(F.smooth_l1_loss), ("beta",)

    def __init__(self, size_average=None, reduce=None, reduction="mean", beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta


class HuberLoss(_Loss):
    """error^2 / 2 up to delta, delta (|error| - delta / 2) beyond."""

    function, settings = staticmethod(F.huber_loss), ("delta",)

    def __init__(self, reduction="mean", delta=1.0):
        super().__init__(reduction=reduction)
        self.delta = delta


class PoissonNLLLoss(_Loss):
    """-log p(target) for counts; input is the logarithm of the rate, or the rate."""

    function, settings = staticmethod(F.poisson_nll_loss), ("log_input", "full", "eps")

    def __init__(
        self,
        log_input=True,
        full=False,
        size_average=None,
        eps=1e-8,
        reduce=None,
        reduction="mean",
    ):
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps


class GaussianNLLLoss(_Loss):
    """-log p(target) for a normal distribution: called with mean, target and variance."""

    def __init__(self, *, full=False, eps=1e-6, reduction="mean"):
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps

    def forward(self, input, target, var):
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


# -- probabilities -------------------------------------------------------------------------------


class BCELoss(_WeightedLoss):
    """-log p(target) for probabilities ``input``, shapes equal."""

    function = staticmethod(F.binary_cross_entropy)


class BCEWithLogitsLoss(_WeightedLoss):
    """-log p(target) with p = sigmoid(input), shapes equal; pos_weight counts positive answers."""

    function = staticmethod(F.binary_cross_entropy_with_logits)
    settings = ("weight", "pos_weight")

    def __init__(
        self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)


class KLDivLoss(_Loss):
    """target * (log target - input) for log-probabilities ``input``; use reduction="batchmean"."""

    function, settings = staticmethod(F.kl_div), ("log_target",)

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target


class SoftMarginLoss(_Loss):
    """log(1 + exp(-target * input)) for targets of -1 and 1."""

    function = staticmethod(F.soft_margin_loss)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """The mean over the last axis of binary cross-entropies of logits."""

    function = staticmethod(F.multilabel_soft_margin_loss)


# -- classes -------------------------------------------------------------------------------------


class NLLLoss(_WeightedLoss):
    """-input[n, target[n]]: log-probabilities (N, K, ...), class numbers (N, ...)."""

    function, settings = staticmethod(F.nll_loss), ("weight", "ignore_index")

    def __init__(
        self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index


class CrossEntropyLoss(_WeightedLoss):
    """-log softmax(input)[n, target[n]]: logits (N, K, ...), class numbers (N, ...).

    Or probabilities as targets, of the input's shape.
    """

    function = staticmethod(F.cross_entropy)
    settings = ("weight", "ignore_index", "label_smoothing")

    def __init__(
        self,
        weight=None,
        size_average=None,
        ignore_index=-100,
        reduce=None,
        reduction="mean",
        label_smoothing=0.0,
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing


class MultiMarginLoss(_WeightedLoss):
    """How far others come within ``margin`` of the right one: scores (N, K), classes (N,)."""

    function, settings = staticmethod(F.multi_margin_loss), ("p", "margin", "weight")

    def __init__(
        self, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.p, self.margin = p, margin
