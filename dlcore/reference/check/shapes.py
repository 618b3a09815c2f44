"""Two arrays of different shape: which mistake makes the one of the other?"""

import itertools

import numpy as np

from .finding import Compare, Finding, in_words


def explain_shape(received, expected, known, tolerance):
    """Two arrays of different shape: what would make the one of the other?"""
    text = f"has shape {received.shape} and should have shape {expected.shape}"
    for name, a in known:
        if name.startswith("the gradient") and Compare(received, a, tolerance).with_(a):
            return Finding("swapped", f"{text}: it is {name}, the two are swapped")
    hint = shape_hint(received.shape, expected.shape)
    if received.ndim == expected.ndim > 1:
        for order in itertools.permutations(range(expected.ndim)):
            if Compare(received.transpose(order), expected, tolerance).with_(expected):
                back = "" if expected.ndim == 2 else f" with axes {order}"
                return Finding(
                    "shape",
                    f"{text}: this is the transposed shape, and its transpose{back} is right",
                )
    if (summed := broadcast_axes(received.shape, expected.shape)) and hint != _KEPT:
        total = received.sum(axis=summed).reshape(expected.shape)
        if Compare(total, expected, tolerance).with_(expected):
            return Finding(
                "shape",
                f"{text}: it is correct up to broadcasting, and the sum over {in_words(summed)} is "
                "missing",
            )
    if margins := cropped(received.shape, expected.shape):
        if Compare(received[margins], expected, tolerance).with_(expected):
            hint = "its middle is right; cut the padding off"
    return Finding("shape", text + (f": {hint}" if hint else ""))


def shape_hint(received, expected):
    """What a wrong shape looks like, in words, or ""."""
    if received == expected[::-1]:
        return "this is the transposed shape"
    if _long(received) == _long(expected) and len(received) > len(expected):
        return _KEPT
    if summed := broadcast_axes(received, expected):
        return f"the sum over {in_words(summed)} is missing, along which it was broadcast"
    if sorted(received) == sorted(expected) and len(received) > 1:
        return "the axes are in another order"
    if broadcast_axes(expected, received):
        return "it is summed over too many axes"
    if np.prod(received, dtype=int) == np.prod(expected, dtype=int):
        return "the number of entries is right; reshape it"
    return ""


_KEPT = "it has an axis of length 1 too many; leave out keepdims=True, or reshape"


def _long(shape):
    return [n for n in shape if n != 1]


def cropped(large, small):
    """The slices of the middle of ``large`` that is as large as ``small``; () if there is none."""
    if len(large) != len(small) or any(a < b or (a - b) % 2 for a, b in zip(large, small)):  # noqa: B905
        return ()
    return tuple(slice((a - b) // 2, (a + b) // 2) for a, b in zip(large, small, strict=True))


def broadcast_axes(large, small):
    """The axes of ``large`` to sum over to arrive at ``small``; () if it was not broadcast."""
    added = len(large) - len(small)
    if added < 0:
        return ()
    pairs = list(zip(large[added:], small, strict=True))
    if any(a != b and b != 1 for a, b in pairs):
        return ()
    return (*range(added), *(added + i for i, (a, b) in enumerate(pairs) if a != b))
