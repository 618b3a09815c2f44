"""Mistakes that a backward function may make: each changes one gradient of a right one."""

import numpy as np

# From here on an entry counts: check_rule promises a millionth of the largest one.
NEGLIGIBLE = 1e-5


def _zero_largest(d):
    d = np.array(d)
    d.flat[np.argmax(np.abs(d))] = 0
    return d


def _zero_smallest(d):
    """The smallest entry that is not negligible: an easy one to overlook."""
    d = np.array(d)
    size = np.abs(d).ravel()
    counts = size > NEGLIGIBLE * size.max()
    if counts.any():
        d.flat[np.argmin(np.where(counts, size, np.inf))] = 0
    return d


def _transposed(d):
    """With two axes of equal length exchanged, if it has such axes."""
    for i in range(d.ndim):
        for j in range(i):
            if d.shape[i] == d.shape[j] > 1:
                return d.swapaxes(i, j)
    return d


# name -> function of one gradient
OF_ONE = {
    "sign": lambda d: -d,
    "factor": lambda d: d * 1.01,
    "largest entry zeroed": _zero_largest,
    "smallest entry zeroed": _zero_smallest,
    "entries shifted by one": lambda d: np.roll(d, 1).reshape(d.shape),
    "last axis reversed": lambda d: d[..., ::-1] if d.ndim else d,
    "transposed": _transposed,
    "all zero": lambda d: d * 0,
    "one entry for all": lambda d: np.full_like(d, d.flat[0]),
}


def mutants(dins, places):
    """(name, wrong gradients) for every mistake that changes something beyond rounding.

    places: the inputs whose gradients are changed.
    """
    for i in places:
        for name, change in OF_ONE.items():
            wrong = change(dins[i])
            if _differ(wrong, dins[i]):
                yield f"input {i}: {name}", _with(dins, i, wrong)
        for j in places:
            if i < j and dins[i].shape == dins[j].shape and _differ(dins[i], dins[j]):
                both = _with(_with(dins, i, dins[j]), j, dins[i])
                yield f"inputs {i} and {j}: swapped", both


def _with(dins, i, d):
    return tuple(d if j == i else other for j, other in enumerate(dins))


def _differ(a, b):
    """Whether an entry changes by more than a negligible part of the largest one."""
    largest = np.max(np.abs(b), initial=0.0)
    return bool(np.any(np.abs(a - b) > NEGLIGIBLE * largest)) and largest > 0
