"""Dropout: noise that is there in training only."""

import warnings

import numpy as np

from ...functions.generator import default_generator
from ...tensor import Tensor
from .activation import finish
from .checks import floats


def _probability(p):
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _kept(input, shape, p):
    """Random truth values of that shape, False with probability p."""
    return default_generator.numpy.random(shape, dtype=np.float32) >= p


def _drop(name, input, shape, p, inplace):
    x = floats(name, input)._array
    # What is kept grows by 1 / (1 - p), so that the mean stays.
    factor = _kept(input, shape, p) * x.dtype.type(1 / (1 - p) if p < 1 else 0)
    return finish(input, input * Tensor._wrap(np.asarray(factor)), inplace)


def dropout(input, p=0.5, training=True, inplace=False):
    """Each element is 0 with probability p, else divided by 1 - p; if not training, unchanged.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, JMLR 15, 1929-1958.
    """
    _probability(p)
    if not training or p == 0:
        return input
    return _drop("dropout", input, input._array.shape, p, inplace)


def _of_channels(name, input):
    """The shape of one truth value for each channel of each example: (N, C, 1, ...)."""
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            f"{name}: Feature dropout requires at least 2 dimensions (N, C, ...), received shape "
            f"{shape}"
        )
    return (*shape[:2], *[1] * (len(shape) - 2))


def dropout1d(input, p=0.5, training=True, inplace=False):
    """Whole channels of (N, C, L) or (C, L) are 0 with probability p, others divided by 1 - p.

    Source: Tompson, Goroshin, Jain, LeCun, Bregler 2015, CVPR, arXiv:1411.4280.
    """
    _probability(p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input of shape "
            f"{tuple(input.shape)}: (N, C, L) or (C, L)"
        )
    if not training or p == 0:
        return input
    shape = input._array.shape
    mask = (*shape[:-1], 1)  # one for each row of length L
    return _drop("dropout1d", input, mask, p, inplace)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """Whole channels of (N, C, H, W) are 0 with probability p, the others divided by 1 - p.

    Source: Tompson, Goroshin, Jain, LeCun, Bregler 2015, CVPR, arXiv:1411.4280.
    """
    _probability(p)
    mask = _of_channels("dropout2d", input)
    if input.ndim == 3:
        warnings.warn(
            "dropout2d: Received a 3-D input, which is taken as (N, C, L), as in PyTorch; use "
            "dropout1d, or add a batch axis with .unsqueeze(0)",
            UserWarning,
            stacklevel=2,
        )
    if not training or p == 0:
        return input
    return _drop("dropout2d", input, mask, p, inplace)


def _alpha(name, input, shape, p, inplace):
    """Dropped to where SELU saturates, then scaled so that mean 0 and variance 1 stay."""
    floor = -1.7580993408473766
    x = floats(name, input)._array
    kept = _kept(input, shape, p)
    if p == 1:
        return finish(input, input * 0, inplace)
    a = ((1 - p) * (1 + p * floor * floor)) ** -0.5
    factor = kept * x.dtype.type(a)
    shift = np.where(kept, 0, a * floor).astype(x.dtype) - x.dtype.type(a * p * floor)
    return finish(input, input * Tensor._wrap(factor) + Tensor._wrap(shift), inplace)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    """Dropout for layers of selu: mean 0 and variance 1 stay as they are.

    Source: Klambauer, Unterthiner, Mayr, Hochreiter 2017, NIPS 30, arXiv:1706.02515.
    """
    _probability(p)
    if not training or p == 0:
        return input
    return _alpha("alpha_dropout", input, input._array.shape, p, inplace)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    """alpha_dropout of whole channels (N, C, ...)."""
    _probability(p)
    mask = _of_channels("feature_alpha_dropout", input)
    if not training or p == 0:
        return input
    return _alpha("feature_alpha_dropout", input, mask, p, inplace)
