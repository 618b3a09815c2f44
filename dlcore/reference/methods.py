"""Binds torch's method names, operators and in-place updates to Tensor."""

import numpy as np

from . import dtypes
from .device import device as Device
from .functions import create, layout, linalg, pointwise, reduce
from .nn import functional
from .tensor import Tensor

_METHODS = {
    pointwise: "abs add allclose bitwise_and bitwise_not bitwise_or clamp cos div eq exp floor ge "
    "gt isfinite isnan le log log1p logical_and logical_not logical_or lt maximum minimum mul ne "
    "neg pow relu round sigmoid sign sin sqrt square sub tanh",
    reduce: "all amax amin any argmax argmin cumsum logsumexp max mean min norm std sum var",
    layout: "broadcast_to clone expand flatten gather permute reshape squeeze t transpose "
    "unsqueeze",
    linalg: "bmm dot matmul mm mv outer",
}
for _module, _names in _METHODS.items():
    for _name in _names.split():
        setattr(Tensor, _name, getattr(_module, _name))

Tensor.view = layout.reshape
Tensor.T = property(layout.t)
Tensor.mT = property(lambda self: layout.transpose(self, -2, -1))

# -- operators ---------------------------------------------------------------------------------


def _operator(function, swapped=False):
    """The function as an operator: NotImplemented for what is no tensor and no number."""

    def method(self, other):
        if not isinstance(other, (Tensor, np.ndarray, int, float, np.number, np.bool_)):
            return NotImplemented
        return function(other, self) if swapped else function(self, other)

    return method


for _name, _function in {
    "add": pointwise.add,
    "sub": pointwise.sub,
    "mul": pointwise.mul,
    "truediv": pointwise.div,
    "pow": pointwise.pow,
}.items():
    setattr(Tensor, f"__{_name}__", _operator(_function))
    setattr(Tensor, f"__r{_name}__", _operator(_function, swapped=True))

for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{_name}__", _operator(getattr(pointwise, _name)))

Tensor.softmax, Tensor.log_softmax = functional.softmax, functional.log_softmax

Tensor.__matmul__ = linalg.matmul
Tensor.__neg__ = pointwise.neg
Tensor.__abs__ = pointwise.abs
Tensor.__and__ = _operator(pointwise.bitwise_and)
Tensor.__or__ = _operator(pointwise.bitwise_or)
Tensor.__invert__ = pointwise.bitwise_not
Tensor.__getitem__ = layout.getitem
Tensor.__setitem__ = layout.setitem

# -- in place ----------------------------------------------------------------------------------


def _in_place(name, ufunc):
    def method(self, other, *, alpha=1):
        layout.writable(self, f"{name}_", other)
        value = pointwise.operand(other)
        kind = dtypes.result_type(self._array, value)
        if ufunc is np.divide and kind.kind != "f":
            kind = dtypes.FLOAT32
        if dtypes.CATEGORY[kind.kind] > dtypes.CATEGORY[self._array.dtype.kind]:
            raise RuntimeError(f"result type {kind} can't be cast to the desired type {self.dtype}")
        if alpha != 1:
            value = value * alpha
        try:
            ufunc(self._array, value, out=self._array, casting="unsafe")
        except ValueError as error:
            raise RuntimeError(
                f"{name}_: a value of shape {np.shape(value)} does not fit into {self._array.shape}"
            ) from error
        return self

    method.__name__ = f"{name}_"
    method.__doc__ = f"{ufunc.__name__} in place: outside the tape only."
    return method


for _name, _ufunc in {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
}.items():
    setattr(Tensor, f"{_name}_", _in_place(_name, _ufunc))
for _name, _method in {"iadd": "add_", "isub": "sub_", "imul": "mul_", "itruediv": "div_"}.items():
    setattr(Tensor, f"__{_name}__", getattr(Tensor, _method))


def copy_(self, src):
    """Take over the values of ``src``, broadcast to this shape."""
    layout.writable(self, "copy_", src)
    self._array[...] = src._array
    return self


def fill_(self, value):
    """Set every element to a number."""
    layout.writable(self, "fill_", value)
    self._array[...] = value.item() if isinstance(value, Tensor) else value
    return self


def zero_(self):
    """Set every element to 0."""
    return fill_(self, 0)


def clamp_(self, min=None, max=None):
    """Cut every element to [min, max], in place."""
    layout.writable(self, "clamp_")
    np.clip(self._array, min, max, out=self._array)
    return self


def normal_(self, mean=0, std=1, *, generator=None):
    """Fill with normal random numbers."""
    layout.writable(self, "normal_")
    rng = (generator or create.default_generator).numpy
    self._array[...] = rng.normal(mean, std, self._array.shape)
    return self


def uniform_(self, a=0, b=1, *, generator=None):
    """Fill with uniform random numbers of [a, b)."""
    layout.writable(self, "uniform_")
    rng = (generator or create.default_generator).numpy
    self._array[...] = rng.uniform(a, b, self._array.shape)
    return self


# -- conversion --------------------------------------------------------------------------------


def to(self, *args, dtype=None, device=None, copy=False, non_blocking=False):
    """Another dtype; a device other than the cpu is a RuntimeError."""
    for arg in args:
        if isinstance(arg, Tensor):
            dtype = arg.dtype
        elif isinstance(arg, (str, Device)):
            device = arg
        else:
            dtype = arg
    if device is not None:
        Device(device)
    result = self if dtype is None else pointwise.cast(self, dtypes.to_numpy(dtype))
    return layout.clone(self) if copy and result is self else result


def contiguous(self):
    """The same numbers in row-major memory."""
    return self if self._array.flags.c_contiguous else layout.clone(self)


def new_zeros(self, *size):
    """Zeros of this tensor's dtype."""
    return create.zeros(*size, dtype=self.dtype)


for _function in (
    copy_, fill_, zero_, clamp_, normal_, uniform_, to, contiguous, new_zeros,
):  # fmt: skip
    setattr(Tensor, _function.__name__, _function)


def _converter(name, kind):
    def method(self):
        return to(self, dtype=kind)

    method.__name__ = name
    return method


for _name, _kind in {
    "float": dtypes.float32,
    "double": dtypes.float64,
    "half": dtypes.float16,
    "long": dtypes.int64,
    "int": dtypes.int32,
    "bool": dtypes.bool_,
}.items():
    setattr(Tensor, _name, _converter(_name, _kind))
Tensor.cpu = lambda self: self
Tensor.cuda = lambda self, device="cuda": to(self, device=device)
