"""The reference backend: a strict subset of PyTorch in plain NumPy, every gradient written by hand.

``import dlcore.reference as torch`` runs a program written for PyTorch as far as the subset
reaches.
"""

from . import cuda, kernels, methods, nn, optim, utils
from .check import GradientMismatch, check_rule
from .device import device
from .dtypes import bool_ as bool
from .dtypes import (
    dtype,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
)
from .functions.create import (
    Generator,
    arange,
    as_tensor,
    empty,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    manual_seed,
    ones,
    ones_like,
    rand,
    rand_like,
    randint,
    randn,
    randn_like,
    randperm,
    tensor,
    zeros,
    zeros_like,
)
from .functions.layout import (
    broadcast_to,
    cat,
    clone,
    flatten,
    gather,
    permute,
    reshape,
    squeeze,
    stack,
    t,
    transpose,
    unsqueeze,
)
from .functions.linalg import bmm, dot, matmul, mm, mv, outer
from .functions.pointwise import (
    abs,
    add,
    allclose,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    clamp,
    cos,
    div,
    eq,
    exp,
    floor,
    ge,
    gt,
    isfinite,
    isnan,
    le,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    lt,
    maximum,
    minimum,
    mul,
    ne,
    neg,
    pow,
    relu,
    round,
    sigmoid,
    sign,
    sin,
    sqrt,
    square,
    sub,
    tanh,
    where,
)
from .functions.reduce import (
    all,
    amax,
    amin,
    any,
    argmax,
    argmin,
    cumsum,
    logsumexp,
    max,
    mean,
    min,
    norm,
    std,
    sum,
    var,
)
from .nn.functional import log_softmax, softmax
from .rule import REGISTRY, Rule, register, rule
from .serialisation import load, save
from .tape import (
    apply,
    enable_grad,
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_grad_enabled,
)
from .tensor import HINT, Size, Tensor, outside

float, double, half, long, int = float32, float64, float16, int64, int32


def is_tensor(obj):
    """Whether ``obj`` is a tensor of this backend."""
    return isinstance(obj, Tensor)


__getattr__ = outside("torch")
