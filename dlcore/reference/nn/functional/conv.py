"""Convolution, transposed convolution, and their one-dimensional cases: images of one row."""

from ...kernels import conv as kernels
from ...kernels.windows import output_size
from ...tape import apply
from .checks import one_dtype, tensors
from .pad import pad
from .windows import batched, in_rows, per_axis, restored, with_height


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """input (N, C, L), weight (F, C/groups, S), bias (F,) -> (N, F, Q); else as ``conv2d``."""
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """input (N, C, H, W), weight (F, C/groups, R, S), bias (F,) -> (N, F, P, Q).

    Each filter is laid over every place of the image and multiplied with what it covers. stride,
    padding (zeros on both sides), dilation: an integer, or one for rows and one for columns.
    padding may also be "valid" (none) or "same" (P, Q = H, W). groups: filters and channels fall
    into as many parts, each filter sees the channels of its part.
    RuntimeError for sizes that do not fit.
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """input (N, C, L), weight (C, F/groups, S), bias (F,) -> (N, F, Q)."""
    window = stride, padding, output_padding, groups, dilation
    return _conv_transpose("conv_transpose1d", 1, input, weight, bias, *window)


def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """input (N, C, H, W), weight (C, F/groups, R, S), bias (F,) -> (N, F, P, Q).

    The transpose of ``conv2d`` as a linear function: each pixel adds its multiple of a filter to
    the output, P = (H - 1) stride - 2 padding + dilation (R - 1) + output_padding + 1.
    RuntimeError for sizes that do not fit.
    """
    window = stride, padding, output_padding, groups, dilation
    return _conv_transpose("conv_transpose2d", 2, input, weight, bias, *window)


def _conv(name, axes, input, weight, bias, stride, padding, dilation, groups):
    stride = per_axis(name, "stride", stride, axes, 1)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    input, alone = batched(name, input, axes)
    _weights(name, axes, input, weight, bias, groups, weight.shape[:1])
    channels = weight.shape[1] * groups
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"{name}: {weight.shape[0]} filters do not fall into {groups} groups of equal size"
        )
    _channels(name, input, channels, f"the weight, of shape {tuple(weight.shape)}, {groups=}")
    if isinstance(padding, str):
        input, padding = _padded(name, input, weight, stride, padding, dilation)
    padding = per_axis(name, "padding", padding, axes, 0)
    for n, k, p, d in zip(input.shape[2:], weight.shape[2:], padding, dilation, strict=True):
        if output_size(n, k, 1, p, d) < 1:
            raise RuntimeError(
                f"{name}: the kernel, {tuple(weight.shape[2:])} with dilation {dilation}, is "
                f"larger than the input, {tuple(input.shape[2:])} with padding {padding}"
            )
    window = {
        "stride": in_rows(stride, 1),
        "padding": in_rows(padding, 0),
        "dilation": in_rows(dilation, 1),
        "groups": groups,
    }
    return _applied(kernels.conv2d, axes, input, weight, bias, alone, window)


def _conv_transpose(
    name, axes, input, weight, bias, stride, padding, output_padding, groups, dilation
):
    stride = per_axis(name, "stride", stride, axes, 1)
    padding = per_axis(name, "padding", padding, axes, 0)
    output_padding = per_axis(name, "output_padding", output_padding, axes, 0)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    input, alone = batched(name, input, axes)
    _weights(name, axes, input, weight, bias, groups, (weight.shape[1] * groups,))
    _channels(name, input, weight.shape[0], f"the weight, of shape {tuple(weight.shape)},")
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"{name}: {weight.shape[0]} channels do not fall into {groups} groups of equal size"
        )
    for n, k, s, p, d, extra in zip(
        input.shape[2:], weight.shape[2:], stride, padding, dilation, output_padding, strict=True
    ):
        if extra >= max(s, d):
            raise RuntimeError(
                f"{name}: output_padding must be smaller than either stride or dilation, received "
                f"{output_padding} with stride {stride} and dilation {dilation}"
            )
        if (n - 1) * s - 2 * p + d * (k - 1) + extra + 1 < 1:
            raise RuntimeError(
                f"{name}: nothing is left of an input {tuple(input.shape[2:])} after the padding "
                f"{padding} is cut off"
            )
    window = {
        "stride": in_rows(stride, 1),
        "padding": in_rows(padding, 0),
        "output_padding": in_rows(output_padding, 0),
        "groups": groups,
        "dilation": in_rows(dilation, 1),
    }
    return _applied(kernels.conv_transpose2d, axes, input, weight, bias, alone, window)


def _applied(rule, axes, input, weight, bias, alone, window):
    if axes == 1:
        input, weight = with_height(input), with_height(weight)
    learnt = (weight,) if bias is None else (weight, bias)
    return restored(apply(rule, input, *learnt, **window), axes, alone)


def _weights(name, axes, input, weight, bias, groups, filters):
    tensors(name, weight)
    if weight.ndim != axes + 2:
        raise RuntimeError(
            f"{name}: expected a weight of {axes + 2} axes, received shape {tuple(weight.shape)}"
        )
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1:
        raise RuntimeError(f"{name}: groups must be a positive integer, received {groups!r}")
    if bias is not None and tuple(bias.shape) != tuple(filters):
        raise RuntimeError(
            f"{name}: expected a bias of shape {tuple(filters)}, one number for each filter, "
            f"received {tuple(bias.shape)}"
        )
    one_dtype(name, input, weight=weight, bias=bias)


def _channels(name, input, expected, reason):
    if input.shape[1] != expected:
        raise RuntimeError(
            f"{name}: axis 1 of the input must have {expected} channels, as {reason} says; "
            f"received {input.shape[1]} in an input of shape {tuple(input.shape)}"
        )


def _padded(name, input, weight, stride, padding, dilation):
    """The input and what padding remains to be done, for a padding given by name."""
    if padding == "valid":
        return input, 0
    if padding != "same":
        raise RuntimeError(f"{name}: padding must be numbers, 'valid' or 'same', not {padding!r}")
    if any(s != 1 for s in stride):
        raise RuntimeError(f"{name}: padding='same' needs stride 1, received {stride}")
    totals = [d * (k - 1) for k, d in zip(weight.shape[2:], dilation, strict=True)]
    if not any(total % 2 for total in totals):
        return input, [total // 2 for total in totals]
    # An odd number of zeros has one more of them behind; F.pad counts from the last axis.
    sides = [side for total in reversed(totals) for side in (total // 2, total - total // 2)]
    return pad(input, sides), 0
