"""Losses, with torch's reductions."""

from ...kernels import loss as kernels
from ...tape import apply
from .checks import tensors


def _reduction(name, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: {reduction!r} is not a valid value for reduction")


def _same_shape(name, input, target):
    tensors(name, input, target)
    if input._array.shape != target._array.shape:
        raise ValueError(
            f"{name}: input has shape {tuple(input.shape)} and target has shape "
            f"{tuple(target.shape)}; they must be equal (broadcasting here would compare every "
            "prediction with every target). Reshape one of them, for example with .reshape(-1, "
            "1) or .squeeze(1)"
        )
    if target._array.dtype != input._array.dtype:
        raise RuntimeError(
            f"{name}: input is {input.dtype} and target is {target.dtype}; convert the target "
            f"with .to({input.dtype!r})"
        )


def mse_loss(input, target, *, reduction="mean"):
    """The mean of (input - target)^2; the two shapes must be equal."""
    _reduction("mse_loss", reduction)
    _same_shape("mse_loss", input, target)
    return apply(kernels.mse_loss, input, target, reduction=reduction)


def l1_loss(input, target, *, reduction="mean"):
    """The mean of |input - target|; the two shapes must be equal."""
    _reduction("l1_loss", reduction)
    _same_shape("l1_loss", input, target)
    return apply(kernels.l1_loss, input, target, reduction=reduction)


def binary_cross_entropy_with_logits(input, target, *, reduction="mean"):
    """-log p(target) with p = sigmoid(input); target in [0, 1], of the input's shape and dtype."""
    _reduction("binary_cross_entropy_with_logits", reduction)
    _same_shape("binary_cross_entropy_with_logits", input, target)
    return apply(kernels.bce_with_logits, input, target, reduction=reduction)


def _classes(name, input, target, ignore_index):
    """Check logits (N, K) against class numbers (N,)."""
    tensors(name, input, target)
    x, y = input._array, target._array
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ValueError(
            f"{name}: expected input (N, K) and target (N,), received {x.shape} and {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise RuntimeError(
            f"{name}: the target must hold class numbers (int64), received {target.dtype}; use "
            ".long(). Probabilities as targets are not in the subset"
        )
    counted = y[y != ignore_index]
    if counted.size and (counted.min() < 0 or counted.max() >= x.shape[1]):
        bad = counted[(counted < 0) | (counted >= x.shape[1])][0]
        raise IndexError(f"{name}: target {bad} is out of bounds for {x.shape[1]} classes")


def nll_loss(input, target, *, ignore_index=-100, reduction="mean"):
    """-input[n, target[n]]: log-probabilities (N, K), class numbers (N,)."""
    _reduction("nll_loss", reduction)
    _classes("nll_loss", input, target, ignore_index)
    return apply(
        kernels.nll_loss, input, target._array, ignore_index=ignore_index, reduction=reduction
    )


def cross_entropy(input, target, *, ignore_index=-100, reduction="mean"):
    """-log softmax(input)[n, target[n]]: logits (N, K), class numbers (N,)."""
    _reduction("cross_entropy", reduction)
    _classes("cross_entropy", input, target, ignore_index)
    return apply(
        kernels.cross_entropy, input, target._array, ignore_index=ignore_index, reduction=reduction
    )
