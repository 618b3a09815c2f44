"""Splitting into training and validation data, and standardising."""

from dataclasses import replace

import numpy as np

from .draw import generator


def split(dataset, fraction=0.8, seed=0, stratified=False):
    """Two datasets (train, valid): ``fraction`` of the examples, drawn at random, and the others.

    stratified: keep each class's share in both parts, as far as whole examples allow, with at least
    one example of each class on both sides.
    Raises ValueError for a fraction that leaves one part empty, for stratified without classes, for
    a class with a single example when stratified, and for a negative seed; TypeError for anything
    but a Dataset and a seed that is no integer.
    """
    if not hasattr(dataset, "X") or not hasattr(dataset, "y"):
        raise TypeError(f"split wants a Dataset, received {type(dataset).__name__}")
    if not 0 < fraction < 1:
        raise ValueError(f"fraction should be between 0 and 1, received {fraction}")
    n = len(dataset)
    order = generator(seed).permutation(n)
    if stratified:
        first = _stratified(dataset.y, order, fraction)
    else:
        first = order[: round(fraction * n)]
    second = order[~np.isin(order, first)]
    if not len(first) or not len(second):
        raise ValueError(
            f"fraction={fraction} of {n} examples leaves one part empty ({len(first)} and "
            f"{len(second)})"
        )
    return tuple(replace(dataset, X=dataset.X[part], y=dataset.y[part]) for part in (first, second))


def _stratified(y, order, fraction):
    """The members of the first part, in the order of ``order``."""
    if y.dtype.kind not in "iu":
        raise ValueError(f"stratified is for classes, and y holds {y.dtype}: use stratified=False")
    chosen = []
    for k in np.unique(y):
        members = order[y[order] == k]
        if len(members) < 2:
            raise ValueError(f"class {k} has a single example, which cannot be on both sides")
        count = round(fraction * len(members))
        chosen.append(members[: min(max(count, 1), len(members) - 1)])
    return order[np.isin(order, np.concatenate(chosen))]


def standardise(train_X, *other_X):
    """Shift and scale every column to mean 0 and standard deviation 1 **on the first array**.

    train_X: (N, ...), other_X: arrays (M, ...) that are scaled with the first one's mean and
    standard deviation, because validation data must not take part in the choice. A column that is
    constant in train_X becomes 0 there and is only shifted elsewhere.
    Returns one array for one, else a tuple; floating dtypes are kept, others become float32.
    Raises TypeError for a Dataset and for what holds no numbers; ValueError for no examples, nan or
    infinity in train_X, and differing columns.
    """
    arrays = [_numbers(a) for a in (train_X, *other_X)]
    first = arrays[0]
    if first.ndim < 1 or not len(first):
        raise ValueError(f"standardise wants at least one example, received shape {first.shape}")
    for a in arrays[1:]:
        if a.shape[1:] != first.shape[1:]:
            raise ValueError(
                f"all arrays should have the columns of the first, {first.shape[1:]}, "
                f"received shape {a.shape}"
            )
    wide = first.astype(np.float64)
    finite = np.isfinite(wide)
    if not finite.all():
        raise ValueError(
            f"train_X holds {int((~finite).sum())} numbers that are nan or infinite: "
            "remove or replace them first"
        )
    mean, scale = wide.mean(axis=0), wide.std(axis=0)
    # Not ``scale == 0``: rounding leaves a constant column with a tiny standard deviation.
    constant = wide.min(axis=0) == wide.max(axis=0)
    mean = np.where(constant, wide[0], mean)
    scale = np.where(constant, 1.0, scale)
    scaled = tuple(
        ((a - mean) / scale).astype(a.dtype if a.dtype.kind == "f" else np.float32) for a in arrays
    )
    return scaled if other_X else scaled[0]


def _numbers(values):
    if hasattr(values, "X"):
        raise TypeError(
            f"standardise wants arrays, received a {type(values).__name__}: pass its .X (its "
            "targets are not scaled)"
        )
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"standardise wants numbers, received an array of {array.dtype}")
    return array
