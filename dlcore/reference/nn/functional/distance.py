"""Lengths, angles and distances of vectors."""

from ...functions.arrange import broadcast_tensors
from .checks import floats, tensors
from .reduction import promoted


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """x / max(p-norm of x, eps) along ``dim``: vectors of length 1."""
    length = floats("normalize", input).norm(p, dim, keepdim=True)
    return input / length.clamp(min=eps)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between vectors along ``dim``; lengths count as at least ``eps``."""
    x1, x2 = broadcast_tensors(*promoted("cosine_similarity", x1, x2))
    lengths = [_at_least(eps, x.norm(2, dim, keepdim=True)) for x in (x1, x2)]
    return ((x1 / lengths[0]) * (x2 / lengths[1])).sum(dim)


def _at_least(eps, length):
    """The length, or eps for a shorter one, with the length's own gradient: PyTorch cuts it off
    outside of the tape.
    """
    return length + (length.clamp(min=eps) - length).detach()


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of x1 - x2 + eps along the last axis."""
    tensors("pairwise_distance", x1, x2)
    return (x1 - x2 + eps).norm(p, -1, keepdim=keepdim)
