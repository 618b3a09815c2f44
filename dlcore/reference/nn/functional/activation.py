"""Activations that bend smoothly, and the softmax family.

``inplace=True`` changes the input itself, as in PyTorch; it saves no memory here.
"""

import warnings

import numpy as np

from ... import dtypes
from ...functions import layout, pointwise
from ...functions.generator import default_generator
from ...functions.inplace import in_place
from ...kernels import activation as kernels
from ...kernels import smooth
from ...tape import apply
from ...tensor import Tensor
from .checks import floats

_take_over = in_place(lambda input, out: out, "inplace=True")


def finish(input, out, inplace):
    """``out``; or the input, which has become ``out``, if ``inplace`` says so."""
    return _take_over(input, out) if inplace else out


def silu(input, inplace=False):
    """x * sigmoid(x)."""
    return finish(input, apply(kernels.silu, floats("silu", input)), inplace)


def mish(input, inplace=False):
    """x * tanh(softplus(x))."""
    return finish(input, apply(smooth.mish, floats("mish", input)), inplace)


def elu(input, alpha=1.0, inplace=False):
    """x where positive, alpha * (exp(x) - 1) elsewhere."""
    return finish(input, apply(smooth.elu, floats("elu", input), alpha=alpha), inplace)


def celu(input, alpha=1.0, inplace=False):
    """x where positive, alpha * (exp(x / alpha) - 1) elsewhere: its slope has no step.

    Source: Barron 2017, arXiv:1704.07483.
    """
    if alpha == 0:
        raise RuntimeError("celu: alpha cannot be 0, it is divided by")
    out = apply(smooth.elu, floats("celu", input), alpha=alpha, input_scale=1 / alpha)
    return finish(input, out, inplace)


def selu(input, inplace=False):
    """elu with the two constants that keep mean 0 and variance 1 from layer to layer.

    Source: Klambauer, Unterthiner, Mayr, Hochreiter 2017, NIPS 30, arXiv:1706.02515.
    """
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    out = apply(smooth.elu, floats("selu", input), alpha=alpha, scale=scale)
    return finish(input, out, inplace)


def elu_(input, alpha=1.0):
    """elu in place."""
    return elu(input, alpha, inplace=True)


def celu_(input, alpha=1.0):
    """celu in place."""
    return celu(input, alpha, inplace=True)


def selu_(input):
    """selu in place."""
    return selu(input, inplace=True)


def gelu(input, approximate="none"):
    """x times the normal distribution function of x, exact or by tanh."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"gelu: approximate must be 'none' or 'tanh', received {approximate!r}")
    return apply(kernels.gelu, floats("gelu", input), approximate=approximate)


def softplus(input, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta: a smooth relu."""
    return apply(kernels.softplus, floats("softplus", input), beta=beta, threshold=threshold)


def logsigmoid(input):
    """log(sigmoid(x)), without overflow."""
    return apply(smooth.logsigmoid, floats("logsigmoid", input))


def softsign(input):
    """x / (1 + |x|)."""
    return input / (1 + input.abs())


def tanhshrink(input):
    """x - tanh(x)."""
    return input - input.tanh()


def glu(input, dim=-1):
    """The first half along ``dim`` times sigmoid of the second half."""
    length = floats("glu", input)._array.shape[layout.axis(input, dim)] if input.ndim else 0
    if not input.ndim or length % 2:
        raise RuntimeError(
            f"glu: Halving dimension must be even, but dimension {dim} is size {length} (the input "
            f"has shape {tuple(input.shape)})"
        )
    return apply(smooth.glu, input, dim=dim)


# -- the softmax family ------------------------------------------------------------------------


def _prepared(name, input, dim, dtype):
    """The input as floats and the axis, which PyTorch guesses (with a warning) if it is None.

    A number becomes a vector of one.
    """
    if dtype is not None:
        input = pointwise.cast(input, dtypes.to_numpy(dtype))
    floats(name, input)
    if dim is None:
        warnings.warn(
            f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
            "dim=X as an argument.",
            UserWarning,
            stacklevel=3,
        )
        dim = 0 if input.ndim in (0, 1, 3) else 1
    dim = layout.axis(input, dim)
    return (input if input.ndim else input.reshape(1)), dim


def softmax(input, dim=None, *, dtype=None):
    """exp(x) / sum exp(x) along ``dim``; ``dtype`` converts the input first."""
    x, dim = _prepared("softmax", input, dim, dtype)
    out = apply(kernels.softmax, x, dim=dim)
    return out if input.ndim else out.reshape(())


def softmin(input, dim=None, *, dtype=None):
    """softmax(-x) along ``dim``."""
    x, dim = _prepared("softmin", input, dim, dtype)
    out = apply(kernels.softmax, -x, dim=dim)
    return out if input.ndim else out.reshape(())


def log_softmax(input, dim=None, *, dtype=None):
    """log softmax(x) along ``dim``, without overflow; ``dtype`` converts the input first."""
    x, dim = _prepared("log_softmax", input, dim, dtype)
    out = apply(kernels.log_softmax, x, dim=dim)
    return out if input.ndim else out.reshape(())


def gumbel_softmax(logits, tau=1, hard=False, *, dim=-1):
    """A random softmax: of (logits + Gumbel noise) / tau along ``dim``.

    hard: one-hot samples, with the gradient of the soft ones (straight through).
    Source: Jang, Gu, Poole 2017, ICLR, arXiv:1611.01144.
    """
    x = floats("gumbel_softmax", logits)._array
    noise = Tensor._wrap(default_generator.numpy.gumbel(size=x.shape).astype(x.dtype))
    soft = softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    chosen = np.zeros_like(x)
    np.put_along_axis(chosen, soft._array.argmax(axis=dim, keepdims=True), 1, axis=dim)
    return Tensor._wrap(chosen) - soft.detach() + soft
