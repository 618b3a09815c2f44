"""Matrix products."""

from .. import dtypes
from ..kernels import linear as kernels
from ..tape import apply
from ..tensor import Tensor
from .pointwise import refused


def matmul(input, other):
    """The product of matrices, of batches of them, or with a vector on either side."""
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul: expected a tensor, received {type(other).__name__}")
    if input.dtype is not other.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {input.dtype} != {other.dtype}"
        )
    if input._array.dtype == dtypes.BOOL:
        raise refused("matmul", dtypes.BOOL)
    a, b = input._array.shape, other._array.shape
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied: {a} and {b}; the last axis of the first "
            "must have the size of the second-to-last axis of the second"
        )
    return apply(kernels.matmul, input, other)


def _of_rank(name, ranks, *tensors):
    received = [x.ndim for x in tensors]
    if received != ranks:
        raise RuntimeError(
            f"{name}: expected tensors of {' and '.join(map(str, ranks))} axes, received "
            f"{' and '.join(map(str, received))}; matmul takes any"
        )


def mm(input, mat2):
    """The product of two matrices."""
    _of_rank("mm", [2, 2], input, mat2)
    return matmul(input, mat2)


def mv(input, vec):
    """A matrix times a vector."""
    _of_rank("mv", [2, 1], input, vec)
    return matmul(input, vec)


def bmm(input, mat2):
    """The products of two batches of matrices: (N, i, j) and (N, j, k) -> (N, i, k)."""
    _of_rank("bmm", [3, 3], input, mat2)
    if len(input) != len(mat2):
        raise RuntimeError(f"bmm: the batches have {len(input)} and {len(mat2)} matrices")
    return matmul(input, mat2)


def dot(input, tensor):
    """The inner product of two vectors."""
    _of_rank("dot", [1, 1], input, tensor)
    return matmul(input, tensor)


def outer(input, vec2):
    """input[i] * vec2[j]."""
    _of_rank("outer", [1, 1], input, vec2)
    return input[:, None] * vec2[None, :]
