"""``torch.autograd.functional``: whole derivatives of a function, one backward a row."""

import numpy as np

from ..tensor import Tensor, outside

__all__ = ["jacobian", "vjp"]


def _leaves(inputs):
    several = isinstance(inputs, tuple)
    leaves = tuple(x.detach().requires_grad_() for x in (inputs if several else (inputs,)))
    return leaves, several


def _gradients(output, leaves, gradient, retain_graph):
    """One gradient for each leaf, zeros for one that does not count."""
    from . import grad

    if not output.requires_grad:
        found = (None,) * len(leaves)
    else:
        found = grad(output, leaves, gradient, retain_graph=retain_graph, allow_unused=True)
    return [
        np.zeros(x._array.shape, x._array.dtype) if d is None else d._array
        for x, d in zip(leaves, found, strict=True)
    ]


def jacobian(func, inputs):
    """d func(inputs)[i] / d inputs[j], of the output's axes and then the input's.

    inputs: a tensor, or a tuple of them; then the answer is a tuple, one for each. A function of
    several outputs gives one such answer for each.
    """
    leaves, several = _leaves(inputs)
    outputs = func(*leaves)
    found = []
    for output in outputs if isinstance(outputs, tuple) else (outputs,):
        units = np.eye(output.numel(), dtype=output._array.dtype)
        rows = [
            _gradients(output, leaves, Tensor._wrap(unit.reshape(output._array.shape)), True)
            for unit in units
        ]
        blocks = tuple(
            Tensor._wrap(
                np.array([row[i] for row in rows], x._array.dtype).reshape(
                    output._array.shape + x._array.shape
                )
            )
            for i, x in enumerate(leaves)
        )
        found.append(blocks if several else blocks[0])
    return tuple(found) if isinstance(outputs, tuple) else found[0]


def vjp(func, inputs, v=None):
    """(func(inputs), v times its Jacobian); v may be left out where func gives one number."""
    leaves, several = _leaves(inputs)
    output = func(*leaves)
    found = tuple(Tensor._wrap(d) for d in _gradients(output, leaves, v, None))
    return output.detach(), found if several else found[0]


__getattr__ = outside("torch.autograd.functional")
