"""Distributions of counts: of 0 and 1 (Bernoulli), and of rare events (Poisson)."""

from functools import cached_property

import numpy as np

from ..functions.create import zeros_like
from ..functions.elementary import lgamma, sigmoid
from ..functions.layout import expand
from ..functions.pointwise import logaddexp, xlogy
from ..functions.sampling import bernoulli, poisson
from ..grad_mode import no_grad
from ..tensor import Tensor
from .distribution import NO_AXES, REAL, Distribution, broadcast_all


def one_of_two(name, probs, logits):
    """ValueError unless exactly one of the two is given."""
    if (probs is None) == (logits is None):
        raise ValueError(f"{name}: either `probs` or `logits` must be specified, but not both.")


def clamp_probs(probs):
    """Probabilities kept away from 0 and 1, so that their logarithms are finite."""
    eps = np.finfo(probs._array.dtype).eps
    return probs.clamp(min=float(eps), max=float(1 - eps))


PROBABILITY = (lambda x: (x >= 0) & (x <= 1), "between 0 and 1")


class Bernoulli(Distribution):
    """1 with probability ``probs`` = sigmoid(``logits``), else 0; give one of the two."""

    has_enumerate_support = True
    _limits = {"probs": PROBABILITY, "logits": REAL}  # noqa: RUF012
    _event_axes = {"probs": 0, "logits": 0}  # noqa: RUF012

    def __init__(self, probs=None, logits=None, validate_args=None):
        one_of_two("Bernoulli", probs, logits)
        name = "logits" if probs is None else "probs"
        (value,) = broadcast_all(logits if probs is None else probs)
        setattr(self, name, value)
        super().__init__(value.shape, validate_args=validate_args)

    @cached_property
    def probs(self):
        """The probabilities of 1."""
        return sigmoid(self.logits)

    @cached_property
    def logits(self):
        """log(probs / (1 - probs))."""
        probs = clamp_probs(self.probs)
        return probs.log() - (-probs).log1p()

    def _in_support(self, value):
        return (value == 0) | (value == 1)

    @property
    def param_shape(self):
        """The shape of ``probs``."""
        return self.probs.shape

    @property
    def mean(self):
        """probs."""
        return self.probs

    @property
    def mode(self):
        """1 where it is likelier than 0; nan at a tie."""
        p = self.probs._array
        return Tensor._wrap(np.where(p == 0.5, np.nan, p >= 0.5).astype(p.dtype))

    @property
    def variance(self):
        """probs * (1 - probs)."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape=NO_AXES):
        """Zeros and ones, as floats."""
        with no_grad():
            return bernoulli(expand(self.probs, self._extended_shape(sample_shape)))

    def log_prob(self, value):
        """log(probs) where ``value`` is 1, log(1 - probs) where it is 0."""
        self._validate_sample(value)
        return value * self.logits - logaddexp(self.logits, zeros_like(self.logits))

    def entropy(self):
        """-probs log(probs) - (1 - probs) log(1 - probs)."""
        logits = self.logits
        return logaddexp(logits, zeros_like(logits)) - self.probs * logits

    def enumerate_support(self, expand=True):
        """0 and 1 along a new first axis."""
        lead = (2, *[1] * len(self._batch_shape))
        values = Tensor._wrap(np.arange(2).astype(self.mean._array.dtype).reshape(lead))
        return values.expand(2, *self._batch_shape) if expand else values


class Poisson(Distribution):
    """Counts of what happens ``rate`` times on average."""

    _limits = {"rate": (lambda x: x >= 0, "at least 0")}  # noqa: RUF012
    _event_axes = {"rate": 0}  # noqa: RUF012

    def __init__(self, rate, validate_args=None):
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    def _in_support(self, value):
        return (value >= 0) & (value == np.floor(value))

    @property
    def mean(self):
        """rate."""
        return self.rate

    @property
    def mode(self):
        """rate, rounded down."""
        return self.rate.floor()

    @property
    def variance(self):
        """rate."""
        return self.rate

    def sample(self, sample_shape=NO_AXES):
        """Counts, as floats."""
        with no_grad():
            return poisson(expand(self.rate, self._extended_shape(sample_shape)))

    def log_prob(self, value):
        """value log(rate) - rate - log(value!)."""
        self._validate_sample(value)
        return xlogy(value, self.rate) - self.rate - lgamma(value + 1)
