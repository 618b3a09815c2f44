"""Binds torch's method names and in-place updates to Tensor."""

from . import conversion, memory, operators  # noqa: F401  (they bind methods too)
from . import linalg as matrices
from .functions import (
    aliases,
    arrange,
    elementary,
    estimates,
    inplace,
    inplace_layout,
    layout,
    linalg,
    logic,
    masking,
    order,
    parts,
    pointwise,
    products,
    reduce,
    sampling,
    select,
)
from .functions.inplace import in_place
from .nn import functional
from .tensor import Tensor

_METHODS = {
    pointwise: "add addcdiv addcmul atan2 div floor_divide fmod hypot lerp logaddexp maximum "
    "minimum mul pow remainder square sub xlogy",
    elementary: "abs acos acosh asin asinh atan atanh ceil clamp clamp_max clamp_min cos cosh "
    "deg2rad digamma erf erfc erfinv exp exp2 expm1 fix floor frac heaviside lgamma log log1p "
    "log2 log10 logit nan_to_num neg positive rad2deg reciprocal relu round rsqrt sgn sigmoid sign "
    "sin sinh sqrt tan tanh trunc",
    logic: "allclose bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift "
    "bitwise_xor eq equal ge gt isclose isfinite isinf isnan isneginf isposinf le logical_and "
    "logical_not logical_or logical_xor lt ne signbit",
    masking: "argwhere count_nonzero masked_fill masked_select nonzero tril triu",
    aliases: aliases.METHODS,
    select: "index_add index_copy index_fill index_put index_select masked_scatter narrow scatter "
    "scatter_add scatter_reduce select take take_along_dim",
    parts: "chunk diag diag_embed diagonal tensor_split trace unbind unfold",
    arrange: "diff expand_as flip fliplr flipud repeat repeat_interleave roll rot90 tile unflatten "
    "view_as",
    reduce: "all amax amin aminmax any argmax argmin cumprod cumsum logcumsumexp logsumexp max "
    "mean min nanmean nansum norm prod std sum var",
    order: "argsort bincount cummax cummin histc kthvalue median mode msort quantile sort topk "
    "unique",
    products: "addmm addmv addr baddbmm cross dist inner kron vdot",
    sampling: "bernoulli multinomial",
    estimates: "corrcoef cov unique_consecutive",
    layout: "broadcast_to clone expand flatten gather moveaxis movedim permute ravel reshape "
    "squeeze swapaxes swapdims t transpose unsqueeze",
    linalg: "bmm dot matmul mm mv outer",
}
for _module, _names in _METHODS.items():
    for _name in _names.split():
        setattr(Tensor, _name, getattr(_module, _name))

Tensor.view = layout.reshape
Tensor.split = lambda self, split_size, dim=0: parts.split(self, split_size, dim)
Tensor.reshape_as = arrange.view_as
Tensor.where = lambda self, condition, y: masking.where(condition, self, y)
Tensor.softmax, Tensor.log_softmax = functional.softmax, functional.log_softmax
Tensor.T = property(lambda self: layout.permute(self, *reversed(range(self.ndim))))
Tensor.det, Tensor.slogdet, Tensor.logdet = matrices.det, matrices.slogdet, matrices._logdet
Tensor.inverse, Tensor.pinverse = matrices.inv, lambda self: matrices.pinv(self)
Tensor.mT = property(lambda self: layout.transpose(self, -2, -1))

# -- in place ----------------------------------------------------------------------------------


_ALSO_IN_PLACE = {
    pointwise: "addcdiv addcmul atan2 floor_divide fmod lerp pow remainder square xlogy",
    elementary: _METHODS[elementary].replace("positive ", "").replace("heaviside ", ""),
    logic: "bitwise_and bitwise_not bitwise_or bitwise_xor logical_and logical_not logical_or "
    "logical_xor eq ne lt le gt ge",
    masking: "masked_fill tril triu",
    aliases: aliases.METHODS,
    select: "index_add index_copy index_fill index_put masked_scatter scatter scatter_add "
    "scatter_reduce",
    reduce: "cumprod cumsum",
    products: "addmm addmv addr baddbmm",
}
_IN_PLACE = [
    *(
        in_place(getattr(module, name), f"{name}_")
        for module, names in _ALSO_IN_PLACE.items()
        for name in names.split()
    ),
    inplace.add_,
    inplace.sub_,
    inplace.mul_,
    inplace.div_,
    inplace.copy_,
    inplace.fill_,
    inplace.zero_,
    inplace.normal_,
    inplace.uniform_,
    sampling.bernoulli_,
    sampling.exponential_,
    sampling.random_,
    in_place(inplace_layout.fill_diagonal),
    *inplace_layout.METHODS,
]
for _method in _IN_PLACE:
    setattr(Tensor, _method.__name__, _method)
