"""Making tensors: from data, constant, and random."""

import numpy as np

from .. import dtypes
from ..device import device as Device
from ..memory_format import check as check_format
from ..memory_format import preserve_format
from ..tensor import Tensor
from .generator import rng
from .operands import as_kind, operand


def _finish(array, device, requires_grad):
    if device is not None:
        Device(device)  # complains about anything but the cpu
    return Tensor._wrap(array).requires_grad_(requires_grad)


def tensor(data, *, dtype=None, device=None, requires_grad=False):
    """A copy of ``data``: a number, nested lists, an array or a tensor.

    Python floats become float32, integers int64; an array keeps its type.
    """
    return _finish(np.array(_array_of(data, dtype)), device, requires_grad)


def _array_of(data, dtype):
    kind = None if dtype is None else dtypes.to_numpy(dtype)
    if isinstance(data, Tensor):
        data = data._array
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data, kind)
        dtypes.of_array(array)
        return array
    try:
        with_tensors = isinstance(data, (list, tuple)) and any(isinstance(x, Tensor) for x in data)
        if with_tensors:
            own = [operand(x) for x in data]
            kind = kind or dtypes.result_type(*own)
            data = [x.tolist() if isinstance(x, np.ndarray) else x for x in own]
        array = np.asarray(data)
    except ValueError as error:
        raise ValueError(f"rows of different lengths do not make a tensor: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected numbers, received {type(data).__name__}: {data!r:.80}")
    if kind is None:
        first = data
        while isinstance(first, (list, tuple)) and len(first):
            first = first[0]
        # NumPy's numbers keep their type; Python's floats are float32.
        own = isinstance(first, (np.generic, np.ndarray))
        kind = dtypes.default_float() if array.dtype.kind == "f" and not own else array.dtype
    return _converted(array, kind)


def _converted(array, kind):
    """``array`` in this dtype; RuntimeError for an integer that does not fit into it."""
    if array.dtype.kind in "iu" and kind.kind in "iu" and array.size:
        limits = np.iinfo(kind)
        for value in (int(array.min()), int(array.max())):
            if not limits.min <= value <= limits.max:
                raise RuntimeError(f"value {value} cannot be converted to {kind} without overflow")
    if kind == np.uint64:
        raise RuntimeError(f"Overflow: {int(array.max())} is too large for int64")
    with np.errstate(over="ignore"):  # what float32 does not hold is inf, quietly
        return array.astype(kind, copy=False)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    """As ``as_tensor``; copy=True copies in any case."""
    made = tensor if copy else as_tensor
    return made(obj, dtype=dtype, device=device).requires_grad_(requires_grad)


def from_numpy(ndarray):
    """A tensor that shares the array's memory."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.of_array(ndarray)
    return Tensor._wrap(ndarray)


def as_tensor(data, dtype=None, device=None):
    """As ``tensor``, without a copy where none is needed."""
    if isinstance(data, Tensor) and (dtype is None or data.dtype is dtype):
        return data
    return _finish(_array_of(data, dtype), device, False)


def _shape(arguments, size):
    """f(2, 3), f((2, 3)) and f(size=(2, 3)) mean the same."""
    if size is not None:
        return tuple(size)
    if not arguments:
        raise TypeError("missing required argument: size; for one number without axes write ()")
    first = arguments[0] if len(arguments) == 1 else None
    return tuple(first) if isinstance(first, (tuple, list)) else arguments


def _filled(shape, value, kind, device, requires_grad):
    if any(n < 0 for n in shape):
        raise RuntimeError(f"a size is not negative, received {tuple(shape)}")
    return _finish(np.full(shape, value, kind), device, requires_grad)


def _kind(dtype):
    return dtypes.default_float() if dtype is None else dtypes.to_numpy(dtype)


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """A tensor of one value; its dtype is the value's, unless given."""
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    kind = dtypes.of_scalar(value) if dtype is None else dtypes.to_numpy(dtype)
    size = (size,) if isinstance(size, int) else tuple(size)
    return _filled(size, as_kind(value, kind), kind, device, requires_grad)


def zeros(*shape, size=None, dtype=None, device=None, requires_grad=False):
    """Zeros, of the default float type unless ``dtype`` says otherwise."""
    return _filled(_shape(shape, size), 0, _kind(dtype), device, requires_grad)


def ones(*shape, size=None, dtype=None, device=None, requires_grad=False):
    """Ones, of the default float type unless ``dtype`` says otherwise."""
    return _filled(_shape(shape, size), 1, _kind(dtype), device, requires_grad)


def empty(*shape, size=None, dtype=None, device=None, requires_grad=False):
    """As ``zeros``: memory that holds chance values has nothing to teach."""
    return _filled(_shape(shape, size), 0, _kind(dtype), device, requires_grad)


