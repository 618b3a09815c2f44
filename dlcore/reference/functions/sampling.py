"""Drawing at random: from given probabilities, and into a tensor in place."""

import numpy as np

from .. import dtypes
from ..device import device as Device
from ..tensor import Tensor
from .generator import rng
from .pointwise import operand, refused


def multinomial(input, num_samples, replacement=False, *, generator=None):
    """Indices drawn with probabilities proportional to a row of ``input``: (N, num_samples).

    input: weights (K,) or (N, K), not negative, not all 0. RuntimeError for other weights, or for
    more samples than there are weights above 0 when nothing is replaced.
    """
    weights = input._array
    if weights.dtype.kind != "f":
        raise RuntimeError(
            f"multinomial only supports floating-point dtypes for input, got: {input.dtype}"
        )
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim, received shape {tuple(input.shape)}")
    if num_samples <= 0:
        raise RuntimeError(f"cannot sample n_sample <= 0 samples, received {num_samples}")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            f"cannot sample n_sample > prob_dist.size(-1) samples without replacement: "
            f"{num_samples} > {weights.shape[-1]}"
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    rows = np.atleast_2d(weights).astype(np.float64)
    positive = (rows > 0).sum(axis=1)
    if not positive.all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    draws = rng(generator)
    if replacement:
        edges = np.cumsum(rows, axis=1)
        drawn = draws.random((len(rows), num_samples)) * edges[:, -1:]
        places = np.stack(
            [np.searchsorted(e, d, "right") for e, d in zip(edges, drawn, strict=True)]
        )
    else:
        if (positive < num_samples).any():
            raise RuntimeError(
                "invalid multinomial distribution (with replacement=False, not enough "
                f"non-negative category to sample): {num_samples} of {int(positive.min())}"
            )
        # The order of E / w for exponential E is that of drawing one after the other.
        with np.errstate(divide="ignore"):
            waiting = draws.standard_exponential(rows.shape) / rows
        places = np.argsort(waiting, axis=1)[:, :num_samples]
    return Tensor._wrap(places.astype(np.int64) if weights.ndim == 2 else places[0])


def bernoulli(input, p=None, *, generator=None):
    """1 with the probability that the element says (or ``p`` for all), else 0."""
    probability = input._array if p is None else np.asarray(operand(p))
    if input._array.dtype.kind != "f" and p is None:
        raise refused("bernoulli", input._array.dtype)
    if not np.all((probability >= 0) & (probability <= 1)):
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")
    drawn = rng(generator).random(input._array.shape) < probability
    return Tensor._wrap(np.asarray(drawn, input._array.dtype))


def normal(
    mean, std=1.0, size=None, *, generator=None, dtype=None, device=None, requires_grad=False
):
    """Normal numbers: of a mean and standard deviation per element, or of two numbers in a size."""
    if device is not None:
        Device(device)
    mean, std = operand(mean), operand(std)
    if np.min(std, initial=0) < 0:
        raise RuntimeError("normal expects std >= 0.0")
    arrays = [x for x in (mean, std) if isinstance(x, np.ndarray)]
    if not arrays and size is None:
        raise TypeError("normal: with numbers for mean and std, give a size")
    if arrays and size is not None:
        raise TypeError("normal: a size goes with numbers for mean and std")
    if arrays and requires_grad:
        raise TypeError("normal: requires_grad goes with numbers for mean and std, and a size")
    kind = arrays[0].dtype if arrays else dtypes.default_float()
    shape = np.broadcast_shapes(*(x.shape for x in arrays)) if arrays else tuple(size)
    drawn = mean + std * rng(generator).standard_normal(shape)
    out = Tensor._wrap(np.asarray(drawn, dtypes.to_numpy(dtype) if dtype else kind))
    return out.requires_grad_(requires_grad)


def poisson(input, generator=None):
    """Counts drawn from Poisson distributions of these rates, as floats."""
    if input._array.dtype.kind != "f":
        raise refused("poisson", input._array.dtype)
    if (input._array < 0).any():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    drawn = rng(generator).poisson(input._array)
    return Tensor._wrap(np.asarray(drawn, input._array.dtype))


# -- in place ----------------------------------------------------------------------------------


def bernoulli_(self, p=0.5, *, generator=None):
    """Fill with 1 (probability ``p``, a number or a tensor) and 0."""
    probability = operand(p)
    if np.size(probability) and not (np.min(probability) >= 0 and np.max(probability) <= 1):
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return self.fill_(rng(generator).random(self._array.shape) < probability)


def random_(self, *bounds, generator=None):
    """Fill with integers of [low, high), of [0, high), or of all the type holds exactly."""
    kind = self._array.dtype
    if not bounds:
        top = 2 ** (np.finfo(kind).nmant + 1) if kind.kind == "f" else 1
        if kind.kind in "iu":
            top = np.iinfo(kind).max
        bounds = (0, top + 1)
    low, high = bounds if len(bounds) == 2 else (0, *bounds)
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got {low} >= {high}")
    drawn = rng(generator).integers(low, high - 1, self._array.shape, endpoint=True)
    return self.fill_(drawn.astype(kind))


def exponential_(self, lambd=1, *, generator=None):
    """Fill with exponential numbers of rate ``lambd``."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return self.fill_(rng(generator).exponential(1 / lambd, self._array.shape))
