"""What all distributions have: shapes, drawing without a gradient, checks, expanding."""

import numpy as np

from ..functions.arrange import broadcast_tensors
from ..functions.create import tensor
from ..functions.elementary import exp, sqrt
from ..functions.layout import expand
from ..grad_mode import no_grad
from ..size import Size
from ..tensor import Tensor

NO_AXES = Size()


def broadcast_all(*values):
    """Parameters as tensors of one shape; a number takes the type of the tensors."""
    given = [v for v in values if isinstance(v, Tensor)]
    kind = given[0].dtype if given else None
    for value in values:
        if not isinstance(value, (Tensor, int, float, np.number)):
            raise ValueError(
                "Input arguments must all be numbers or tensors, received "
                f"{type(value).__name__}: {value!r}"
            )
    tensors = [v if isinstance(v, Tensor) else tensor(float(v), dtype=kind) for v in values]
    if len({v._array.shape for v in tensors}) == 1:
        return tensors
    return broadcast_tensors(*tensors)


class Distribution:
    """A family of distributions with parameters of shape ``batch_shape``.

    batch_shape: one distribution for each element. event_shape: the shape of one draw of one.
    log_prob of a value of shape (*sample_shape, *batch_shape, *event_shape) has the shape
    (*sample_shape, *batch_shape). ValueError for parameters or values outside their range, unless
    validate_args=False.
    """

    has_rsample = False
    has_enumerate_support = False
    _validate_args = True
    _limits = {}  # noqa: RUF012  (parameter -> what must hold for it, and the same in words)
    _event_axes = {}  # noqa: RUF012  (parameter -> how many of its axes belong to the event)

    def __init__(self, batch_shape=NO_AXES, event_shape=NO_AXES, validate_args=None):
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        for name, (holds, words) in self._limits.items() if self._validate_args else ():
            value = self.__dict__.get(name)
            if value is not None and not np.all(holds(value._array)):
                raise ValueError(
                    f"Expected parameter {name} (Tensor of shape {tuple(value.shape)}) of "
                    f"distribution {type(self).__name__} to be {words}, but found invalid values:\n"
                    f"{value!r}"
                )

    @staticmethod
    def set_default_validate_args(value):
        """Whether parameters and values are checked where ``validate_args`` is not given."""
        if value not in (True, False):
            raise ValueError(f"expected True or False, received {value!r}")
        Distribution._validate_args = value

    @property
    def batch_shape(self):
        """The shape of the parameters: one distribution for each element."""
        return self._batch_shape

    @property
    def event_shape(self):
        """The shape of one draw of one distribution."""
        return self._event_shape

    @property
    def stddev(self):
        """The square root of the variance."""
        return sqrt(self.variance)

    def sample(self, sample_shape=NO_AXES):
        """Draws of shape (*sample_shape, *batch_shape, *event_shape), with no gradient."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape=NO_AXES):
        """Draws through which gradients flow to the parameters, where the family allows it."""
        raise NotImplementedError(
            f"{type(self).__name__} has no rsample: its draws are no smooth function of its "
            "parameters; use sample() and log_prob()"
        )

    def log_prob(self, value):
        """The logarithm of the density, or of the probability, at ``value``."""
        raise NotImplementedError

    def entropy(self):
        """The expectation of -log_prob, in nats."""
        raise NotImplementedError(f"the entropy of {type(self).__name__} is not in the subset")

    def perplexity(self):
        """exp(entropy)."""
        return exp(self.entropy())

    def expand(self, batch_shape, _instance=None):
        """The same distributions, their parameters expanded to ``batch_shape``."""
        new = object.__new__(type(self))
        for name, axes in self._event_axes.items():
            if name in self.__dict__:
                value = self.__dict__[name]
                event = tuple(value.shape)[value.ndim - axes :]
                new.__dict__[name] = expand(value, (*batch_shape, *event))
        Distribution.__init__(new, batch_shape, self._event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    def _extended_shape(self, sample_shape=NO_AXES):
        shape = (sample_shape,) if isinstance(sample_shape, int) else tuple(sample_shape)
        return Size((*shape, *self._batch_shape, *self._event_shape))

    def _in_support(self, value):
        """Where the elements of an array are possible draws."""
        return np.isfinite(value)

    def _validate_sample(self, value):
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        if not self._validate_args:
            return
        expected, given = self._batch_shape + self._event_shape, tuple(value.shape)
        for i, j in zip(reversed(given), reversed(expected), strict=False):
            if 1 not in (i, j) and i != j:
                raise ValueError(
                    f"Value is not broadcastable with batch_shape+event_shape: {given} vs "
                    f"{tuple(expected)}."
                )
        event = len(self._event_shape)
        if given[len(given) - event :] != tuple(self._event_shape):
            raise ValueError(
                f"The right-most size of value must match event_shape: {given} vs "
                f"{tuple(self._event_shape)}."
            )
        if not np.all(self._in_support(value._array)):
            raise ValueError(
                f"Expected value argument (Tensor of shape {given}) to be within the support of "
                f"the distribution {self!r}, but found invalid values:\n{value!r}"
            )

    def __repr__(self):
        parts = []
        for name in self._event_axes:
            if name in self.__dict__:
                value = self.__dict__[name]
                parts.append(f"{name}: {value if value.numel() == 1 else value.size()}")
        return f"{type(self).__name__}({', '.join(parts)})"


POSITIVE = (lambda x: x > 0, "greater than 0")
REAL = (lambda x: ~np.isnan(x), "a real number, not nan")
