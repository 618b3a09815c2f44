"""The divergence of Kullback and Leibler between two distributions, in closed form."""

from .. import linalg
from ..functions.elementary import log
from ..functions.masking import masked_fill, tril
from ..functions.parts import diagonal
from .categorical import Categorical, OneHotCategorical
from .continuous import Exponential, Uniform
from .counts import Bernoulli, Poisson
from .independent import Independent, sum_rightmost
from .multivariate_normal import MultivariateNormal
from .normal import Normal

_PAIRS = {}


def register_kl(type_p, type_q):
    """Decorator: the function computes kl_divergence(p, q) for these two families."""

    def decorator(function):
        _PAIRS[type_p, type_q] = function
        return function

    return decorator


def kl_divergence(p, q):
    """The expectation of log p(x) - log q(x) under p, of shape batch_shape.

    NotImplementedError for two families of which no formula is registered.
    Source: Kullback, Leibler 1951, Annals of Mathematical Statistics 22, 79-86.
    """
    for kind_p in type(p).__mro__:
        for kind_q in type(q).__mro__:
            if (kind_p, kind_q) in _PAIRS:
                return _PAIRS[kind_p, kind_q](p, q)
    known = ", ".join(f"{a.__name__}-{b.__name__}" for a, b in _PAIRS)
    raise NotImplementedError(
        f"No KL(p || q) is implemented for p type {type(p).__name__} and q type "
        f"{type(q).__name__}; there are {known}. register_kl adds one."
    )


@register_kl(Normal, Normal)
def _normal(p, q):
    ratio = p.scale / q.scale
    distance = (p.loc - q.loc) / q.scale
    return 0.5 * (ratio * ratio + distance * distance - 1) - log(ratio)


@register_kl(Categorical, Categorical)
def _categorical(p, q):
    terms = p.probs * (p.logits - q.logits)
    terms = masked_fill(terms, (q.probs == 0).expand_as(terms), float("inf"))
    return masked_fill(terms, (p.probs == 0).expand_as(terms), 0.0).sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p, q):
    return _categorical(p, q)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p, q):
    ones = p.probs * (_softplus(-q.logits) - _softplus(-p.logits))
    ones = _limits(ones, q.probs == 0, p.probs == 0)
    zeros = (1 - p.probs) * (_softplus(q.logits) - _softplus(p.logits))
    return ones + _limits(zeros, q.probs == 1, p.probs == 1)


def _softplus(x):
    return x.logaddexp(x.detach() * 0)


def _limits(terms, impossible, absent):
    """Infinite where q excludes what p allows, and 0 where p itself excludes it."""
    terms = masked_fill(terms, impossible.expand_as(terms), float("inf"))
    return masked_fill(terms, absent.expand_as(terms), 0.0)


@register_kl(Uniform, Uniform)
def _uniform(p, q):
    result = log((q.high - q.low) / (p.high - p.low))
    return masked_fill(result, (q.low > p.low) | (q.high < p.high), float("inf"))


@register_kl(Exponential, Exponential)
def _exponential(p, q):
    ratio = q.rate / p.rate
    return ratio - log(ratio) - 1


@register_kl(Poisson, Poisson)
def _poisson(p, q):
    return p.rate * (log(p.rate) - log(q.rate)) - (p.rate - q.rate)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p, q):
    spread = linalg.solve(tril(q.scale_tril), p.scale_tril)
    distance = linalg.solve(tril(q.scale_tril), (q.loc - p.loc).unsqueeze(-1)).squeeze(-1)
    half_log_dets = log(diagonal(q.scale_tril, 0, -2, -1)).sum(-1) - log(
        diagonal(p.scale_tril, 0, -2, -1)
    ).sum(-1)
    squares = (spread * spread).sum((-2, -1)) + (distance * distance).sum(-1)
    return half_log_dets + 0.5 * (squares - p.event_shape[0])


@register_kl(Independent, Independent)
def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError(
            "kl_divergence: the two Independent take different numbers of axes into the event"
        )
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)
