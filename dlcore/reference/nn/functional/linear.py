"""The affine and the bilinear layer."""

from ...functions.layout import expand
from ...functions.linalg import matmul
from ...kernels import linear as kernels
from ...tape import apply
from .checks import one_dtype, tensors


def linear(input, weight, bias=None):
    """input (..., D), weight (K, D), bias (K,) -> (..., K)."""
    tensors("linear", input)
    x, w = input._array, weight._array
    if w.ndim != 2 or x.ndim == 0 or x.shape[-1] != w.shape[1]:
        raise RuntimeError(
            f"linear: the last axis of the input must have {w.shape[-1]} features (weight has "
            f"shape {w.shape}), received an input of shape {x.shape}"
        )
    if x.dtype != w.dtype:
        raise RuntimeError(
            f"linear: input is {input.dtype} and weight is {weight.dtype}; they must be equal. "
            "Convert the input, for example with .float(), or the layer with .double()"
        )
    if bias is None:
        return apply(kernels.linear, input, weight)
    if bias._array.dtype != x.dtype:
        raise RuntimeError(
            f"linear: input is {input.dtype} and bias is {bias.dtype}; they must be equal"
        )
    if bias._array.shape != w.shape[:1]:
        bias = expand(bias, len(w))
    return apply(kernels.linear, input, weight, bias)


def bilinear(input1, input2, weight, bias=None):
    """input1 (..., D1), input2 (..., D2), weight (K, D1, D2), bias (K,) -> (..., K)."""
    tensors("bilinear", input1, input2)
    one_dtype("bilinear", input1, input2=input2, weight=weight, bias=bias)
    a, b, w = input1._array, input2._array, weight._array
    if a.shape[:-1] != b.shape[:-1] or (a.shape[-1], b.shape[-1]) != w.shape[1:]:
        raise RuntimeError(
            f"bilinear: expected inputs (..., {w.shape[1]}) and (..., {w.shape[2]}) of the same "
            f"leading axes (weight has shape {w.shape}), received {a.shape} and {b.shape}"
        )
    K, D1, D2 = w.shape
    # One matrix product over D1 for all k, then the sum over D2.
    half = matmul(input1, weight.permute(1, 0, 2).reshape(D1, K * D2))  # (..., K D2)
    out = (half.reshape(*a.shape[:-1], K, D2) * input2.unsqueeze(-2)).sum(-1)
    return out if bias is None else out + bias
