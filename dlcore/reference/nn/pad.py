"""Borders as layers."""

from . import functional as F
from .functional.windows import per_axis
from .module import Module


class _Pad(Module):
    """padding: one number for every side, or (left, right), (left, right, top, bottom)."""

    axes, mode, value = None, "constant", None

    def __init__(self, padding):
        super().__init__()
        self.padding = _sides(self, padding)

    def forward(self, input):
        return F.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self):
        return f"{self.padding}"


def _sides(layer, padding):
    return per_axis(type(layer).__name__, "padding", padding, 2 * layer.axes, -(2**63))


class ConstantPad1d(_Pad):
    """x (N, C, L) with a border of ``value``."""

    axes = 1

    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value

    def extra_repr(self):
        return f"padding={self.padding}, value={self.value}"


class ConstantPad2d(ConstantPad1d):
    """x (N, C, H, W) with a border of ``value``."""

    axes = 2


class ZeroPad1d(_Pad):
    """x (N, C, L) with a border of zeros."""

    axes = 1


class ZeroPad2d(_Pad):
    """x (N, C, H, W) with a border of zeros."""

    axes = 2


class ReflectionPad1d(_Pad):
    """x (N, C, L) with a border in which it runs back from its ends."""

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """x (N, C, H, W) with a border in which it runs back from its edges."""

    axes, mode = 2, "reflect"


class ReplicationPad1d(_Pad):
    """x (N, C, L) with a border of its last elements."""

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """x (N, C, H, W) with a border of its outermost pixels."""

    axes, mode = 2, "replicate"


class CircularPad1d(_Pad):
    """x (N, C, L) with a border as if it were a ring."""

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """x (N, C, H, W) with a border as if it were a tile that repeats."""

    axes, mode = 2, "circular"
