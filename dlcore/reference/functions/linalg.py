"""Matrix products."""

from ..kernels import linear as kernels
from ..tape import apply


def matmul(input, other):
    """The product of matrices, of batches of them, or with a vector on either side."""
    if input.dtype is not other.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {input.dtype} != {other.dtype}"
        )
    a, b = input._array.shape, other._array.shape
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied: {a} and {b}; the last axis of the first "
            "must have the size of the second-to-last axis of the second"
        )
    return apply(kernels.matmul, input, other)


def mm(input, mat2):
    """The product of two matrices."""
    return matmul(input, mat2)


def mv(input, vec):
    """A matrix times a vector."""
    return matmul(input, vec)


def bmm(input, mat2):
    """The products of two batches of matrices: (N, i, j) and (N, j, k) -> (N, i, k)."""
    return matmul(input, mat2)


def dot(input, tensor):
    """The inner product of two vectors."""
    if input.ndim != 1 or tensor.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
    return matmul(input, tensor)


def outer(input, vec2):
    """input[i] * vec2[j]."""
    return input[:, None] * vec2[None, :]
