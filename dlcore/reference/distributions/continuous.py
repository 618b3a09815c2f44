"""Continuous distributions of one number: uniform, exponential, Laplace."""

import numpy as np

from ..functions.create import rand
from ..functions.elementary import expm1, log, log1p, sign
from ..functions.pointwise import where
from ..tensor import Tensor
from .distribution import NO_AXES, POSITIVE, REAL, Distribution, broadcast_all


class Uniform(Distribution):
    """Uniform numbers of [low, high)."""

    has_rsample = True
    _event_axes = {"low": 0, "high": 0}  # noqa: RUF012

    def __init__(self, low, high, validate_args=None):
        self.low, self.high = broadcast_all(low, high)
        super().__init__(self.low.shape, validate_args=validate_args)
        if self._validate_args and not np.all(self.low._array < self.high._array):
            raise ValueError("Uniform is not defined when low >= high")

    def _in_support(self, value):
        return (value >= self.low._array) & (value <= self.high._array)

    @property
    def mean(self):
        """(low + high) / 2."""
        return (self.high + self.low) / 2

    @property
    def variance(self):
        """(high - low)^2 / 12."""
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape=NO_AXES):
        """low + (high - low) * noise: gradients flow to both."""
        noise = rand(self._extended_shape(sample_shape), dtype=self.low.dtype)
        return self.low + noise * (self.high - self.low)

    def log_prob(self, value):
        """-log(high - low) inside, -inf outside."""
        self._validate_sample(value)
        x = value._array
        inside = Tensor._wrap((x >= self.low._array) & (x < self.high._array))
        return where(inside, -log(self.high - self.low), -float("inf"))

    def entropy(self):
        """log(high - low)."""
        return log(self.high - self.low)

    def cdf(self, value):
        """The probability of a draw of at most ``value``."""
        self._validate_sample(value)
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value):
        """The number below which a share ``value`` of the draws lies."""
        return value * (self.high - self.low) + self.low


class Exponential(Distribution):
    """Waiting times for what happens ``rate`` times in a unit of time."""

    has_rsample = True
    _limits = {"rate": POSITIVE}  # noqa: RUF012
    _event_axes = {"rate": 0}  # noqa: RUF012

    def __init__(self, rate, validate_args=None):
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    def _in_support(self, value):
        return value >= 0

    @property
    def mean(self):
        """1 / rate."""
        return 1 / self.rate

    @property
    def mode(self):
        """0."""
        return self.rate.detach() * 0

    @property
    def variance(self):
        """1 / rate^2."""
        return 1 / (self.rate * self.rate)

    def rsample(self, sample_shape=NO_AXES):
        """A waiting time of rate 1, divided by ``rate``."""
        noise = rand(self._extended_shape(sample_shape), dtype=self.rate.dtype)
        return -log1p(-noise) / self.rate

    def log_prob(self, value):
        """log(rate) - rate * value."""
        self._validate_sample(value)
        return log(self.rate) - self.rate * value

    def entropy(self):
        """1 - log(rate)."""
        return 1 - log(self.rate)

    def cdf(self, value):
        """The probability of a draw of at most ``value``."""
        self._validate_sample(value)
        return -expm1(-self.rate * value)

    def icdf(self, value):
        """The number below which a share ``value`` of the draws lies."""
        return -log1p(-value) / self.rate


class Laplace(Distribution):
    """Numbers whose density falls exponentially on both sides of ``loc``, by e every ``scale``."""

    has_rsample = True
    _limits = {"loc": REAL, "scale": POSITIVE}  # noqa: RUF012
    _event_axes = {"loc": 0, "scale": 0}  # noqa: RUF012

    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self):
        """loc."""
        return self.loc

    @property
    def mode(self):
        """loc."""
        return self.loc

    @property
    def variance(self):
        """2 scale^2."""
        return 2 * (self.scale * self.scale)

    def rsample(self, sample_shape=NO_AXES):
        """loc + scale * noise: gradients flow to both."""
        u = rand(self._extended_shape(sample_shape), dtype=self.loc.dtype) - 0.5
        return self.loc - self.scale * sign(u) * log1p(-2 * u.abs().clamp(max=0.5 - 2**-24))

    def log_prob(self, value):
        """-|value - loc| / scale - log(2 scale)."""
        self._validate_sample(value)
        return -log(2 * self.scale) - (value - self.loc).abs() / self.scale

    def entropy(self):
        """1 + log(2 scale)."""
        return 1 + log(2 * self.scale)

    def cdf(self, value):
        """The probability of a draw of at most ``value``."""
        self._validate_sample(value)
        distance = value - self.loc
        return 0.5 - 0.5 * distance.sign() * expm1(-distance.abs() / self.scale)
