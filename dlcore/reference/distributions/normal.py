"""The normal distribution, and that of a number whose logarithm is normal."""

import math

from ..functions.create import randn
from ..functions.elementary import erf, erfinv, exp, log
from .distribution import NO_AXES, POSITIVE, REAL, Distribution, broadcast_all

LOG_ROOT_2_PI = math.log(math.sqrt(2 * math.pi))


class Normal(Distribution):
    """Normal numbers of mean ``loc`` and standard deviation ``scale``, both of shape batch_shape.

    Source: Gauss 1809; rsample: Kingma, Welling 2013, arXiv:1312.6114, section 2.4.
    """

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
    def stddev(self):
        """scale."""
        return self.scale

    @property
    def variance(self):
        """scale squared."""
        return self.scale * self.scale

    def rsample(self, sample_shape=NO_AXES):
        """loc + scale * noise: gradients flow to both."""
        noise = randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + noise * self.scale

    def log_prob(self, value):
        """-(value - loc)^2 / (2 scale^2) - log(scale) - log(2 pi) / 2."""
        self._validate_sample(value)
        distance = (value - self.loc) / self.scale
        return -0.5 * (distance * distance) - log(self.scale) - LOG_ROOT_2_PI

    def entropy(self):
        """1/2 + log(2 pi) / 2 + log(scale)."""
        return 0.5 + LOG_ROOT_2_PI + log(self.scale)

    def cdf(self, value):
        """The probability of a draw of at most ``value``."""
        self._validate_sample(value)
        return 0.5 * (1 + erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def icdf(self, value):
        """The number below which a share ``value`` of the draws lies."""
        return self.loc + self.scale * erfinv(2 * value - 1) * math.sqrt(2)


class LogNormal(Distribution):
    """exp of a normal number of mean ``loc`` and standard deviation ``scale``."""

    has_rsample = True
    _limits = Normal._limits
    _event_axes = Normal._event_axes

    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    def _in_support(self, value):
        return value > 0

    @property
    def _normal(self):
        return Normal(self.loc, self.scale, validate_args=False)

    @property
    def mean(self):
        """exp(loc + scale^2 / 2)."""
        return exp(self.loc + self.scale * self.scale / 2)

    @property
    def mode(self):
        """exp(loc - scale^2)."""
        return exp(self.loc - self.scale * self.scale)

    @property
    def variance(self):
        """(exp(scale^2) - 1) exp(2 loc + scale^2)."""
        square = self.scale * self.scale
        return square.expm1() * exp(2 * self.loc + square)

    def rsample(self, sample_shape=NO_AXES):
        """exp of a normal draw."""
        return exp(self._normal.rsample(sample_shape))

    def log_prob(self, value):
        """The normal log-density of log(value), less log(value)."""
        self._validate_sample(value)
        return self._normal.log_prob(log(value)) - log(value)

    def entropy(self):
        """That of the normal number, and loc."""
        return self._normal.entropy() + self.loc
