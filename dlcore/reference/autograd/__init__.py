"""Gradients by hand, as ``torch.autograd``: ``grad``, ``backward``, and functions of one's own."""

import numpy as np

from ..anomaly import detect_anomaly
from ..grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from ..tape import backward as _backward
from ..tensor import Tensor, outside
from . import functional
from .function import Function
from .gradcheck import gradcheck

__all__ = [
    "Function",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def _several(tensors):
    return tuple(tensors) if isinstance(tensors, (tuple, list)) else (tensors,)


def _starts(outputs, gradients):
    """Each output with the gradient that arrives at it, as an array."""
    outputs = _several(outputs)
    gradients = (None,) * len(outputs) if gradients is None else _several(gradients)
    return [
        (output, output._gradient_here(g)) for output, g in zip(outputs, gradients, strict=True)
    ]


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False):
    """Add the gradients of all ``tensors`` to the ``grad`` of their leaves."""
    _refuse(create_graph)
    starts = _starts(tensors, grad_tensors)
    for i, (output, gradient) in enumerate(starts):
        # What several outputs share is walked once for each, so it must last until the last.
        _backward(output, gradient, retain_graph or i + 1 < len(starts))


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    *,
    allow_unused=None,
):
    """d(sum of outputs)/d(input) for each of ``inputs``, as a tuple; no ``grad`` is changed.

    RuntimeError if an input was not used, unless ``allow_unused``: then its gradient is None.
    """
    _refuse(create_graph)
    inputs, starts = _several(inputs), _starts(outputs, grad_outputs)
    found = {}
    for x in inputs:
        if not x.requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    leaves = {x for x in inputs if x.is_leaf}

    def add(x, d):
        found[x] = np.array(d) if x not in found else found[x] + d

    def deliver(leaf, d, dout):
        if leaf in leaves:
            add(leaf, d)

    handles = [x.register_hook(lambda d, x=x: add(x, d._array)) for x in inputs if not x.is_leaf]
    try:
        for i, (output, gradient) in enumerate(starts):
            _backward(output, gradient, retain_graph or i + 1 < len(starts), deliver)
    finally:
        for handle in handles:
            handle.remove()
    for i, x in enumerate(inputs):
        if x not in found and not allow_unused:
            raise RuntimeError(
                f"One of the differentiated Tensors (number {i}) appears to not have been used in "
                "the graph. Set allow_unused=True if this is the desired behavior."
            )
    return tuple(Tensor._wrap(found[x]) if x in found else None for x in inputs)


def _refuse(create_graph):
    if create_graph:
        raise NotImplementedError(
            "create_graph=True is not in the reference backend's subset: its backward is not "
            "recorded, so a gradient has no gradient. PyTorch has it."
        )


class set_detect_anomaly(detect_anomaly):
    """As ``detect_anomaly``, and it acts from the call on."""

    def __init__(self, mode, check_nan=True):
        self._mode = mode
        self._switch(mode)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._switch(not self._mode)


def Variable(data, requires_grad=False):
    """The tensor itself: in old programs a tensor had to be wrapped to have a gradient."""
    return data.requires_grad_() if requires_grad else data


__getattr__ = outside("torch.autograd")
