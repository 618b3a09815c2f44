"""Layers and losses as functions, as ``torch.nn.functional``."""

import numpy as np

from ..functions.create import rand
from ..functions.pointwise import mul, relu, sigmoid, tanh
from ..kernels import activation, loss, normalise
from ..kernels import embedding as embedding_kernels
from ..kernels import linear as linear_kernels
from ..tape import apply
from ..tensor import Tensor, outside

__all__ = [
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "embedding",
    "gelu",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]


def _tensors(name, *values):
    for value in values:
        if not isinstance(value, Tensor):
            raise TypeError(
                f"{name}: expected a tensor, received {type(value).__name__}; for an array write "
                "from_numpy(array), for numbers tensor(...)"
            )


def _floats(name, input):
    _tensors(name, input)
    if not input.is_floating_point():
        raise RuntimeError(f"{name} is not implemented for {input.dtype}; use .float() first")
    return input


def linear(input, weight, bias=None):
    """input (..., D), weight (K, D), bias (K,) -> (..., K)."""
    _tensors("linear", input)
    x, w = input._array, weight._array
    if x.ndim == 0 or x.shape[-1] != w.shape[1]:
        raise RuntimeError(
            f"linear: the last axis of the input must have {w.shape[1]} features (weight has "
            f"shape {w.shape}), received an input of shape {x.shape}"
        )
    if x.dtype != w.dtype:
        raise RuntimeError(
            f"linear: input is {input.dtype} and weight is {weight.dtype}; they must be equal. "
            "Convert the input, for example with .float(), or the layer with .double()"
        )
    if bias is None:
        return apply(linear_kernels.linear, input, weight)
    return apply(linear_kernels.linear, input, weight, bias)


def leaky_relu(input, negative_slope=0.01):
    """x where positive, negative_slope * x elsewhere."""
    return apply(activation.leaky_relu, _floats("leaky_relu", input), negative_slope=negative_slope)


def gelu(input, approximate="none"):
    """x times the normal distribution function of x, exact or by tanh."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"gelu: approximate must be 'none' or 'tanh', received {approximate!r}")
    return apply(activation.gelu, _floats("gelu", input), approximate=approximate)


def silu(input):
    """x * sigmoid(x)."""
    return apply(activation.silu, _floats("silu", input))


def softplus(input, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta: a smooth relu."""
    return apply(activation.softplus, _floats("softplus", input), beta=beta, threshold=threshold)


def softmax(input, dim):
    """exp(x) / sum exp(x) along ``dim``."""
    return apply(activation.softmax, _floats("softmax", input), dim=dim)


def log_softmax(input, dim):
    """log softmax(x) along ``dim``, without overflow."""
    return apply(activation.log_softmax, _floats("log_softmax", input), dim=dim)


def dropout(input, p=0.5, training=True):
    """Each element is 0 with probability p, else divided by 1 - p; if not training, unchanged."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    keep = (rand(*input.shape) >= p).to(input.dtype)
    return mul(input, keep / (1 - p) if p < 1 else keep)


def embedding(input, weight):
    """Rows of weight (V, D) at integers (...) -> (..., D). IndexError outside 0 .. V - 1."""
    _tensors("embedding", input)
    index = input._array
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"embedding: expected integers as indices, received {input.dtype}")
    if index.size and (index.min() < 0 or index.max() >= len(weight)):
        bad = index[(index < 0) | (index >= len(weight))].flat[0]
        raise IndexError(f"index out of range: {bad} in an embedding of {len(weight)} rows")
    return apply(embedding_kernels.embedding, input, weight)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Mean 0 and variance 1 over the last axes (normalized_shape); times weight, plus bias."""
    shape = tuple(normalized_shape)
    if tuple(input.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"layer_norm: the last axes of the input should be {shape}, its shape is "
            f"{tuple(input.shape)}"
        )
    if weight is None and bias is not None:
        raise RuntimeError("layer_norm: a bias without a weight is not in the subset")
    learnt = [p for p in (weight, bias) if p is not None]
    return apply(normalise.layer_norm, input, *learnt, normalized_shape=shape, eps=eps)


def one_hot(tensor, num_classes=-1):
    """Integers (...) -> 0/1 integers (..., num_classes)."""
    from ..tensor import Tensor

    classes = num_classes if num_classes > 0 else int(tensor._array.max()) + 1
    return Tensor._wrap(np.eye(classes, dtype=np.int64)[tensor._array])


def _reduction(name, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: {reduction!r} is not a valid value for reduction")


def _same_shape(name, input, target):
    _tensors(name, input, target)
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
    return apply(loss.mse_loss, input, target, reduction=reduction)


def l1_loss(input, target, *, reduction="mean"):
    """The mean of |input - target|; the two shapes must be equal."""
    _reduction("l1_loss", reduction)
    _same_shape("l1_loss", input, target)
    return apply(loss.l1_loss, input, target, reduction=reduction)


def binary_cross_entropy_with_logits(input, target, *, reduction="mean"):
    """-log p(target) with p = sigmoid(input); target in [0, 1], of the input's shape and dtype."""
    _reduction("binary_cross_entropy_with_logits", reduction)
    _same_shape("binary_cross_entropy_with_logits", input, target)
    return apply(loss.bce_with_logits, input, target, reduction=reduction)


def _classes(name, input, target, ignore_index):
    """Check logits (N, K) against class numbers (N,)."""
    _tensors(name, input, target)
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
        loss.nll_loss, input, target._array, ignore_index=ignore_index, reduction=reduction
    )


def cross_entropy(input, target, *, ignore_index=-100, reduction="mean"):
    """-log softmax(input)[n, target[n]]: logits (N, K), class numbers (N,)."""
    _reduction("cross_entropy", reduction)
    _classes("cross_entropy", input, target, ignore_index)
    return apply(
        loss.cross_entropy, input, target._array, ignore_index=ignore_index, reduction=reduction
    )


__getattr__ = outside("torch.nn.functional")
