"""Layers that drop: noise that is there in training only."""

from . import functional as F
from .module import Module


class _Drop(Module):
    """A layer with the probability ``p``; ``inplace`` changes the input itself, as in PyTorch."""

    function = None

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input):
        return type(self).function(input, self.p, self.training, self.inplace)

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Drop):
    """In training, each element is 0 with probability p, and the others are divided by 1 - p."""

    function = staticmethod(F.dropout)


class Dropout1d(_Drop):
    """As Dropout, with whole channels of (N, C, L) or (C, L)."""

    function = staticmethod(F.dropout1d)


class Dropout2d(_Drop):
    """As Dropout, with whole channels of (N, C, H, W)."""

    function = staticmethod(F.dropout2d)


class AlphaDropout(_Drop):
    """Dropout for layers of SELU: mean 0 and variance 1 stay as they are."""

    function = staticmethod(F.alpha_dropout)


class FeatureAlphaDropout(_Drop):
    """As AlphaDropout, with whole channels of (N, C, ...)."""

    function = staticmethod(F.feature_alpha_dropout)
