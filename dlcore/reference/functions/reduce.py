"""Sums, means, extremes, norms."""

import functools
from builtins import max as max_of

import numpy as np

from .. import dtypes
from ..kernels import reduction, scan
from ..tape import apply
from ..tensor import Tensor
from . import layout
from .pointwise import cast, maximum, minimum, refused
from .returns import Max, Min, MinMax


def numpy_names(function):
    """Let ``axis`` and ``keepdims`` stand for ``dim`` and ``keepdim``, as PyTorch does."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        if kwargs:
            for theirs, ours in (("axis", "dim"), ("keepdims", "keepdim")):
                if theirs in kwargs and ours not in kwargs:
                    kwargs[ours] = kwargs.pop(theirs)
        return function(*args, **kwargs)

    return call


def axis(input, dim):
    """``dim`` as NumPy wants it: None for all axes; IndexError if the tensor has no such axis."""
    if isinstance(dim, (tuple, list)):
        dims = tuple(layout.axis(input, d) for d in dim)
        if len(set(dims)) < len(dims):
            twice = max_of(dims, key=dims.count)
            raise RuntimeError(f"dim {twice} appears multiple times in the list of dims")
        return dims if dims and input._array.ndim else None
    if dim is None:
        return None
    dim = layout.axis(input, dim)
    return dim if input._array.ndim else None


@numpy_names
def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum over ``dim``: an axis, a tuple, or None for all. Integers and bool add as int64."""
    kind = dtypes.to_numpy(dtype) if dtype is not None else input._array.dtype
    if kind.kind != "f" and dtype is None:
        kind = dtypes.INT64
    return apply(reduction.sum, cast(input, kind), dim=axis(input, dim), keepdim=keepdim)


@numpy_names
def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean over ``dim``; RuntimeError for integers, whose mean is no integer."""
    if dtype is not None:
        input = cast(input, dtypes.to_numpy(dtype))
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"mean(): input dtype should be floating point, got {input.dtype}; use .float() first"
        )
    return apply(reduction.mean, input, dim=axis(input, dim), keepdim=keepdim)


@numpy_names
def var(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The variance over ``dim``, divided by (count - correction); unbiased=False: correction 0."""
    return _spread("var", reduction.var, input, dim, unbiased, keepdim, correction)


