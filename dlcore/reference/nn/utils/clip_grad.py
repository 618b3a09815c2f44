"""Gradients cut to a length, all of them as one vector, or each number by itself."""

import numpy as np

from ...tensor import Tensor


def _gradients(parameters):
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad._array for p in parameters if p.grad is not None]


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False):
    """The norm of all tensors taken as one vector; RuntimeError for nan or inf, if asked for."""
    arrays = [t._array for t in ([tensors] if isinstance(tensors, Tensor) else tensors)]
    if not arrays:
        return Tensor._wrap(np.zeros((), np.float32))
    with np.errstate(all="ignore"):  # an infinite norm is a result, not a warning
        norms = [np.linalg.norm(a.ravel(), ord=norm_type) for a in arrays]
        total = np.asarray(np.linalg.norm(norms, ord=norm_type), arrays[0].dtype)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients is non-finite ({total}), so it "
            "cannot be clipped"
        )
    return Tensor._wrap(total)


def clip_grads_with_norm_(parameters, max_norm, total_norm):
    """Scale all gradients by ``max_norm / total_norm``, unless that would make them longer."""
    factor = float(max_norm) / (float(total_norm) + 1e-6)
    if not factor >= 1:  # a norm of nan makes every gradient nan, where it can be seen
        with np.errstate(invalid="ignore"):  # inf * 0
            for g in _gradients(parameters):
                g *= factor


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scale all gradients by one factor so that their common norm is at most ``max_norm``.

    Returns the norm before. Source: Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063.
    """
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    gradients = [Tensor._wrap(g) for g in _gradients(parameters)]
    total = get_total_norm(gradients, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grad_value_(parameters, clip_value):
    """Cut every entry of every gradient to [-clip_value, clip_value]."""
    for g in _gradients(parameters):
        np.clip(g, -clip_value, clip_value, out=g)
