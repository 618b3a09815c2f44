"""Linear algebra, as ``torch.linalg``: norms, decompositions, equations; batches of matrices.

inv, det, slogdet, solve and cholesky have rules. The decompositions give values only, and say so
when a gradient is asked for.
"""

import math

import numpy as np

from .functions import layout, parts, products, reduce
from .functions.pointwise import refused, unrecorded
from .functions.returns import returned
from .kernels import matrix
from .tape import apply
from .tensor import Tensor, outside

LinAlgError = type("LinAlgError", (RuntimeError,), {"__doc__": "A matrix does not allow it."})

SVD, QR = returned("linalg_svd", "U", "S", "Vh"), returned("linalg_qr", "Q", "R")
Eigh = returned("linalg_eigh", "eigenvalues", "eigenvectors")
SLogDet = returned("linalg_slogdet", "sign", "logabsdet")
LeastSquares = returned("linalg_lstsq", "solution", "residuals", "rank", "singular_values")

__all__ = [
    "LinAlgError",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "vecdot",
    "vector_norm",
]


def _matrices(name, *tensors, square=False):
    for x in tensors:
        if not isinstance(x, Tensor):
            raise TypeError(f"linalg.{name}: expected a tensor, received {type(x).__name__}")
        shape = tuple(x.shape)
        if len(shape) < 2:
            raise RuntimeError(
                f"linalg.{name}: The input tensor A must have at least 2 dimensions, received "
                f"shape {shape}"
            )
        if square and shape[-1] != shape[-2]:
            raise RuntimeError(
                f"linalg.{name}: A must be batches of square matrices, but they are {shape[-2]} by "
                f"{shape[-1]} matrices"
            )
        if x._array.dtype.kind != "f":
            raise refused(f"linalg.{name}", x._array.dtype)


def _solved(name, function, *args, **options):
    try:
        return function(*args, **options)
    except np.linalg.LinAlgError as error:
        raise LinAlgError(
            f"linalg.{name}: {error}, among matrices of shape {tuple(args[-1].shape)[-2:]}"
        ) from error


def inv(A):
    """The inverse of square matrices. LinAlgError for a singular one."""
    _matrices("inv", A, square=True)
    return _solved("inv", apply, matrix.inv, A)


def det(A):
    """The determinant of square matrices."""
    _matrices("det", A, square=True)
    return apply(matrix.det, A)


def slogdet(A):
    """(sign, logabsdet) of the determinant, which does not overflow."""
    _matrices("slogdet", A, square=True)
    return SLogDet(*apply(matrix.slogdet, A))


def _logdet(input):
    """The logarithm of the determinant; nan where it is negative. It is torch.logdet."""
    sign, logabsdet = slogdet(input)
    return logabsdet if (sign._array > 0).all() else logabsdet + sign.log()


def solve(A, B):
    """The X of A X = B: A (..., N, N); B (..., N, K), or a vector (N,) or batch of them."""
    _matrices("solve", A, square=True)
    vector = B.ndim == 1 or (B.ndim == A.ndim - 1 and B._array.shape == A._array.shape[:-1])
    right = layout.unsqueeze(B, -1) if vector else B
    _matrices("solve", right)
    if right._array.shape[-2] != A._array.shape[-1]:
        raise RuntimeError(
            "linalg.solve: Incompatible shapes of A and B for the equation AX = B "
            f"({tuple(A.shape)} and {tuple(B.shape)})"
        )
    out = _solved("solve", apply, matrix.solve, A, right)
    return layout.squeeze(out, -1) if vector else out


def cholesky(A, *, upper=False):
    """The lower triangular L of L L^T = A, or its transpose; A symmetric, positive definite."""
    _matrices("cholesky", A, square=True)
    out = _solved("cholesky", apply, matrix.cholesky, A)
    return layout.transpose(out, -2, -1) if upper else out


def matrix_power(A, n):
    """A times itself, n times; the inverse for negative n, the identity for 0."""
    _matrices("matrix_power", A, square=True)
    if n < 0:
        return matrix_power(inv(A), -n)
    identity = np.eye(A._array.shape[-1], dtype=A._array.dtype)
    out = layout.expand(Tensor._wrap(identity), A._array.shape)
    while n:  # by squaring
        out = out @ A if n & 1 else out
        A, n = (A @ A if n > 1 else A), n >> 1
    return out


def multi_dot(tensors):
    """The product of several matrices, from the left."""
    out, *others = tensors
    for x in others:
        out = out @ x
    return out


def _values(name, A, function, **options):
    _matrices(name, A)
    return _solved(name, function, unrecorded(A, f"linalg.{name}"), **options)


def _wrapped(kind, arrays):
    return kind(*(Tensor._wrap(np.asarray(a)) for a in arrays))


