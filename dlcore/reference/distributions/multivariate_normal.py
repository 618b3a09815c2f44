"""The normal distribution of vectors."""

import math

import numpy as np

from .. import linalg
from ..functions.create import randn
from ..functions.elementary import log
from ..functions.layout import expand, squeeze, transpose, unsqueeze
from ..functions.masking import tril
from ..functions.parts import diagonal
from .distribution import NO_AXES, Distribution


class MultivariateNormal(Distribution):
    """Normal vectors (D,) of mean ``loc`` (..., D) and a covariance matrix (..., D, D).

    Give one of covariance_matrix, precision_matrix (its inverse) and scale_tril, the lower
    triangular L of covariance = L L^T.
    """

    has_rsample = True
    _event_axes = {"loc": 1, "scale_tril": 2}  # noqa: RUF012

    def __init__(
        self,
        loc,
        covariance_matrix=None,
        precision_matrix=None,
        scale_tril=None,
        validate_args=None,
    ):
        given = [m for m in (covariance_matrix, precision_matrix, scale_tril) if m is not None]
        if len(given) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be "
                f"specified, received {len(given)}"
            )
        if loc.ndim < 1 or given[0].ndim < 2:
            raise ValueError("loc must be at least one-dimensional, the matrix two-dimensional")
        batch = np.broadcast_shapes(tuple(given[0].shape)[:-2], tuple(loc.shape)[:-1])
        event = tuple(loc.shape)[-1:]
        matrix = expand(given[0], (*batch, *event, *event))
        self.loc = expand(loc, (*batch, *event))
        if scale_tril is not None:
            self.scale_tril = matrix
        else:
            covariance = matrix if precision_matrix is None else linalg.inv(matrix)
            try:
                self.scale_tril = linalg.cholesky(covariance)
            except linalg.LinAlgError as error:
                raise ValueError(
                    "MultivariateNormal: the covariance matrix must be positive definite"
                ) from error
        super().__init__(batch, event, validate_args=validate_args)

    @property
    def covariance_matrix(self):
        """(..., D, D)."""
        return self.scale_tril @ transpose(self.scale_tril, -2, -1)

    @property
    def precision_matrix(self):
        """The inverse of the covariance."""
        return linalg.inv(self.covariance_matrix)

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
        """The diagonal of the covariance."""
        return (self.scale_tril * self.scale_tril).sum(-1)

    def rsample(self, sample_shape=NO_AXES):
        """loc + L noise: gradients flow to both."""
        noise = randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + squeeze(self.scale_tril @ unsqueeze(noise, -1), -1)

    def log_prob(self, value):
        """-|L^-1 (value - loc)|^2 / 2 - log det L - D log(2 pi) / 2."""
        self._validate_sample(value)
        distance = unsqueeze(value - self.loc, -1)
        standard = squeeze(linalg.solve(tril(self.scale_tril), distance), -1)
        constant = self._event_shape[0] * math.log(2 * math.pi)
        return -0.5 * (constant + (standard * standard).sum(-1)) - self._log_det()

    def entropy(self):
        """D (1 + log(2 pi)) / 2 + log det L."""
        return 0.5 * self._event_shape[0] * (1 + math.log(2 * math.pi)) + self._log_det()

    def _log_det(self):
        return log(diagonal(self.scale_tril, 0, -2, -1)).sum(-1)
