"""Initialisation in place, as ``torch.nn.init``.

How large weights must start, so that signals neither die out nor explode on their way through the
layers.
"""

import math

import numpy as np

from ..functions.create import from_numpy
from ..functions.generator import default_generator
from ..grad_mode import no_grad
from ..tensor import outside

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

GAIN_1 = {"linear", "sigmoid"} | {
    f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3)
}


def calculate_gain(nonlinearity, param=None):
    """The factor by which a non-linearity shrinks the standard deviation, inverted.

    Source: He et al. 2015, arXiv:1502.01852 (relu family); PyTorch's table for the others.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param!r} not a valid number")
        return math.sqrt(2 / (1 + slope * slope))
    gains = {**dict.fromkeys(GAIN_1, 1), "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity not in gains:
        raise ValueError(
            f"Unsupported nonlinearity {nonlinearity!r}; use one of "
            f"{', '.join(sorted(gains))}, leaky_relu"
        )
    return gains[nonlinearity]


def _fans(tensor):
    """How many inputs each output sums up, and how many outputs each input reaches.

    In a convolution (F, C, R, S) both count the window R S as well.
    """
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
        )
    window = math.prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


_calculate_fan_in_and_fan_out = _fans  # torch's name for it, which programs import


@no_grad()
def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Uniform on [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Normal with that mean and standard deviation."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def constant_(tensor, val):
    """One value everywhere."""
    return tensor.fill_(val)


def zeros_(tensor):
    """Zeros."""
    return constant_(tensor, 0.0)


def ones_(tensor):
    """Ones."""
    return constant_(tensor, 1.0)


def _rng(generator):
    return (generator or default_generator).numpy


def _put(tensor, array):
    tensor.copy_(from_numpy(np.asarray(array, tensor._array.dtype)))
    return tensor


def _axes(name, tensor, allowed):
    if tensor.ndim not in allowed:
        raise ValueError(
            f"{name}: Only tensors with {' or '.join(map(str, allowed))} dimensions are supported, "
            f"received shape {tuple(tensor.shape)}"
        )


@no_grad()
def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Normal, with everything outside [a, b] drawn again.

    a and b are limits of the values, not numbers of standard deviations.
    """
    from scipy.special import ndtr, ndtri  # 0.1 s to import, and only this needs it

    if a > b:
        raise ValueError(f"trunc_normal_: minimum value (a={a}) must be at most (b={b})")
    # The inverse of the distribution function, on what it takes between a and b.
    low, high = ndtr((a - mean) / std), ndtr((b - mean) / std)
    values = mean + std * ndtri(_rng(generator).uniform(low, high, tuple(tensor.shape)))
    return _put(tensor, np.clip(values, a, b))


@no_grad()
def eye_(tensor):
    """The identity matrix, as far as the shape goes."""
    _axes("eye_", tensor, (2,))
    return _put(tensor, np.eye(*tensor.shape))


@no_grad()
def dirac_(tensor, groups=1):
    """A convolution (F, C, window) that hands its first channels on: 1 in the window's middle.

    groups: each group of filters starts from the first channel again.
    """
    _axes("dirac_", tensor, (3, 4, 5))
    filters, channels, *window = tensor.shape
    if groups < 1 or filters % groups:
        raise ValueError(f"dim 0 ({filters}) must be divisible by groups ({groups})")
    values, each = np.zeros(tuple(tensor.shape)), filters // groups
    middle = tuple(n // 2 for n in window)
    for f in range(filters):
        if f % each < channels:
            values[(f, f % each, *middle)] = 1
    return _put(tensor, values)


@no_grad()
def orthogonal_(tensor, gain=1, generator=None):
    """Rows (or columns, if these are fewer) of length ``gain`` at right angles to each other.

    Axes after the first count as one. Source: Saxe, McClelland, Ganguli 2014, ICLR,
    arXiv:1312.6120.
    """
    if tensor.ndim < 2:
        raise ValueError(
            "orthogonal_: Only tensors with 2 or more dimensions are supported, received shape "
            f"{tuple(tensor.shape)}"
        )
    if not tensor.numel():
        return tensor
    rows = tensor.shape[0]
    normal = _rng(generator).normal(size=(rows, tensor.numel() // rows))
    wide = normal.shape[0] < normal.shape[1]
    q, r = np.linalg.qr(normal.T if wide else normal)
    q *= np.sign(np.diag(r))  # without it, q would prefer some directions
    return _put(tensor, gain * (q.T if wide else q).reshape(tuple(tensor.shape)))


@no_grad()
def sparse_(tensor, sparsity, std=0.01, generator=None):
    """Normal, with the share ``sparsity`` of each column 0.

    Source: Martens 2010, ICML (Hessian-free optimisation).
    """
    _axes("sparse_", tensor, (2,))
    rng, (rows, columns) = _rng(generator), tensor.shape
    values = rng.normal(0, std, (rows, columns))
    order = rng.permuted(np.tile(np.arange(rows)[:, None], columns), axis=0)
    np.put_along_axis(values, order[: math.ceil(sparsity * rows)], 0, axis=0)
    return _put(tensor, values)


def xavier_uniform_(tensor, gain=1.0, generator=None):
    """Source: Glorot, Bengio 2010, AISTATS."""
    bound = gain * math.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor, gain=1.0, generator=None):
    """Source: Glorot, Bengio 2010, AISTATS."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(_fans(tensor))), generator)


def _he_std(tensor, a, mode, nonlinearity):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode!r} not supported, please use fan_in or fan_out")
    return calculate_gain(nonlinearity, a) / math.sqrt(_fans(tensor)[mode == "fan_out"])


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Source: He et al. 2015, arXiv:1502.01852."""
    if 0 in tensor.shape:
        return tensor
    bound = math.sqrt(3) * _he_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Source: He et al. 2015, arXiv:1502.01852."""
    if 0 in tensor.shape:
        return tensor
    return normal_(tensor, 0.0, _he_std(tensor, a, mode, nonlinearity), generator)


__getattr__ = outside("torch.nn.init")