def svd(A, full_matrices=True):
    """(U, S, Vh) with A = U diag(S) Vh, the singular values S falling. Values only."""
    return _wrapped(SVD, _values("svd", A, np.linalg.svd, full_matrices=full_matrices))


def svdvals(A):
    """The singular values, falling. Values only."""
    return Tensor._wrap(_values("svdvals", A, np.linalg.svd, compute_uv=False))


def qr(A, mode="reduced"):
    """(Q, R) with A = Q R, Q orthogonal, R upper triangular; or mode "complete". Values only."""
    if mode not in ("reduced", "complete"):
        raise RuntimeError(f"linalg.qr: mode is 'reduced' or 'complete', received {mode!r}")
    return _wrapped(QR, _values("qr", A, np.linalg.qr, mode=mode))


def eigh(A, UPLO="L"):
    """(eigenvalues, eigenvectors) of symmetric matrices, rising. Values only."""
    _matrices("eigh", A, square=True)
    return _wrapped(Eigh, _values("eigh", A, np.linalg.eigh, UPLO=UPLO))


def eigvalsh(A, UPLO="L"):
    """The eigenvalues of symmetric matrices, rising. Values only."""
    _matrices("eigvalsh", A, square=True)
    return Tensor._wrap(_values("eigvalsh", A, np.linalg.eigvalsh, UPLO=UPLO))


def pinv(A):
    """The pseudo-inverse of Moore and Penrose. Values only."""
    eps = np.finfo(A._array.dtype).eps * max(A._array.shape[-2:])
    return Tensor._wrap(_values("pinv", A, np.linalg.pinv, rcond=eps))


def matrix_rank(A, *, tol=None):
    """The number of singular values above ``tol``."""
    _matrices("matrix_rank", A)
    return Tensor._wrap(np.asarray(np.linalg.matrix_rank(A._array, tol), np.int64))


def lstsq(A, B):
    """(solution, residuals, rank, singular_values) of min |A X - B| for one matrix. Values only."""
    x, right = unrecorded(A, "linalg.lstsq"), unrecorded(B, "linalg.lstsq")
    if x.ndim != 2 or right.ndim != 2 or len(x) != len(right):
        raise RuntimeError(
            "linalg.lstsq: expected a matrix (M, N) and a matrix (M, K), received "
            f"{x.shape} and {right.shape}; batches are not in the subset"
        )
    solution, residuals, rank, _ = np.linalg.lstsq(
        x, right, rcond=np.finfo(x.dtype).eps * max(x.shape)
    )
    none = np.empty(0, x.dtype)
    return _wrapped(LeastSquares, (solution, residuals, np.int64(rank), none))


def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    """(sum |x|^ord)^(1/ord) over ``dim`` or all; ord inf: the largest, 0: how many are not 0."""
    x = x if dtype is None else x.to(dtype)
    if x._array.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point tensor as input. Got {x.dtype}"
        )
    if ord == 0:
        return reduce.sum((x != 0).to(x.dtype), dim, keepdim)
    return reduce.norm(x, ord, dim, keepdim)


def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    """The Frobenius norm ("fro"), or the largest row (inf) or column (1) sum of absolute values."""
    A = A if dtype is None else A.to(dtype)
    if ord == "fro":
        return reduce.norm(A, 2, tuple(dim), keepdim)
    if ord not in (1, -1, math.inf, -math.inf):
        raise ValueError(
            "linalg.matrix_norm: ord is 'fro', 1, -1, inf or -inf in the reference, received "
            f"{ord!r}"
        )
    rows, columns = (layout.axis(A, d) for d in dim)
    summed, left = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = reduce.sum(A.abs(), summed, True)
    out = (reduce.amax if ord > 0 else reduce.amin)(sums, left, True)
    return out if keepdim else layout.squeeze(out, (rows, columns))


def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None):
    """``vector_norm``, or ``matrix_norm`` for an ord that is given and two axes."""
    if ord is not None and (
        isinstance(ord, str)
        or (dim is None and A.ndim == 2)
        or (isinstance(dim, tuple) and len(dim) == 2)
    ):
        return matrix_norm(A, ord, dim or (-2, -1), keepdim, dtype=dtype)
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    """The elements (i, i + offset) of the last two axes."""
    return parts.diagonal(A, offset, dim1, dim2)


def matmul(input, other):
    """The product of matrices, of batches of them, or with a vector."""
    return input @ other


def cross(input, other, *, dim=-1):
    """The vector product along ``dim``."""
    return products.cross(input, other, dim=dim)


def vecdot(x, y, *, dim=-1):
    """The inner product along ``dim``; the other axes broadcast."""
    return (x * y).sum(dim)


__getattr__ = outside("torch.linalg")
