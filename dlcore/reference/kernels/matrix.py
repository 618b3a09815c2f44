"""Functions of square matrices: inverse, determinant, linear equations, Cholesky factor.

From d(A^-1) = -A^-1 dA A^-1 and its like, transposed: what multiplied from the left in the forward
direction multiplies, transposed, in the backward one. Axes before the last two are a batch.
"""

import numpy as np

from ..rule import register
from .arithmetic import unbroadcast

GILES = "Giles 2008, Collected Matrix Derivative Results for Forward and Reverse Mode AD"


def transposed(a):
    return a.swapaxes(-1, -2)


def inv_forward(a):
    out = np.linalg.inv(a)
    return out, out


def inv_backward(dout, cache):
    out = cache
    return (-transposed(out) @ dout @ transposed(out),)


def det_forward(a):
    out = np.asarray(np.linalg.det(a))
    return out, (a, out)


def det_backward(dout, cache):
    a, out = cache
    return ((dout * out)[..., None, None] * transposed(np.linalg.inv(a)),)


def slogdet_forward(a):
    """The sign of the determinant, and the logarithm of its absolute value."""
    sign, logabs = np.linalg.slogdet(a)
    return (np.asarray(sign), np.asarray(logabs)), a


def slogdet_backward(dout, cache):
    a = cache
    _, dlogabs = dout  # the sign is constant wherever it has a derivative
    return (dlogabs[..., None, None] * transposed(np.linalg.inv(a)),)


def solve_forward(a, b):
    """The x of a x = b: a (..., N, N), b (..., N, K)."""
    out = np.linalg.solve(a, b)
    return out, (a, b.shape, out)


def solve_backward(dout, cache):
    a, b_shape, out = cache
    db = np.linalg.solve(transposed(a), dout)
    da = -db @ transposed(out)
    return unbroadcast(da, a.shape), unbroadcast(db, b_shape)


def cholesky_forward(a):
    """The lower triangular L of L L^T = a, a symmetric and positive definite.

    Of the symmetric part of a, so that what a gradient step leaves of asymmetry does not count.
    """
    out = np.linalg.cholesky((a + transposed(a)) * a.dtype.type(0.5))
    return out, out


def cholesky_backward(dout, cache):
    L = cache
    middle = np.tril(transposed(L) @ np.tril(dout))
    middle *= 1 - 0.5 * np.eye(L.shape[-1], dtype=L.dtype)  # the diagonal is counted twice
    right = transposed(np.linalg.solve(transposed(L), transposed(middle)))  # middle L^-1
    da = np.linalg.solve(transposed(L), right)  # L^-T middle L^-1
    return (0.5 * (da + transposed(da)),)  # of a matrix that stays symmetric


inv = register("inv", inv_forward, inv_backward, torch="linalg.inv", source=f"{GILES}, 2.2.3")
det = register("det", det_forward, det_backward, torch="linalg.det", source=f"{GILES}, 2.2.4")
slogdet = register(
    "slogdet", slogdet_forward, slogdet_backward, torch="linalg.slogdet", source=f"{GILES}, 2.2.4"
)
solve = register(
    "solve", solve_forward, solve_backward, torch="linalg.solve", source=f"{GILES}, 2.3.1"
)
cholesky = register(
    "cholesky",
    cholesky_forward,
    cholesky_backward,
    torch="linalg.cholesky",
    source="Murray 2016, Differentiation of the Cholesky decomposition, arXiv:1602.07527",
)
