"""Layers that normalise channels over the batch, and the instance-wise ones, built alike."""

from ..functions.create import ones, zeros
from . import functional as F
from .normalise import _Learnt, learnt


class _Running(_Learnt):
    """What they share: weight and bias for each channel, and running averages as buffers.

    running_mean and running_var (num_features,) start at 0 and 1; num_batches_tracked counts.
    """

    axes = ()  # the numbers of axes that an input may have

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
        *,
        bias=True,
    ):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        shape, options, tracked = (num_features,), {"device": device, "dtype": dtype}, {}
        learnt(self, shape, affine, affine and bias, device, dtype)
        if track_running_stats:
            tracked["running_mean"] = zeros(shape, **options)
            tracked["running_var"] = ones(shape, **options)
            tracked["num_batches_tracked"] = zeros((), dtype=int)
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            self.register_buffer(name, tracked.get(name))

    def reset_running_stats(self):
        """Forget what was seen: mean 0, variance 1, no batches."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self):
        """As at the start."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check(self, input):
        if input.ndim not in self.axes:
            raise ValueError(
                f"{type(self).__name__}: expected {self.axes[0]}D or {self.axes[1]}D input (got "
                f"{input.ndim}D input of shape {tuple(input.shape)})"
            )

    def _check_features(self, input, axis):
        if input.shape[axis] != self.num_features:
            kind = "features" if input.ndim == 2 and axis else "channels"
            raise RuntimeError(
                f"{type(self).__name__}: axis {axis} of the input must have {self.num_features} "
                f"{kind} (num_features), received {input.shape[axis]} in an input of shape "
                f"{tuple(input.shape)}"
            )

    def extra_repr(self):
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Running):
    def forward(self, input):
        self._check(input)
        self._check_features(input, 1)
        momentum, tracking = self.momentum, self.training and self.track_running_stats
        if tracking:
            self.num_batches_tracked.add_(1)
            if momentum is None:  # the plain average over all batches so far
                momentum = 1 / self.num_batches_tracked.item()
        of_batch = self.training or self.running_mean is None
        mean, var = self.running_mean, self.running_var
        if of_batch and not tracking:
            mean = var = None
        return F.batch_norm(
            input, mean, var, self.weight, self.bias, of_batch, momentum or 0.0, self.eps
        )


class BatchNorm1d(_BatchNorm):
    """(N, C) or (N, C, L): each feature to mean 0 and variance 1 over the batch.

    In training by the batch's own mean and biased variance, while running averages of the mean and
    the unbiased variance are kept (``momentum``: the share of the new batch; None: the plain
    average); in eval mode by these. Then times weight (from 1), plus bias (from 0).
    Raises ValueError for an input of other axes, and in training for one number per channel.
    Source: Ioffe, Szegedy 2015, ICML, arXiv:1502.03167.
    """

    axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """(N, C, H, W): each channel to mean 0 and variance 1 over the batch and all pixels.

    Everything else as in BatchNorm1d.
    """

    axes = (4,)

    def _check(self, input):
        if input.ndim != 4:
            raise ValueError(
                f"BatchNorm2d: expected 4D input (got {input.ndim}D input of shape "
                f"{tuple(input.shape)})"
            )


class _InstanceNorm(_Running):
    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        device=None,
        dtype=None,
        *,
        bias=True,
    ):
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input):
        self._check(input)
        single = input.ndim == self.axes[0]  # one example without its batch axis
        self._check_features(input, 0 if single else 1)
        mean, var = self.running_mean, self.running_var
        out = F.instance_norm(
            input.unsqueeze(0) if single else input,
            mean,
            var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum or 0.0,
            self.eps,
        )
        return out.squeeze(0) if single else out


class InstanceNorm1d(_InstanceNorm):
    """(N, C, L) or (C, L): each channel of each example to mean 0 and variance 1."""

    axes = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """(N, C, H, W) or (C, H, W): each channel of each image to mean 0 and variance 1."""

    axes = (3, 4)