@numpy_names
def std(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The square root of ``var``; where it is 0 its slope is taken as 0."""
    return _spread("std", reduction.std, input, dim, unbiased, keepdim, correction)


def _spread(name, rule, input, dim, unbiased, keepdim, correction):
    if isinstance(dim, bool):  # std(x, False): all elements, unbiased or not
        dim, unbiased = None, dim
    if input._array.dtype.kind != "f":
        raise RuntimeError(f"{name} only support floating point dtypes, received {input.dtype}")
    if correction is None:
        correction = 1 if unbiased else 0
    return apply(rule, input, dim=axis(input, dim), correction=correction, keepdim=keepdim)


def var_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """(variance, mean) over ``dim``."""
    spread = var(input, dim, unbiased, keepdim, correction=correction)
    return spread, mean(input, None if isinstance(dim, bool) else dim, keepdim)


def std_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """(standard deviation, mean) over ``dim``."""
    spread = std(input, dim, unbiased, keepdim, correction=correction)
    return spread, mean(input, None if isinstance(dim, bool) else dim, keepdim)


@numpy_names
def amax(input, dim=(), keepdim=False):
    """The largest element over ``dim``; elements that tie share the gradient."""
    return apply(reduction.amax, input, dim=_of_some("amax", input, dim), keepdim=keepdim)


@numpy_names
def amin(input, dim=(), keepdim=False):
    """The smallest element over ``dim``; elements that tie share the gradient."""
    return apply(reduction.amin, input, dim=_of_some("amin", input, dim), keepdim=keepdim)


def _of_some(name, input, dim):
    """``dim`` as ``axis`` makes it; an error where there is nothing to take the extreme of."""
    dim = axis(input, dim)
    if not input._array.size:
        if dim is None:
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0"
            )
        for d in dim if isinstance(dim, tuple) else (dim,):
            if not input._array.shape[d]:
                raise IndexError(f"{name}(): Expected reduction dim {d} to have non-zero size.")
    return dim


def _extreme(input, dim, keepdim, whole, arg, kind):
    if dim is None:
        if not input.numel():
            raise RuntimeError(
                f"{kind.__name__}(): Expected reduction dim to be specified for "
                "input.numel() == 0: the extreme of no elements does not exist"
            )
        return apply(whole, input, dim=None, keepdim=False)
    if input.ndim == 0:
        layout.axis(input, dim)
        return kind(layout.clone(input), Tensor._wrap(np.zeros((), np.int64)))
    dim = layout.axis(input, dim)
    if not input._array.shape[dim]:
        raise IndexError(f"{kind.__name__}(): Expected reduction dim {dim} to have non-zero size.")
    indices = np.asarray(arg(input._array, axis=dim, keepdims=True))
    values = layout.gather(input, dim, Tensor._wrap(indices))
    if keepdim:
        return kind(values, Tensor._wrap(indices))
    return kind(layout.squeeze(values, dim), Tensor._wrap(indices.squeeze(dim)))


@numpy_names
def max(input, dim=None, keepdim=False):
    """The largest element, or along ``dim`` (values, indices): the first at a tie.

    With a tensor in the place of ``dim``: ``maximum``.
    """
    if isinstance(dim, Tensor):
        return maximum(input, dim)
    return _extreme(input, dim, keepdim, reduction.amax, np.argmax, Max)


@numpy_names
def min(input, dim=None, keepdim=False):
    """The smallest element, or along ``dim`` (values, indices): the first at a tie.

    With a tensor in the place of ``dim``: ``minimum``.
    """
    if isinstance(dim, Tensor):
        return minimum(input, dim)
    return _extreme(input, dim, keepdim, reduction.amin, np.argmin, Min)


def aminmax(input, *, dim=None, keepdim=False):
    """(min, max) along ``dim`` or of all; elements that tie share the gradient."""
    dim = () if dim is None else dim
    return MinMax(amin(input, dim, keepdim), amax(input, dim, keepdim))


def _arg(name, function):
    def place(input, dim=None, keepdim=False):
        if input._array.dtype == dtypes.BOOL:
            raise refused(f"{name}_cpu", dtypes.BOOL)
        dim = axis(input, dim)
        if not (input._array.size if dim is None else input._array.shape[dim]):
            raise IndexError(f"{name}(): Expected reduction dim to have non-zero size.")
        return Tensor._wrap(function(input._array, axis=dim, keepdims=keepdim))

    place.__name__ = place.__qualname__ = name
    place.__doc__ = f"The index of the {name[3:]}imum, along ``dim`` or in all; the first at a tie."
    return numpy_names(place)


argmax, argmin = _arg("argmax", np.argmax), _arg("argmin", np.argmin)


def _truth(name, function, doc):
    def over(input, dim=None, keepdim=False):
        out = function(input._array, axis=axis(input, dim), keepdims=keepdim)
        # torch keeps uint8, which was its bool once.
        kind = np.uint8 if input._array.dtype == np.uint8 else dtypes.BOOL
        return Tensor._wrap(np.asarray(out, kind))

    over.__name__ = over.__qualname__ = name
    over.__doc__ = doc
    return numpy_names(over)


all = _truth("all", np.all, "Whether all elements are true, along ``dim`` or altogether.")
any = _truth("any", np.any, "Whether any element is true, along ``dim`` or altogether.")


def _running(rule, doc, needs_float=False):
    def function(input, dim, *, dtype=None):
        kind = dtypes.to_numpy(dtype) if dtype is not None else input._array.dtype
        if kind.kind != "f":
            if needs_float:
                raise refused(rule.name, kind)
            kind = dtypes.INT64 if dtype is None else kind
        input, dim = cast(input, kind), layout.axis(input, dim)
        return apply(rule, input, dim=dim) if input._array.ndim else layout.clone(input)

    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = doc
    return numpy_names(function)


cumsum = _running(scan.cumsum, "Running sums along ``dim``; integers and bool add as int64.")
cumprod = _running(scan.cumprod, "Running products along ``dim``; integers multiply as int64.")
logcumsumexp = _running(
    scan.logcumsumexp, "Running log sum exp along ``dim``, without overflow.", needs_float=True
)


@numpy_names
def prod(input, dim=None, keepdim=False, *, dtype=None):
    """The product of all, or along one axis; integers and bool multiply as int64."""
    kind = dtypes.to_numpy(dtype) if dtype is not None else input._array.dtype
    if kind.kind != "f" and dtype is None:
        kind = dtypes.INT64
    return apply(scan.prod, cast(input, kind), dim=axis(input, dim), keepdim=keepdim)


def nansum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum of the elements that are not nan."""
    return sum(_without_nan(input), dim, keepdim, dtype=dtype)


def nanmean(input, dim=None, keepdim=False):
    """The mean of the elements that are not nan."""
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{input.dtype}"
        )
    count = np.sum(~np.isnan(input._array), axis=axis(input, dim), keepdims=keepdim)
    return nansum(input, dim, keepdim) / Tensor._wrap(np.asarray(count, input._array.dtype))


def _without_nan(input):
    from .masking import masked_fill

    return masked_fill(input, Tensor._wrap(np.isnan(input._array)), 0)


@numpy_names
def logsumexp(input, dim, keepdim=False):
    """log sum exp along ``dim`` without overflow; integers are taken as floats."""
    input = cast(input, dtypes.float_of(input._array.dtype))
    return apply(reduction.logsumexp, input, dim=axis(input, dim), keepdim=keepdim)


def norm(input, p="fro", dim=None, keepdim=False):
    """The p-norm over ``dim``, (sum |x|^p)^(1/p): p positive or infinite, "fro" stands for 2."""
    order = 2.0 if p == "fro" else float(p)
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"norm(): input dtype should be either floating point or complex, got {input.dtype}"
        )
    if order in (float("inf"), float("-inf")):
        extreme = amax if order > 0 else amin
        return extreme(input.abs(), () if dim is None else dim, keepdim)
    if order <= 0:
        raise RuntimeError(f"norm: p must be positive or infinite here, received {p}")
    return apply(reduction.norm, input, p=order, dim=axis(input, dim), keepdim=keepdim)
