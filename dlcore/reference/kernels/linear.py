"""Matrix products: the affine layer, and ``matmul`` over batches of matrices.

For out = x @ w.T + b with one number of out, out[n, k] = sum_d x[n, d] w[k, d] + b[k], the chain
rule
gives d(x[n, d]) = sum_k dout[n, k] w[k, d], and so on: each gradient is again a matrix product.
"""

import math

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast


def linear_forward(x, w, b=None):
    """x (..., D), w (K, D), b (K,) -> (..., K)."""
    out = as_rows(x) @ w.T
    if b is not None:
        out += b
    return out.reshape(*x.shape[:-1], w.shape[0]), (x, w, b)


def linear_backward(dout, cache, needs=(True, True, True)):
    """dout (..., K) -> dx (..., D), dw (K, D), db (K,)."""
    x, w, b = cache
    drows, rows = as_rows(dout), as_rows(x)  # (N, K), (N, D)
    dx = (drows @ w).reshape(x.shape) if needs[0] else None
    dw = drows.T @ rows if needs[1] else None
    if b is None:
        return dx, dw
    return dx, dw, drows.sum(axis=0)


def as_rows(x):
    """x (..., D) -> (N, D): one matrix product for all leading axes, as BLAS likes few large ones.

    N is counted, since -1 could be any number where D is 0.
    """
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def matmul_forward(a, b):
    """a (..., N, D) @ b (..., D, K) -> (..., N, K); one axis stands for a row or a column."""
    return np.matmul(a, b), (a, b)


def matmul_backward(dout, cache, needs=(True, True)):
    a, b = cache
    # A vector is a matrix of one row (left) or one column (right) whose axis was dropped again.
    left = a[None, :] if a.ndim == 1 else a  # (..., N, D)
    right = b[:, None] if b.ndim == 1 else b  # (..., D, K)
    if b.ndim == 1:
        dout = dout[..., None]
    if a.ndim == 1:
        dout = dout[..., None, :]
    da = db = None
    if needs[0]:
        da = unbroadcast(np.matmul(dout, right.swapaxes(-1, -2)), left.shape).reshape(a.shape)
    if needs[1]:
        db = unbroadcast(np.matmul(left.swapaxes(-1, -2), dout), right.shape).reshape(b.shape)
    return da, db


linear = register(
    "linear",
    linear_forward,
    linear_backward,
    torch="nn.functional.linear",
    source="Rumelhart, Hinton, Williams 1986, Nature 323, 533-536",
)
matmul = register(
    "matmul",
    matmul_forward,
    matmul_backward,
    torch="matmul",
    source="Magnus, Neudecker, Matrix Differential Calculus, 1988",
)
