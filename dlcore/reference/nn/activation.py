"""Activation functions as layers."""

from ..functions.create import full
from . import functional as F
from .module import Module
from .parameter import Parameter


class _Activation(Module):
    """A layer around ``function`` of torch.nn.functional, called with the input and ``settings``.

    A layer with ``inplace=True`` changes its input, as in PyTorch; it saves no memory here.
    """

    function, settings = None, ()

    def forward(self, input):
        return type(self).function(input, *[getattr(self, name) for name in self.settings])

    def extra_repr(self):
        shown = [(name, getattr(self, name)) for name in self.settings]
        return ", ".join(f"{name}={value!r}" for name, value in shown if name != "inplace" or value)


class _InPlace(_Activation):
    """With a switch to change the input itself, and no other setting."""

    settings = ("inplace",)

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace


class _Quiet(_InPlace):
    """PyTorch prints nothing of these layers' settings."""

    def extra_repr(self):
        return ""


# -- smooth --------------------------------------------------------------------------------------


class Sigmoid(_Activation):
    """1 / (1 + exp(-x))."""

    function = staticmethod(F.sigmoid)


class Tanh(_Activation):
    """The hyperbolic tangent."""

    function = staticmethod(F.tanh)


class SiLU(_InPlace):
    """x * sigmoid(x)."""

    function = staticmethod(F.silu)


class Mish(_InPlace):
    """x * tanh(softplus(x))."""

    function = staticmethod(F.mish)


class SELU(_InPlace):
    """elu with the two constants that keep mean 0 and variance 1 from layer to layer."""

    function = staticmethod(F.selu)


class ELU(_Activation):
    """x where positive, alpha * (exp(x) - 1) elsewhere."""

    function, settings = staticmethod(F.elu), ("alpha", "inplace")

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha, self.inplace = alpha, inplace


class CELU(ELU):
    """x where positive, alpha * (exp(x / alpha) - 1) elsewhere."""

    function = staticmethod(F.celu)


class GELU(_Activation):
    """x times the normal distribution function of x; approximate="tanh" for the usual formula."""

    function, settings = staticmethod(F.gelu), ("approximate",)

    def __init__(self, approximate="none"):
        super().__init__()
        self.approximate = approximate


class Softplus(_Activation):
    """log(1 + exp(beta x)) / beta."""

    function, settings = staticmethod(F.softplus), ("beta", "threshold")

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta, self.threshold = beta, threshold


class LogSigmoid(_Activation):
    """log(sigmoid(x))."""

    function = staticmethod(F.logsigmoid)


class Softsign(_Activation):
    """x / (1 + |x|)."""

    function = staticmethod(F.softsign)


class Tanhshrink(_Activation):
    """x - tanh(x)."""

    function = staticmethod(F.tanhshrink)


class GLU(_Activation):
    """The first half along ``dim`` times sigmoid of the second half."""

    function, settings = staticmethod(F.glu), ("dim",)

    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim


# -- made of straight pieces -----------------------------------------------------------------------


class ReLU(_InPlace):
    """max(0, x)."""

    function = staticmethod(F.relu)


class ReLU6(_InPlace):
    """x cut to [0, 6]."""

    function = staticmethod(F.relu6)


class Hardsigmoid(_Quiet):
    """x / 6 + 1 / 2 cut to [0, 1]."""

    function = staticmethod(F.hardsigmoid)


class Hardswish(_Quiet):
    """x * hardsigmoid(x)."""

    function = staticmethod(F.hardswish)


class LeakyReLU(_Activation):
    """x where positive, negative_slope * x elsewhere."""

    function, settings = staticmethod(F.leaky_relu), ("negative_slope", "inplace")

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace


class Hardtanh(_Activation):
    """x cut to [min_val, max_val]. ValueError unless min_val is below max_val."""

    function, settings = staticmethod(F.hardtanh), ("min_val", "max_val", "inplace")

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__()
        if not min_val < max_val:
            raise ValueError(f"min_val must be below max_val, received {min_val} and {max_val}")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace


class Threshold(_Activation):
    """x where above ``threshold``, ``value`` elsewhere."""

    function, settings = staticmethod(F.threshold), ("threshold", "value", "inplace")

    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace


class Hardshrink(_Activation):
    """x where |x| is above ``lambd``, 0 elsewhere."""

    function, settings = staticmethod(F.hardshrink), ("lambd",)

    def __init__(self, lambd=0.5):
        super().__init__()
        self.lambd = lambd

    def extra_repr(self):
        return f"{self.lambd}"


class Softshrink(Hardshrink):
    """x moved by ``lambd`` towards 0, which it does not pass."""

    function = staticmethod(F.softshrink)


class RReLU(Module):
    """In training a random slope of [lower, upper) for each negative element, else their middle."""

    def __init__(self, lower=1.0 / 8, upper=1.0 / 3, inplace=False):
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input):
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self):
        return f"lower={self.lower}, upper={self.upper}" + (", inplace=True" * self.inplace)


class PReLU(Module):
    """x where positive, weight * x elsewhere: weight (num_parameters,) is learnt, from ``init``.

    num_parameters: 1, or the number of channels (axis 1).
    """

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(full((num_parameters,), float(init), device=device, dtype=dtype))

    def reset_parameters(self):
        """As at the start."""
        self.weight.data.fill_(self.init)

    def forward(self, input):
        return F.prelu(input, self.weight)

    def extra_repr(self):
        return f"num_parameters={self.num_parameters}"


# -- the softmax family ----------------------------------------------------------------------------


class Softmax(_Activation):
    """exp(x) / sum exp(x) along ``dim``; None leaves the choice to PyTorch's rule, with a warning.

    The rule: the first axis of 1 or 3, otherwise the second.
    """

    function, settings = staticmethod(F.softmax), ("dim",)

    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim


class Softmin(Softmax):
    """softmax(-x) along ``dim``."""

    function = staticmethod(F.softmin)


class LogSoftmax(Softmax):
    """log softmax(x) along ``dim``."""

    function = staticmethod(F.log_softmax)


class Softmax2d(Module):
    """softmax over the channels of (N, C, H, W) or (C, H, W)."""

    def forward(self, input):
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D (got {input.ndim}D)")
        return F.softmax(input, -3)
