"""Losses of pairs and triples as layers."""

from . import functional as F
from .loss import _Loss


class _Margin(_Loss):
    """With a ``margin``, called with any number of inputs."""

    settings = ("margin",)

    def __init__(self, margin=0.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, *inputs):
        settings = {name: getattr(self, name) for name in self.settings}
        return type(self).function(*inputs, reduction=self.reduction, **settings)


class MarginRankingLoss(_Margin):
    """max(0, margin - target (input1 - input2)): target 1 where input1 should be the larger."""

    function = staticmethod(F.margin_ranking_loss)


class CosineEmbeddingLoss(_Margin):
    """1 - cos where target is 1, max(0, cos - margin) where it is -1."""

    function = staticmethod(F.cosine_embedding_loss)


class HingeEmbeddingLoss(_Margin):
    """The distance ``input`` where target is 1, max(0, margin - input) where it is -1."""

    function = staticmethod(F.hinge_embedding_loss)

    def __init__(self, margin=1.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(margin, size_average, reduce, reduction)


class TripletMarginLoss(_Margin):
    """max(0, |anchor - positive| - |anchor - negative| + margin). ValueError if margin <= 0."""

    function, settings = staticmethod(F.triplet_margin_loss), ("margin", "p", "eps", "swap")

    def __init__(
        self,
        margin=1.0,
        p=2.0,
        eps=1e-6,
        swap=False,
        size_average=None,
        reduce=None,
        reduction="mean",
    ):
        super().__init__(margin, size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginLoss: expected margin to be greater than 0, got {margin}"
            )
        self.p, self.eps, self.swap = p, eps, swap


class TripletMarginWithDistanceLoss(_Margin):
    """TripletMarginLoss with a distance of one's own. ValueError if margin <= 0."""

    function = staticmethod(F.triplet_margin_with_distance_loss)
    settings = ("distance_function", "margin", "swap")

    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
        super().__init__(margin, reduction=reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin}"
            )
        self.distance_function, self.swap = distance_function, swap
