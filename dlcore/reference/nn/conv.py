"""Convolutions as layers."""

import math

from ..functions.create import empty
from . import functional as F
from . import init
from .functional.windows import per_axis
from .module import Module
from .parameter import Parameter


class _ConvNd(Module):
    """What the four have in common: settings, weights, their start and their text."""

    axes, transposed = None, False

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding,
        dilation,
        output_padding,
        groups,
        bias,
        padding_mode,
        device,
        dtype,
    ):
        super().__init__()
        name = type(self).__name__
        if groups <= 0:
            raise ValueError(f"{name}: groups must be a positive integer, received {groups}")
        for label, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name}: {label}={channels} must be divisible by groups={groups}")
        modes = ("zeros",) if self.transposed else ("zeros", "reflect", "replicate", "circular")
        if padding_mode not in modes:
            raise ValueError(
                f"{name}: padding_mode must be one of {', '.join(modes)}, received {padding_mode!r}"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = self._per_axis("kernel_size", kernel_size, 1)
        self.stride = self._per_axis("stride", stride, 1)
        self.dilation = self._per_axis("dilation", dilation, 1)
        self.output_padding = self._per_axis("output_padding", output_padding, 0)
        self.padding, self.padding_mode = self._checked_padding(padding), padding_mode
        first, second = in_channels, out_channels
        if not self.transposed:
            first, second = second, first
        shape = first, second // groups, *self.kernel_size
        self.weight = Parameter(empty(*shape, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _per_axis(self, argument, value, least):
        return per_axis(type(self).__name__, argument, value, self.axes, least)

    def _checked_padding(self, padding):
        if not isinstance(padding, str):
            return self._per_axis("padding", padding, 0)
        name = type(self).__name__
        if self.transposed or padding not in ("same", "valid"):
            names = "" if self.transposed else ", 'same' or 'valid'"
            raise ValueError(f"{name}: padding must be numbers{names}, received {padding!r}")
        if padding == "same" and any(s != 1 for s in self.stride):
            raise ValueError(f"{name}: padding='same' needs stride 1, received {self.stride}")
        return padding

    def reset_parameters(self):
        # As in Linear: uniform on +-1 / sqrt(fan_in), with fan_in numbers under each filter.
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(fan_in) if fan_in else 0
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self):
        parts = [f"{self.in_channels}, {self.out_channels}"]
        parts += [f"kernel_size={self.kernel_size}, stride={self.stride}"]
        for name, neutral in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            value = getattr(self, name)
            if value != (neutral,) * self.axes:
                parts.append(f"{name}={value}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class _Conv(_ConvNd):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            0,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input):
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._sides(), mode=self.padding_mode), 0
        return type(self).function(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _sides(self):
        """What F.pad adds before and behind each axis, the last one first."""
        if self.padding == "valid":
            return (0, 0) * self.axes
        if self.padding == "same":
            totals = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            return [n for total in totals[::-1] for n in (total // 2, total - total // 2)]
        return [p for p in self.padding[::-1] for _ in range(2)]


class Conv1d(_Conv):
    """x (N, C, L) -> (N, F, Q): every filter at every place of a signal.

    in_channels C, out_channels F; weight (F, C / groups, S), bias (F,). Other arguments as Conv2d.
    """

    axes, function = 1, staticmethod(F.conv1d)


class Conv2d(_Conv):
    """x (N, C, H, W) -> (N, F, P, Q): every filter at every place of an image.

    in_channels C, out_channels F; weight (F, C / groups, R, S), bias (F,), both uniform on
    +-1/sqrt(C / groups R S) at the start. stride, padding, dilation, groups: see
    ``nn.functional.conv2d``. padding_mode: "zeros", "reflect", "replicate" or "circular".
    ValueError for settings that contradict each other.
    """

    axes, function = 2, staticmethod(F.conv2d)


class _ConvTranspose(_ConvNd):
    transposed = True

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input, output_size=None):
        extra = self.output_padding
        if output_size is not None:
            extra = self._extra(input, tuple(output_size)[-self.axes :])
        return type(self).function(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            extra,
            self.groups,
            self.dilation,
        )

    def _extra(self, input, output_size):
        """The output_padding that gives this size: a stride > 1 leaves several sizes to choose."""
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                input.shape[-self.axes :],
                self.stride,
                self.padding,
                self.dilation,
                self.kernel_size,
                strict=True,
            )
        ]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if not all(a <= n <= b for a, n, b in zip(least, output_size, most, strict=True)):
            raise ValueError(
                f"{type(self).__name__}: output_size must be between {tuple(least)} and "
                f"{tuple(most)}, received {output_size}"
            )
        return tuple(n - a for n, a in zip(output_size, least, strict=True))


class ConvTranspose1d(_ConvTranspose):
    """x (N, C, L) -> (N, F, Q): the transpose of Conv1d. weight (C, F / groups, S)."""

    axes, function = 1, staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_ConvTranspose):
    """x (N, C, H, W) -> (N, F, P, Q): the transpose of Conv2d; with a stride it enlarges images.

    weight (C, F / groups, R, S), bias (F,). forward takes output_size to choose among the sizes
    that a stride leaves open. See ``nn.functional.conv_transpose2d``.
    """

    axes, function = 2, staticmethod(F.conv_transpose2d)
