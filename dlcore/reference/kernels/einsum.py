"""Einstein's summation: out[output labels] = the sum over all other labels of the product.

The gradient of an operand is again such a sum: of dout and the other operands, over all labels that
the operand does not have. ik = sum_j ij, jk gives d(ij) = sum_k ik, jk.
"""

import math

import numpy as np

from ..rule import register


def einsum_forward(*operands, labels, out):
    """labels: for each operand a tuple with a number for each axis; out: those that remain."""
    return contract(operands, labels, out), (operands, labels, out)


def einsum_backward(dout, cache, needs=None):
    operands, labels, out = cache
    return tuple(
        _gradient(dout, i, operands, labels, out) if needs is None or needs[i] else None
        for i in range(len(operands))
    )


def _gradient(dout, i, operands, labels, out):
    own, shape = labels[i], operands[i].shape
    distinct = tuple(dict.fromkeys(own))
    others = [j for j in range(len(operands)) if j != i]
    known = set(out).union(*(labels[j] for j in others))
    kept = tuple(n for n in distinct if n in known)
    d = contract([dout, *(operands[j] for j in others)], [out, *(labels[j] for j in others)], kept)
    # An axis of length 1 was used for all of a longer one: the gradients of its uses add up.
    sizes = {n: shape[axis] for axis, n in enumerate(own)}
    grown = tuple(a for a, n in enumerate(kept) if sizes[n] == 1 != d.shape[a])
    if grown:
        d = d.sum(axis=grown, keepdims=True)
    # A label that stood in this operand alone was summed: all its places receive the same.
    d = d[tuple(slice(None) if n in known else None for n in distinct)]
    if len(distinct) == len(own):
        return d if d.shape == shape else np.array(np.broadcast_to(d, shape))
    dx = np.zeros(shape, d.dtype)
    _diagonals(dx, own)[1][...] = d
    return dx


def contract(operands, labels, out):
    """The sum of products, two operands at a time from the left, each step one matrix product."""
    operands, labels, given = list(operands), [tuple(n) for n in labels], len(operands)
    while len(operands) > 1:
        (a, b, *operands), (of_a, of_b, *labels) = operands, labels
        later = set(out).union(*labels)
        made, of_made = _pair(a, of_a, b, of_b, later)
        operands, labels = [made, *operands], [of_made, *labels]
    of_a, a = _diagonals(operands[0], labels[0])
    summed = tuple(i for i, n in enumerate(of_a) if n not in out)
    a = a.sum(axis=summed) if summed else a
    kept = [n for n in of_a if n in out]
    a = a.transpose([kept.index(n) for n in out])
    return a if given > 1 else np.array(a)  # one operand alone may have come through as it was


def _pair(a, of_a, b, of_b, later):
    """Two operands as one batched matrix product: (batch, rows, inner) @ (batch, inner, columns).

    np.einsum itself would not use the matrix product for a batch, and takes many times as long.
    """
    (of_a, a), (of_b, b) = _diagonals(a, of_a), _diagonals(b, of_b)
    of_a, a = _drop(a, of_a, later.union(of_b))
    of_b, b = _drop(b, of_b, later.union(of_a))
    # An axis of length 1 beside a longer one of the same label broadcasts: only a batch can.
    stretched = {n for n in of_a if n in of_b and a.shape[of_a.index(n)] != b.shape[of_b.index(n)]}
    inner = [n for n in of_a if n in of_b and n not in later and n not in stretched]
    batch = [n for n in of_a if n in of_b and n not in inner]
    rows, columns = [n for n in of_a if n not in of_b], [n for n in of_b if n not in of_a]
    a, of_rows, _ = _grouped(a, of_a, batch, rows, inner)
    b, _, of_columns = _grouped(b, of_b, batch, inner, columns)
    made = np.matmul(a, b) if inner else a * b
    made = made.reshape((*made.shape[: len(batch)], *of_rows, *of_columns))
    labels = (*batch, *rows, *columns)
    extra = tuple(i for i, n in enumerate(labels) if n not in later)
    return (made.sum(axis=extra) if extra else made), tuple(n for n in labels if n in later)


def _grouped(x, labels, batch, first, second):
    """x with axes (*batch, all of first, all of second), and the sizes of the two groups."""
    x = x.transpose([labels.index(n) for n in (*batch, *first, *second)])
    lead, sizes = x.shape[: len(batch)], x.shape[len(batch) :]
    firsts, seconds = sizes[: len(first)], sizes[len(first) :]
    return x.reshape((*lead, math.prod(firsts), math.prod(seconds))), firsts, seconds


def _drop(x, labels, wanted):
    """x summed over the labels that nobody else has."""
    gone = tuple(i for i, n in enumerate(labels) if n not in wanted)
    return tuple(n for n in labels if n in wanted), x.sum(axis=gone) if gone else x


def _diagonals(x, labels):
    """The view of x in which a label that occurs twice has become one axis, and its labels."""
    distinct = tuple(dict.fromkeys(labels))
    if len(distinct) == len(labels):
        return distinct, x
    strides = [sum(s for s, n in zip(x.strides, labels, strict=True) if n == m) for m in distinct]
    shape = [x.shape[labels.index(m)] for m in distinct]
    view = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=x.flags.writeable)
    return distinct, view


einsum = register(
    "einsum",
    einsum_forward,
    einsum_backward,
    torch="einsum",
    source="Einstein 1916, Annalen der Physik 354, 769-822, section B.5",
)
