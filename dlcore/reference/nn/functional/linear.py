"""The affine layer."""

from ...kernels import linear as kernels
from ...tape import apply
from .checks import tensors


def linear(input, weight, bias=None):
    """input (..., D), weight (K, D), bias (K,) -> (..., K)."""
    tensors("linear", input)
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
        return apply(kernels.linear, input, weight)
    return apply(kernels.linear, input, weight, bias)
