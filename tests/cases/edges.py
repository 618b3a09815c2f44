"""Edges: kinks, ties, zeros and numbers far out, where only PyTorch's convention can be compared.

EDGES has rule name -> list of Case. Values and gradients must be PyTorch's, infinite and nan ones
included; there is no derivative to check by a difference.
"""

import numpy as np

from .make import Case

SIGNS = [-2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0]
FAR = [-1000.0, -90.0, -30.0, 0.0, 30.0, 90.0, 1000.0]
TIES = [[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [-1.0, -5.0, -5.0, -1.0]]
ROWS = [[1000.0, 999.0, -1000.0], [-1000.0, -1000.0, -1001.0], [0.0, 700.0, 710.0]]


def at(*arrays, twin=None, **options):
    """One edge: float arrays from lists, anything else as it is."""
    inputs = tuple(np.array(a) if isinstance(a, list) else a for a in arrays)
    return Case(inputs, options, twin, smooth=False)


def placed(name):
    """A twin that takes one option by position."""
    return lambda torch, twin, tensors, **options: twin(*tensors, options.pop(name), **options)


def every_dim(torch, twin, tensors, dim=None, **options):
    return twin(*tensors, **options) if dim is None else twin(*tensors, dim=dim, **options)


# An image with every kind of tie: within a window, and between windows that overlap.
TIED_IMAGE = np.random.default_rng(0).integers(0, 3, (2, 3, 6, 5)) * 1.0


def in_training(torch, twin, tensors, observe):
    """batch_norm without running averages; PyTorch keeps them itself, ours are ``observe``'s."""
    return twin(tensors[0], None, None, *tensors[1:], training=True)


EDGES = {
    "relu": [at(SIGNS)],
    "leaky_relu": [at(SIGNS), at(SIGNS, negative_slope=0.2)],
    "elu": [at(SIGNS), at(FAR)],
    "abs": [at(SIGNS)],
    "clamp": [at(SIGNS, min=-0.5, max=1.0), at(SIGNS, min=0.5), at(SIGNS, max=-0.5)],
    "hardtanh": [at(SIGNS)],
    # Not in between: PyTorch multiplies by 1/6 in float32 there, also in float64.
    "hardsigmoid": [at([-3.0, 3.0, -3.5, 3.5])],
    "hardswish": [at([-3.0, 3.0, -3.5, 3.5, 0.0])],
    "hardshrink": [at(SIGNS)],
    "softshrink": [at(SIGNS)],
    "threshold": [at(SIGNS, threshold=0.5, value=7.0)],
    "prelu": [at(SIGNS, [0.25])],
    **{
        name: [at(FAR), at(SIGNS)]
        for name in ("sigmoid", "tanh", "softplus", "silu", "logsigmoid", "mish", "erf", "erfc")
    },
    "gelu": [at(FAR), at(FAR, approximate="tanh")],
    "log": [at([0.0, 1e-300, 1e300, -1.0])],
    "log1p": [at([-1.0, 1e-17, 1e300])],
    "sqrt": [at([0.0, 1e-300, 4.0, -1.0])],
    "rsqrt": [at([0.0, 1e300, 4.0, -1.0])],
    "reciprocal": [at([0.0, -0.0, 4.0])],
    "exp": [at(FAR)],
    "expm1": [at([-1000.0, 1e-17, 0.0, 1000.0])],
    "asin": [at([-1.0, 0.0, 1.0, 2.0])],
    "acos": [at([-1.0, 0.0, 1.0, 2.0])],
    "atanh": [at([-1.0, 0.0, 1.0, 2.0])],
    "acosh": [at([1.0, 0.5, 3.0])],
    "div": [at([1.0, 0.0, -1.0, 2.0], [0.0, 0.0, 0.0, 4.0])],
    "pow": [
        at([0.0, 0.0, 0.0, 0.0, 2.0, 2.0, -2.0], [0.0, 1.0, 2.0, 0.5, 0.0, -1.0, 2.0]),
        at([-1.5, 0.0, 2.0], 0),
        at([-1.5, 0.0, 2.0], 1),
        at([-1.5, 0.0, 2.0], 3),
        at([0.0, 4.0], 0.5),
    ],
    "maximum": [at(SIGNS, SIGNS[::-1]), at(TIES, [2.0, 3.0, 2.0, 0.0])],
    "minimum": [at(SIGNS, SIGNS[::-1]), at(TIES, [2.0, 3.0, 2.0, 0.0])],
    "hypot": [at([0.0, 3.0, 0.0], [0.0, 4.0, 5.0])],
    "atan2": [at([0.0, 0.0, 1.0, -1.0], [1.0, -1.0, 0.0, 0.0])],
    "xlogy": [at([0.0, 0.0, 2.0], [0.0, 2.0, 3.0])],
    "logaddexp": [at([1000.0, -1000.0, -np.inf, 0.0], [1000.0, -999.0, 0.0, 0.0])],
    "fmod": [at([5.5, -5.5, 5.5, -5.5, 6.0], [2.0, 2.0, -2.0, -2.0, 3.0])],
    "remainder": [at([5.5, -5.5, 5.5, -5.5, 6.0], [2.0, 2.0, -2.0, -2.0, 3.0])],
    **{
        name: [at(TIES, twin=every_dim, dim=d) for d in (0, 1, (0, 1))] for name in ("amax", "amin")
    },
    "std": [at([[1.0, 2.0], [3.0, 3.0]], twin=every_dim, dim=1)],
    "norm": [
        at([[0.0, 0.0, 0.0], [3.0, 0.0, 4.0]], twin=placed("p"), p=p, dim=1)
        for p in (1.0, 2.0, 3.0)
    ],
    "prod": [at([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0], [1.0, 2.0, 4.0]], twin=every_dim, dim=1)],
    "cumprod": [at([[2.0, 0.0, 3.0, 4.0], [0.0, 0.0, 5.0, 1.0]], dim=1)],
    **{
        name: [at(ROWS, dim=1), at([[-np.inf, 0.0, 1.0]], dim=1)]
        for name in ("softmax", "log_softmax", "logsumexp")
    },
    "logcumsumexp": [at(ROWS, dim=1)],  # PyTorch's gradient at -inf is nan, ours its limit 0
    "l1_loss": [at(SIGNS, SIGNS[::-1], reduction=r) for r in ("mean", "sum", "none")],
    "bce_with_logits": [at(FAR, [0.0, 1.0, 0.3, 0.5, 1.0, 0.0, 1.0], reduction="sum")],
    "cross_entropy": [at(ROWS, np.array([0, 2, 1])), at(ROWS, np.full(3, -100))]
    + [at(ROWS, np.array([0, 2, 1]), ignore_index=i) for i in (0, 7)],
    "nll_loss": [at(ROWS, np.full(3, -100)), at(ROWS, np.array([0, 2, 1]), ignore_index=2)],
    "max_pool2d": [
        at(TIED_IMAGE, kernel_size=k, stride=s, padding=p)
        for k, s, p in [
            ((2, 2), (2, 2), (0, 0)),
            ((3, 2), (1, 1), (1, 1)),
            ((3, 3), (2, 1), (1, 0)),
        ]
    ],
    "batch_norm": [
        at(
            [[1e6, 2.0], [1e6 + 1, 2.0], [1e6 - 1, 2.0]],
            [1.0, 3.0],
            [0.0, 1.0],
            twin=in_training,
            observe=lambda mean, var: None,
        )
    ],
    "layer_norm": [
        at(
            [[2.0, 2.0, 2.0], [1e6, 1e6 + 1, 1e6 - 1]],
            normalized_shape=(3,),
            twin=placed("normalized_shape"),
        )
    ],
}
