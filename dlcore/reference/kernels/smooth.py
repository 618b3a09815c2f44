"""Activation functions that bend smoothly, forward next to backward."""

import numpy as np

from ..rule import register
from .activation import logistic


def elu_forward(x, *, alpha=1.0, scale=1.0, input_scale=1.0):
    """scale * x where positive, scale * alpha * (exp(input_scale * x) - 1) elsewhere."""
    positive = x > 0
    below = np.expm1(np.minimum(x, 0) * input_scale)  # the minimum keeps exp from overflowing
    below *= scale * alpha
    return np.where(positive, x * scale, below), (positive, below, alpha, scale, input_scale)


def elu_backward(dout, cache):
    positive, below, alpha, scale, input_scale = cache
    return (dout * np.where(positive, scale, (below + scale * alpha) * input_scale),)


def logsigmoid_forward(x):
    """log(1 / (1 + exp(-x))), without overflow."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), x


def logsigmoid_backward(dout, cache):
    x = cache
    return (dout * logistic(-x),)


def mish_forward(x):
    """x * tanh(log(1 + exp(x)))."""
    gate = np.tanh(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))
    return x * gate, (x, gate)


def mish_backward(dout, cache):
    x, gate = cache
    # The derivative of log(1 + exp(x)) is the logistic function.
    return (dout * (gate + x * logistic(x) * (1 - gate * gate)),)


def glu_forward(x, *, dim=-1):
    """The first half along ``dim`` times the logistic function of the second."""
    value, gate = np.split(x, 2, axis=dim)
    gate = logistic(gate)
    return value * gate, (value, gate, dim)


def glu_backward(dout, cache):
    value, gate, dim = cache
    dvalue = dout * gate
    dgate = dvalue * value * (1 - gate)
    return (np.concatenate((dvalue, dgate), axis=dim),)


elu = register(
    "elu",
    elu_forward,
    elu_backward,
    torch="nn.functional.elu",
    source="Clevert, Unterthiner, Hochreiter 2016, ICLR, arXiv:1511.07289",
)
logsigmoid = register(
    "logsigmoid",
    logsigmoid_forward,
    logsigmoid_backward,
    torch="nn.functional.logsigmoid",
    source="the logarithm of the logistic function: Verhulst 1838",
)
mish = register(
    "mish",
    mish_forward,
    mish_backward,
    torch="nn.functional.mish",
    source="Misra 2020, BMVC, arXiv:1908.08681",
)
glu = register(
    "glu",
    glu_forward,
    glu_backward,
    torch="nn.functional.glu",
    source="Dauphin, Fan, Auli, Grangier 2017, ICML, arXiv:1612.08083",
)
