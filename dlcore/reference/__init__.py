"""The reference backend: a strict subset of PyTorch in plain NumPy, every gradient written by hand.

``import dlcore.reference as torch`` runs a program written for PyTorch as far as the subset
reaches.
"""

import math

from . import (
    amp,
    autograd,
    backends,
    cuda,
    distributions,
    kernels,
    linalg,
    methods,
    nn,
    optim,
    utils,
)
from .amp import autocast
from .check import GradientMismatch, check_pair, check_rule
from .device import device
from .dtypes import (
    bfloat16,
    dtype,
    float16,
    float32,
    float64,
    get_default_dtype,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
)
from .dtypes import bool_ as bool
from .functions.aliases import (
    absolute,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    clip,
    concat,
    concatenate,
    divide,
    greater,
    greater_equal,
    less,
    less_equal,
    multiply,
    negative,
    not_equal,
    row_stack,
    subtract,
    true_divide,
)
from .functions.arrange import (
    block_diag,
    broadcast_shapes,
    broadcast_tensors,
    cartesian_prod,
    diff,
    flip,
    fliplr,
    flipud,
    meshgrid,
    repeat_interleave,
    roll,
    rot90,
    tile,
    unflatten,
)
from .functions.create import (
    arange,
    as_tensor,
    asarray,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    logspace,
    ones,
    ones_like,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    scalar_tensor,
    tensor,
    zeros,
    zeros_like,
)
from .functions.einsum import einsum
from .functions.elementary import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    ceil,
    clamp,
    clamp_max,
    clamp_min,
    cos,
    cosh,
    deg2rad,
    digamma,
    erf,
    erfc,
    erfinv,
    exp,
    exp2,
    expm1,
    fix,
    floor,
    frac,
    heaviside,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    logit,
    nan_to_num,
    neg,
    positive,
    rad2deg,
    reciprocal,
    relu,
    round,
    rsqrt,
    sgn,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    trunc,
)
from .functions.estimates import (
    corrcoef,
    cov,
    trapezoid,
    trapz,
    unique_consecutive,
)
from .functions.generator import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from .functions.layout import (
    broadcast_to,
    cat,
    clone,
    flatten,
    gather,
    moveaxis,
    movedim,
    permute,
    ravel,
    reshape,
    squeeze,
    stack,
    swapaxes,
    swapdims,
    t,
    transpose,
    unsqueeze,
)
from .functions.legacy import (
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
)
from .functions.linalg import bmm, dot, matmul, mm, mv, outer
from .functions.logic import (
    allclose,
    bitwise_and,
    bitwise_left_shift,
    bitwise_not,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    eq,
    equal,
    ge,
    gt,
    isclose,
    isfinite,
    isin,
    isinf,
    isnan,
    isneginf,
    isposinf,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
    signbit,
)
from .functions.masking import (
    argwhere,
    count_nonzero,
    masked_fill,
    masked_select,
    nonzero,
    tril,
    tril_indices,
    triu,
    triu_indices,
    where,
)
from .functions.order import (
    argsort,
    bincount,
    bucketize,
    cummax,
    cummin,
    histc,
    kthvalue,
    median,
    mode,
    msort,
    quantile,
    searchsorted,
    sort,
    topk,
    unique,
)
from .functions.out import with_out
from .functions.parts import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    chunk,
    column_stack,
    diag,
    diag_embed,
    diagonal,
    dstack,
    hstack,
    split,
    tensor_split,
    trace,
    unbind,
    vstack,
)
from .functions.pointwise import (
    add,
    addcdiv,
    addcmul,
    atan2,
    div,
    floor_divide,
    fmod,
    hypot,
    lerp,
    logaddexp,
    maximum,
    minimum,
    mul,
    pow,
    remainder,
    rsub,
    square,
    sub,
    xlogy,
)
from .functions.products import (
    addmm,
    addmv,
    addr,
    baddbmm,
    cdist,
    cross,
    dist,
    inner,
    kron,
    tensordot,
    vdot,
)
from .functions.reduce import (
    all,
    amax,
    amin,
    aminmax,
    any,
    argmax,
    argmin,
    cumprod,
    cumsum,
    logcumsumexp,
    logsumexp,
    max,
    mean,
    min,
    nanmean,
    nansum,
    norm,
    prod,
    std,
    std_mean,
    sum,
    var,
    var_mean,
)
from .functions.sampling import bernoulli, multinomial, normal, poisson
from .functions.select import (
    index_add,
    index_copy,
    index_fill,
    index_put,
    index_select,
    masked_scatter,
    narrow,
    scatter,
    scatter_add,
    scatter_reduce,
    select,
    take,
    take_along_dim,
)
from .functions.types import (
    can_cast,
    finfo,
    iinfo,
    is_complex,
    is_floating_point,
    is_nonzero,
    is_same_size,
    numel,
    promote_types,
    result_type,
)
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_grad_enabled,
)
from .linalg import _logdet as logdet
from .linalg import det, matrix_power, slogdet
from .linalg import inv as inverse
from .memory_format import channels_last, contiguous_format, memory_format, preserve_format
from .nn.functional import (
    celu,
    cosine_similarity,
    log_softmax,
    pairwise_distance,
    prelu,
    selu,
    softmax,
)
from .printing import set_printoptions
from .rule import REGISTRY, Rule, register, rule
from .serialisation import load, save
from .size import Size
from .switches import (
    are_deterministic_algorithms_enabled,
    get_float32_matmul_precision,
    set_default_device,
    set_default_tensor_type,
    set_float32_matmul_precision,
    set_num_threads,
    use_deterministic_algorithms,
)
from .tape import apply
from .tensor import HINT, Tensor, outside

# The PyTorch that the subset follows and is tested against; programs ask for it.
__version__ = "2.13.0"
float, double, half, long, int, short = float32, float64, float16, int64, int32, int16
pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None


def compile(model=None, *, fullgraph=False, dynamic=None, backend=None, mode=None):
    """The model or function as it is: NumPy has no compiler, and compiling changes no number."""
    return model if model is not None else lambda function: function


def is_tensor(obj):
    """Whether ``obj`` is a tensor of this backend."""
    return isinstance(obj, Tensor)


# Programs write into memory of their own with these; operators and methods do not come past here.
for _function in (abs, add, bmm, cat, clamp, div, exp, log, matmul, mm, mul, mv, neg, pow, sqrt):
    globals()[_function.__name__] = with_out(_function)
for _function in (maximum, minimum, outer, sigmoid, stack, sub, sum, tanh):
    globals()[_function.__name__] = with_out(_function)

__getattr__ = outside("torch")
