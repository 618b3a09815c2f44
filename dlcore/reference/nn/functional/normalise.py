"""Normalisation over axes of the input."""

from ...kernels import normalise as kernels
from ...tape import apply


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
    return apply(kernels.layer_norm, input, *learnt, normalized_shape=shape, eps=eps)
