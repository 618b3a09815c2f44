"""Making tensors: from data, constant, and random."""

import os

import numpy as np

from .. import dtypes
from ..device import device as Device
from ..tensor import Tensor


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
        array = np.asarray([x.tolist() for x in data] if with_tensors else data)
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
        kind = dtypes.FLOAT32 if array.dtype.kind == "f" and not own else array.dtype
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
    return array.astype(kind, copy=False)


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


def _size(size):
    return tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """A tensor of one value; its dtype is the value's, unless given."""
    kind = dtypes.of_scalar(fill_value) if dtype is None else dtypes.to_numpy(dtype)
    return _finish(np.full(size, fill_value, kind), device, requires_grad)


def zeros(*size, dtype=None, device=None, requires_grad=False):
    """Zeros, float32 unless ``dtype`` says otherwise."""
    return full(
        _size(size), 0, dtype=dtype or dtypes.float32, device=device, requires_grad=requires_grad
    )


def ones(*size, dtype=None, device=None, requires_grad=False):
    """Ones, float32 unless ``dtype`` says otherwise."""
    return full(
        _size(size), 1, dtype=dtype or dtypes.float32, device=device, requires_grad=requires_grad
    )


def empty(*size, dtype=None, device=None, requires_grad=False):
    """As ``zeros``: memory that holds chance values has nothing to teach."""
    return zeros(*size, dtype=dtype, device=device, requires_grad=requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False):
    """One value in the shape and dtype of ``input``."""
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Zeros in the shape and dtype of ``input``."""
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Ones in the shape and dtype of ``input``."""
    return full_like(input, 1, dtype=dtype, requires_grad=requires_grad)


def arange(start, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    """start, start + step, ... below end: int64, or float32 if one of the three is a float."""
    start, end = (0, start) if end is None else (start, end)
    if dtype is None:
        some = any(isinstance(x, float) for x in (start, end, step))
        dtype = dtypes.float32 if some else dtypes.int64
    array = np.arange(start, end, step).astype(dtypes.to_numpy(dtype))
    return _finish(array, device, requires_grad)


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    """``steps`` numbers from start to end, both included."""
    kind = dtypes.to_numpy(dtype or dtypes.float32)
    return _finish(np.linspace(start, end, steps, dtype=kind), device, requires_grad)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False):
    """The identity matrix (n, m), float32 unless ``dtype`` says otherwise."""
    return _finish(
        np.eye(n, m, dtype=dtypes.to_numpy(dtype or dtypes.float32)), device, requires_grad
    )


# -- random ------------------------------------------------------------------------------------


class Generator:
    """A source of random numbers of its own, as ``torch.Generator`` (the numbers differ)."""

    def __init__(self, device="cpu"):
        Device(device)
        self.manual_seed(0)

    def manual_seed(self, seed):
        """Start the sequence that belongs to this number."""
        self._seed, self._numpy = int(seed), None
        return self

    @property
    def numpy(self):
        """NumPy's generator, made when first used: numpy.random takes 20 ms to import."""
        if self._numpy is None:
            self._numpy = np.random.default_rng(self._seed % 2**64)
        return self._numpy

    def initial_seed(self):
        """The number that ``manual_seed`` received."""
        return self._seed

    def get_state(self):
        """Where the sequence stands, for ``set_state``."""
        return self.numpy.bit_generator.state

    def set_state(self, state):
        """Go on from where ``get_state`` was called."""
        self.numpy.bit_generator.state = state


default_generator = Generator().manual_seed(int.from_bytes(os.urandom(7)))


def manual_seed(seed):
    """Start the default generator anew."""
    return default_generator.manual_seed(seed)


def _rng(generator):
    return (generator or default_generator).numpy


def _draw(array, dtype, device, requires_grad):
    kind = dtypes.to_numpy(dtype or dtypes.float32)
    return _finish(np.asarray(array, kind), device, requires_grad)


def rand(*size, generator=None, dtype=None, device=None, requires_grad=False):
    """Uniform on [0, 1)."""
    return _draw(_rng(generator).random(_size(size)), dtype, device, requires_grad)


def randn(*size, generator=None, dtype=None, device=None, requires_grad=False):
    """Standard normal."""
    return _draw(_rng(generator).standard_normal(_size(size)), dtype, device, requires_grad)


def rand_like(input, *, dtype=None, requires_grad=False):
    """Uniform on [0, 1), in the shape and dtype of ``input``."""
    return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input, *, dtype=None, requires_grad=False):
    """Standard normal, in the shape and dtype of ``input``."""
    return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randint(low, high=None, size=None, *, generator=None, dtype=None, device=None):
    """Integers of [low, high), or of [0, low) when only ``high`` is given: randint(10, (3,))."""
    if size is None:
        low, high, size = 0, low, high
    return _draw(_rng(generator).integers(low, high, size), dtype or int, device, False)


def randperm(n, *, generator=None, device=None):
    """0 to n - 1 in random order."""
    return _draw(_rng(generator).permutation(n), int, device, False)
