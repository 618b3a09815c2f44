"""Binds to Tensor what converts it or makes another like it: to, float, new_zeros, tolist, ..."""

import numpy as np

from . import dtypes
from .device import device as Device
from .functions import create, layout, legacy, pointwise
from .memory_format import check as check_format
from .memory_format import contiguous_format, preserve_format
from .tensor import Tensor


def to(
    self,
    *args,
    dtype=None,
    device=None,
    copy=False,
    non_blocking=False,
    memory_format=preserve_format,
):
    """Another dtype; a device other than the cpu is a RuntimeError."""
    check_format("to", memory_format)
    for arg in args:
        if isinstance(arg, Tensor):
            dtype = arg.dtype
        elif isinstance(arg, (str, Device)):
            device = arg
        elif isinstance(arg, bool):
            continue  # non_blocking by position: there is nothing to wait for
        elif arg is not None:
            dtype = arg
    if device is not None:
        Device(device)
    result = self if dtype is None else pointwise.cast(self, dtypes.to_numpy(dtype))
    return layout.clone(self) if copy and result is self else result


def type_as(self, other):
    """In the dtype of another tensor."""
    return to(self, dtype=other.dtype)


_LEGACY = {
    "torch.FloatTensor": dtypes.float32,
    "torch.DoubleTensor": dtypes.float64,
    "torch.HalfTensor": dtypes.float16,
    "torch.LongTensor": dtypes.int64,
    "torch.IntTensor": dtypes.int32,
    "torch.ShortTensor": dtypes.int16,
    "torch.CharTensor": dtypes.int8,
    "torch.ByteTensor": dtypes.uint8,
    "torch.BoolTensor": dtypes.bool_,
}


def type_(self, dtype=None, non_blocking=False):
    """In another dtype, or without one the name of this one: "torch.FloatTensor"."""
    if dtype is None:
        return next(name for name, kind in _LEGACY.items() if kind is self.dtype)
    return to(self, dtype=legacy_dtype(dtype))


def legacy_dtype(kind):
    """The dtype of ``FloatTensor`` or of its name "torch.FloatTensor"; anything else as it is."""
    if isinstance(kind, str):
        if kind not in _LEGACY:
            raise ValueError(f"invalid type: {kind!r}; there are {', '.join(_LEGACY)}")
        return _LEGACY[kind]
    return kind.dtype if isinstance(kind, type(legacy.FloatTensor)) else kind


def contiguous(self, memory_format=contiguous_format):
    """The same numbers in row-major memory."""
    check_format("contiguous", memory_format)
    return self if self._array.flags.c_contiguous else layout.clone(self)


def _like(name, make, doc):
    def method(self, *size, dtype=None, device=None, requires_grad=False):
        return make(*size, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = doc
    return method


new_zeros = _like("new_zeros", create.zeros, "Zeros of this tensor's dtype.")
new_ones = _like("new_ones", create.ones, "Ones of this tensor's dtype.")
new_empty = _like("new_empty", create.empty, "As ``new_zeros``.")


def new_full(self, size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """One value, of this tensor's dtype."""
    kind = dtype or self.dtype
    return create.full(size, fill_value, dtype=kind, device=device, requires_grad=requires_grad)


def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False):
    """A copy of ``data``, of this tensor's dtype."""
    kind = dtype or self.dtype
    return create.tensor(data, dtype=kind, device=device, requires_grad=requires_grad)


def get_device(self):
    """-1: the cpu has no number."""
    return -1


def pin_memory(self):
    """The tensor itself: there is no device to which it would have to be copied."""
    return self


def is_pinned(self):
    """False."""
    return False


def apply_(self, callable):
    """Replace each element by what a Python function makes of it, in place; slow."""
    values = [callable(x) for x in self._array.reshape(-1).tolist()]
    return self.copy_(Tensor._wrap(np.array(values, self._array.dtype).reshape(self._array.shape)))


def _converter(name, kind):
    def method(self):
        return to(self, dtype=kind)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"As {kind.name}."
    return method


METHODS = [
    *(to, type_as, contiguous, new_zeros, new_ones, new_empty, new_full, new_tensor),
    *(get_device, pin_memory, is_pinned, apply_),
    *(
        _converter(name, kind)
        for name, kind in {
            "float": dtypes.float32,
            "double": dtypes.float64,
            "half": dtypes.float16,
            "long": dtypes.int64,
            "int": dtypes.int32,
            "short": dtypes.int16,
            "char": dtypes.int8,
            "byte": dtypes.uint8,
            "bool": dtypes.bool_,
        }.items()
    ),
]
for _method in METHODS:
    setattr(Tensor, _method.__name__, _method)

Tensor.type = type_
Tensor.is_cuda = property(lambda self: False)
Tensor.cpu = lambda self: self
Tensor.cuda = lambda self, device="cuda": to(self, device=device)
