"""Gradient clipping, and parameters as one vector, as ``torch.nn.utils``."""

import numpy as np

from ..functions.layout import cat
from ..tensor import Tensor, outside

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "get_total_norm",
    "parameters_to_vector",
    "vector_to_parameters",
]


def _gradients(parameters):
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad._array for p in parameters if p.grad is not None]


def get_total_norm(tensors, norm_type=2.0):
    """The norm of all tensors taken as one vector."""
    arrays = [t._array for t in tensors]
    if not arrays:
        return Tensor._wrap(np.zeros((), np.float32))
    norms = [np.linalg.norm(a.ravel(), ord=norm_type) for a in arrays]
    return Tensor._wrap(np.asarray(np.linalg.norm(norms, ord=norm_type), arrays[0].dtype))


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scale all gradients by one factor so that their common norm is at most ``max_norm``.

    Returns the norm before. Source: Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063.
    """
    gradients = _gradients(parameters)
    total = get_total_norm([Tensor._wrap(g) for g in gradients], norm_type)
    if error_if_nonfinite and not np.isfinite(total._array):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients is non-finite, so it cannot be "
            "clipped"
        )
    factor = float(max_norm) / (total.item() + 1e-6)
    if factor < 1:
        for g in gradients:
            g *= factor
    return total


def clip_grad_value_(parameters, clip_value):
    """Cut every entry of every gradient to [-clip_value, clip_value]."""
    for g in _gradients(parameters):
        np.clip(g, -clip_value, clip_value, out=g)


def parameters_to_vector(parameters):
    """All parameters, one after another, as one vector."""
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec, parameters):
    """Write a vector back into the parameters that ``parameters_to_vector`` took it from."""
    offset = 0
    for p in parameters:
        count = p.numel()
        p.detach().copy_(vec.detach()[offset : offset + count].reshape(p.shape))
        offset += count
    if offset != vec.numel():
        raise ValueError(f"the vector has {vec.numel()} numbers, the parameters {offset}")


__getattr__ = outside("torch.nn.utils")
