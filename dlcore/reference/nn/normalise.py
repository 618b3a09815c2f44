"""Layers that normalise each example by itself."""

from ..functions.create import ones, zeros
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


def learnt(layer, shape, weight, bias, device, dtype):
    """Give a layer a weight of ones and a bias of zeros, or None for one that it goes without."""
    options = {"device": device, "dtype": dtype}
    layer.register_parameter("weight", Parameter(ones(shape, **options)) if weight else None)
    layer.register_parameter("bias", Parameter(zeros(shape, **options)) if bias else None)


class _Learnt(Module):
    """A layer whose weight starts at 1 and whose bias at 0."""

    def reset_parameters(self):
        """Weight 1, bias 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if getattr(self, "bias", None) is not None:
            init.zeros_(self.bias)


class LayerNorm(_Learnt):
    """Each example to mean 0 and variance 1 over its last axes, times weight plus bias.

    normalized_shape: an int or a tuple, the sizes of these axes. weight starts at 1, bias at 0.
    """

    def __init__(
        self,
        normalized_shape,
        eps=1e-5,
        elementwise_affine=True,
        bias=True,
        device=None,
        dtype=None,
    ):
        super().__init__()
        given = normalized_shape
        self.normalized_shape = (given,) if isinstance(given, int) else tuple(given)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        affine = elementwise_affine
        learnt(self, self.normalized_shape, affine, affine and bias, device, dtype)

    def forward(self, input):
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self):
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(_Learnt):
    """Each example divided by its root mean square over the last axes, times weight.

    normalized_shape: an int or a tuple, the sizes of these axes. weight starts at 1.
    """

    def __init__(
        self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None
    ):
        super().__init__()
        given = normalized_shape
        self.normalized_shape = (given,) if isinstance(given, int) else tuple(given)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        weight = None
        if elementwise_affine:
            weight = Parameter(ones(self.normalized_shape, device=device, dtype=dtype))
        self.register_parameter("weight", weight)

    def forward(self, input):
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self):
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(_Learnt):
    """(N, C, ...): each of ``num_groups`` groups of channels of an example to mean 0, variance 1.

    weight (num_channels,) starts at 1, bias (num_channels,) at 0.
    """

    def __init__(
        self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None, *, bias=True
    ):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            )
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        learnt(self, (num_channels,), affine, affine and bias, device, dtype)

    def forward(self, input):
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self):
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """(N, C, ...): divided by a power of the mean square of ``size`` neighbouring channels."""

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input):
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self):
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