def full_like(
    input,
    fill_value,
    *,
    dtype=None,
    device=None,
    requires_grad=False,
    memory_format=preserve_format,
):
    """One value in the shape and dtype of ``input``."""
    check_format("full_like", memory_format)
    kind = dtype or input.dtype
    return full(input.shape, fill_value, dtype=kind, device=device, requires_grad=requires_grad)


def zeros_like(
    input, *, dtype=None, device=None, requires_grad=False, memory_format=preserve_format
):
    """Zeros in the shape and dtype of ``input``."""
    check_format("zeros_like", memory_format)
    return full_like(input, 0, dtype=dtype, device=device, requires_grad=requires_grad)


def ones_like(
    input, *, dtype=None, device=None, requires_grad=False, memory_format=preserve_format
):
    """Ones in the shape and dtype of ``input``."""
    check_format("ones_like", memory_format)
    return full_like(input, 1, dtype=dtype, device=device, requires_grad=requires_grad)


def empty_like(
    input, *, dtype=None, device=None, requires_grad=False, memory_format=preserve_format
):
    """As ``zeros_like``."""
    check_format("empty_like", memory_format)
    return zeros_like(input, dtype=dtype, device=device, requires_grad=requires_grad)


def arange(start=None, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    """start, start + step, ... below end: int64, or floats if one of the three is a float."""
    if end is None and start is None:
        raise TypeError("arange() missing required argument: end")
    start, end = (0, start) if end is None else (start or 0, end)
    start, end, step = (x.item() if isinstance(x, Tensor) else x for x in (start, end, step))
    if step == 0:
        raise RuntimeError("arange: step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign: {start} to {end} by "
            f"{step}"
        )
    kind = dtypes.INT64 if dtype is None else dtypes.to_numpy(dtype)
    if dtype is None and any(isinstance(x, (float, np.floating)) for x in (start, end, step)):
        kind = dtypes.default_float()
    return _finish(np.arange(start, end, step).astype(kind), device, requires_grad)


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    """``steps`` numbers from start to end, both included."""
    return _finish(np.linspace(start, end, steps, dtype=_kind(dtype)), device, requires_grad)


def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False):
    """``steps`` powers of ``base``, their exponents from start to end, both included."""
    array = np.logspace(start, end, steps, base=base, dtype=_kind(dtype))
    return _finish(array, device, requires_grad)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False):
    """The identity matrix (n, m)."""
    return _finish(np.eye(n, m, dtype=_kind(dtype)), device, requires_grad)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False):
    """One number as a tensor of no axes, of the default float type unless ``dtype`` says."""
    return _filled((), s, _kind(dtype), device, requires_grad)


# -- random ------------------------------------------------------------------------------------


def _draw(array, dtype, device, requires_grad):
    if array.dtype.kind == "f" and _kind(dtype).kind != "f":
        raise NotImplementedError(f"random floats are not made as {dtype}; draw with randint")
    return _finish(np.asarray(array, _kind(dtype)), device, requires_grad)


def rand(*shape, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Uniform on [0, 1)."""
    array = rng(generator).random(_shape(shape, size))
    return _draw(array, dtype, device, requires_grad)


def randn(*shape, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Standard normal."""
    array = rng(generator).standard_normal(_shape(shape, size))
    return _draw(array, dtype, device, requires_grad)


def rand_like(input, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Uniform on [0, 1), in the shape and dtype of ``input``."""
    array = rng(generator).random(input._array.shape)
    return _draw(array, dtype or input.dtype, device, requires_grad)


def randn_like(input, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Standard normal, in the shape and dtype of ``input``."""
    array = rng(generator).standard_normal(input._array.shape)
    return _draw(array, dtype or input.dtype, device, requires_grad)


def randint(
    low, high=None, size=None, *, generator=None, dtype=None, device=None, requires_grad=False
):
    """Integers of [low, high), or of [0, low): randint(10, (3,)), int64 unless ``dtype`` says."""
    if isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None:
        raise TypeError("randint: give a size, as in randint(0, 10, (3,))")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got {low} >= {high}")
    array = rng(generator).integers(low, high, tuple(size))
    return _draw(array, dtype or dtypes.int64, device, requires_grad)


def randint_like(input, low, high=None, *, generator=None, dtype=None, device=None):
    """Integers of [low, high), or of [0, low), in the shape and dtype of ``input``."""
    low, high = (0, low) if high is None else (low, high)
    kind = dtype or input.dtype
    return randint(low, high, input.shape, generator=generator, dtype=kind, device=device)


def randperm(n, *, generator=None, dtype=None, device=None, requires_grad=False):
    """0 to n - 1 in random order, int64 unless ``dtype`` says otherwise."""
    if isinstance(n, Tensor):
        raise TypeError("randperm(): argument 'n' must be int, not Tensor")
    return _draw(rng(generator).permutation(n), dtype or dtypes.int64, device, requires_grad)
