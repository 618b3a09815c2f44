"""One of K classes: as its number, or as a vector with a 1 at its place."""

from functools import cached_property

import numpy as np

from ..functions.create import zeros
from ..functions.elementary import log
from ..functions.layout import expand, gather, squeeze, unsqueeze
from ..functions.masking import masked_fill
from ..functions.sampling import multinomial
from ..functions.select import scatter
from ..grad_mode import no_grad
from ..size import Size
from ..tensor import Tensor
from .counts import clamp_probs, one_of_two
from .distribution import NO_AXES, REAL, Distribution

WEIGHTS = (lambda x: (x >= 0).all() and (x.sum(-1) > 0).all(), "at least 0, with a sum above 0")


class Categorical(Distribution):
    """A class of 0 to K - 1, by the last axis of ``probs`` (or of ``logits``; give one of the two).

    probs need not add up to 1, nor exp(logits): they are normalised. The other axes are the batch.
    Source of the gradient by log_prob: Williams 1992, Machine Learning 8, 229-256.
    """

    has_enumerate_support = True
    _limits = {"probs": WEIGHTS, "logits": REAL}  # noqa: RUF012
    _event_axes = {"probs": 1, "logits": 1}  # noqa: RUF012

    def __init__(self, probs=None, logits=None, validate_args=None):
        one_of_two(type(self).__name__, probs, logits)
        given = logits if probs is None else probs
        if not isinstance(given, Tensor) or given.ndim < 1:
            name = "logits" if probs is None else "probs"
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        self._num_events = given.shape[-1]
        if probs is None:
            self.logits = logits - logits.logsumexp(-1, keepdim=True)
        else:
            # Checked as they come: afterwards a row of zeros would be nan.
            check = Distribution._validate_args if validate_args is None else validate_args
            if check and not WEIGHTS[0](probs._array):
                raise ValueError(
                    f"Expected parameter probs (Tensor of shape {tuple(probs.shape)}) of "
                    f"distribution {type(self).__name__} to be {WEIGHTS[1]}, but found invalid "
                    f"values:\n{probs!r}"
                )
            self.probs = probs / probs.sum(-1, keepdim=True)
        super().__init__(given.shape[:-1], self._event(), validate_args=validate_args)

    def _event(self):
        return Size()

    def expand(self, batch_shape, _instance=None):
        """The same distributions, their parameters expanded to ``batch_shape``."""
        new = super().expand(batch_shape)
        new._num_events = self._num_events
        return new

    @cached_property
    def probs(self):
        """The probabilities of the classes."""
        return self.logits.exp()

    @cached_property
    def logits(self):
        """The logarithms of the probabilities."""
        return log(clamp_probs(self.probs))

    @property
    def _param(self):
        return self.__dict__["probs"] if "probs" in self.__dict__ else self.__dict__["logits"]

    @property
    def param_shape(self):
        """The shape of ``probs``."""
        return self._param.shape

    def _in_support(self, value):
        return (value >= 0) & (value < self._num_events) & (value == np.floor(value))

    @property
    def mean(self):
        """nan: classes have no mean."""
        return Tensor._wrap(np.full(self._batch_shape, np.nan, self._param._array.dtype))

    @property
    def mode(self):
        """The likeliest class."""
        return self.probs.argmax(-1)

    @property
    def variance(self):
        """nan: classes have no variance."""
        return self.mean

    def _drawn(self, sample_shape):
        shape = (*sample_shape, *self._batch_shape)
        rows = self.probs.detach().reshape(-1, self._num_events)
        count = int(np.prod(tuple(sample_shape), dtype=np.int64))
        if not count or not len(rows):
            return zeros(shape, dtype=int)
        return multinomial(rows, count, replacement=True).t().reshape(shape)

    def sample(self, sample_shape=NO_AXES):
        """Classes as int64, of shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return self._drawn(sample_shape)

    def log_prob(self, value):
        """The logarithm of the probability of each class of ``value``."""
        self._validate_sample(value)
        value = unsqueeze(value.long(), -1)
        shape = np.broadcast_shapes(value._array.shape[:-1], tuple(self.logits.shape)[:-1])
        logits = expand(self.logits, (*shape, self._num_events))
        return squeeze(gather(logits, -1, expand(value, (*shape, 1))), -1)

    def entropy(self):
        """-sum probs log(probs)."""
        lowest = float(np.finfo(self.logits._array.dtype).min)
        return -(self.logits.clamp(min=lowest) * self.probs).sum(-1)

    def enumerate_support(self, expand=True):
        """All classes along a new first axis."""
        lead = (self._num_events, *[1] * len(self._batch_shape))
        values = Tensor._wrap(np.arange(self._num_events).reshape(lead))
        return values.expand(self._num_events, *self._batch_shape) if expand else values


class OneHotCategorical(Categorical):
    """As ``Categorical``, with vectors (K,) as draws: 1 at the place of the class, else 0."""

    has_enumerate_support = False

    def _event(self):
        return Size((self._num_events,))

    def _in_support(self, value):
        return ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1)

    @property
    def mean(self):
        """probs."""
        return self.probs

    @property
    def mode(self):
        """The vector of the likeliest class."""
        return self._one_hot(self.probs.argmax(-1))

    @property
    def variance(self):
        """probs * (1 - probs)."""
        return self.probs * (1 - self.probs)

    def _one_hot(self, classes):
        flat = zeros((*classes.shape, self._num_events), dtype=self._param.dtype)
        return scatter(flat, -1, unsqueeze(classes, -1), 1.0)

    def sample(self, sample_shape=NO_AXES):
        """Vectors of shape (*sample_shape, *batch_shape, K)."""
        with no_grad():
            return self._one_hot(self._drawn(sample_shape))

    def log_prob(self, value):
        """The logarithm of the probability of the class that each vector marks."""
        self._validate_sample(value)
        return masked_fill(self.logits * value, value == 0, 0.0).sum(-1)

    def enumerate_support(self, expand=True):
        """Outside the subset."""
        raise NotImplementedError("OneHotCategorical.enumerate_support is not in the subset")
