"""Probability distributions, as ``torch.distributions``: drawing, densities, divergences."""

from ..tensor import outside
from .categorical import Categorical, OneHotCategorical
from .continuous import Exponential, Laplace, Uniform
from .counts import Bernoulli, Poisson
from .distribution import Distribution
from .independent import Independent
from .kl import kl_divergence, register_kl
from .multivariate_normal import MultivariateNormal
from .normal import LogNormal, Normal

__all__ = [
    "Bernoulli",
    "Categorical",
    "Distribution",
    "Exponential",
    "Independent",
    "Laplace",
    "LogNormal",
    "MultivariateNormal",
    "Normal",
    "OneHotCategorical",
    "Poisson",
    "Uniform",
    "kl_divergence",
    "register_kl",
]

__getattr__ = outside("torch.distributions")
