"""Products of vectors and matrices beyond matmul, with a sum added, and distances."""

import math

from ..tensor import Tensor
from . import layout, reduce
from .linalg import bmm, matmul, mm, mv


def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """beta * input + alpha * (mat1 @ mat2), for matrices."""
    return _plus(input, mm(mat1, mat2), beta, alpha)


def addmv(input, mat, vec, *, beta=1, alpha=1):
    """beta * input + alpha * (mat @ vec)."""
    return _plus(input, mv(mat, vec), beta, alpha)


def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """beta * input + alpha * (batch1 @ batch2), for batches of matrices."""
    return _plus(input, bmm(batch1, batch2), beta, alpha)


def addr(input, vec1, vec2, *, beta=1, alpha=1):
    """beta * input + alpha * outer(vec1, vec2)."""
    from .linalg import outer

    return _plus(input, outer(vec1, vec2), beta, alpha)


def _plus(input, product, beta, alpha):
    product = product if alpha == 1 else product * alpha
    if beta == 0:  # nan and inf in the input do not count then
        return product
    return (input if beta == 1 else input * beta) + product


def inner(input, other):
    """The sum of products over the last axes."""
    if not input.ndim or not other.ndim:
        return input * other
    if input._array.shape[-1] != other._array.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def vdot(input, other):
    """The inner product of two vectors."""
    from .linalg import dot

    return dot(input, other)


def tensordot(a, b, dims=2):
    """The sum of products over the last ``dims`` axes of a and the first of b, or over two lists.

    One matrix product, after the axes are put in order.
    """
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        dims = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    of_a, of_b = ([layout.axis(x, d) for d in own] for x, own in zip((a, b), dims, strict=True))
    sizes_a = [a._array.shape[d] for d in of_a]
    sizes_b = [b._array.shape[d] for d in of_b]
    if sizes_a != sizes_b:
        raise RuntimeError(
            f"contracted dimensions need to match, but the axes {of_a} of the first have sizes "
            f"{sizes_a} and the axes {of_b} of the second {sizes_b}"
        )
    rows = [d for d in range(a.ndim) if d not in of_a]
    columns = [d for d in range(b.ndim) if d not in of_b]
    out = [a._array.shape[d] for d in rows] + [b._array.shape[d] for d in columns]
    inside = math.prod(sizes_a)
    left = layout.permute(a, (*rows, *of_a)) if a.ndim else a
    right = layout.permute(b, (*of_b, *columns)) if b.ndim else b
    count = math.prod(a._array.shape[d] for d in rows)
    product = matmul(
        layout.reshape(left, (count, inside)),
        layout.reshape(right, (inside, math.prod(out[len(rows) :]))),
    )
    return layout.reshape(product, tuple(out))


def kron(input, other):
    """Kronecker's product: every element of ``input`` times the whole of ``other``."""
    n = max(input.ndim, other.ndim)
    a = layout.reshape(input, (1,) * (n - input.ndim) + tuple(input.shape))
    b = layout.reshape(other, (1,) * (n - other.ndim) + tuple(other.shape))
    sizes = [i * j for i, j in zip(a.shape, b.shape, strict=True)]
    spread_a = layout.reshape(a, [m for i in a.shape for m in (i, 1)])
    spread_b = layout.reshape(b, [m for j in b.shape for m in (1, j)])
    return layout.reshape(spread_a * spread_b, tuple(sizes))


def cross(input, other, *, dim=-1):
    """The vector product of vectors of three numbers along ``dim``."""
    if input.dtype is not other.dtype:
        raise RuntimeError(f"cross: expected one dtype, received {input.dtype} and {other.dtype}")
    a, b = layout.movedim(input, dim, 0), layout.movedim(other, dim, 0)
    if len(a) != 3 or len(b) != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {len(a)} and {len(b)}"
        )
    parts = [a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return layout.movedim(layout.stack(parts), 0, dim)


def cdist(x1, x2, p=2.0):
    """Distances (..., P, R) in the p-norm between rows (..., P, D) and rows (..., R, D)."""
    if x1.ndim < 2 or x2.ndim < 2 or x1._array.shape[-1] != x2._array.shape[-1]:
        raise RuntimeError(
            "cdist: X1 and X2 must have at least two dimensions and the same number of columns. "
            f"X1: {tuple(x1.shape)} X2: {tuple(x2.shape)}"
        )
    for x in (x1, x2):
        if not x.is_floating_point():
            raise RuntimeError(f"cdist only supports floating-point dtypes, got: {x.dtype}")
    if x1.dtype is not x2.dtype:
        raise RuntimeError(f"cdist: expected one dtype, received {x1.dtype} and {x2.dtype}")
    return reduce.norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, -1)


def dist(input, other, p=2):
    """The p-norm of input - other."""
    return reduce.norm(input - other, p)
