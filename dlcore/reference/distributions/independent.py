"""Several independent draws taken as one event."""

from .distribution import NO_AXES, Distribution


def sum_rightmost(value, count):
    """The sum over the last ``count`` axes."""
    return value.sum(tuple(range(-count, 0))) if count else value


class Independent(Distribution):
    """``base_distribution`` with the last axes of its batch taken into the event.

    log_prob then adds up over them: a picture's pixels, say, have one log_prob together.
    """

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        batch = base_distribution.batch_shape
        count = reinterpreted_batch_ndims
        if count > len(batch):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                f"{count} vs {len(batch)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, count
        kept = len(batch) - count
        event = batch[kept:] + base_distribution.event_shape
        super().__init__(batch[:kept], event, validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        """The same distributions, expanded to ``batch_shape``."""
        inside = self.base_dist.batch_shape[len(self._batch_shape) :]
        base = self.base_dist.expand((*batch_shape, *inside))
        return type(self)(base, self.reinterpreted_batch_ndims, self._validate_args)

    @property
    def has_rsample(self):
        """Whether gradients can flow through draws."""
        return self.base_dist.has_rsample

    @property
    def mean(self):
        """That of the base."""
        return self.base_dist.mean

    @property
    def mode(self):
        """That of the base."""
        return self.base_dist.mode

    @property
    def variance(self):
        """That of the base."""
        return self.base_dist.variance

    def sample(self, sample_shape=NO_AXES):
        """Draws with no gradient."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=NO_AXES):
        """Draws through which gradients flow, where the base allows it."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        """The sum of the base's over the axes of the event."""
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self):
        """The sum of the base's over the axes of the event."""
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self):
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"
