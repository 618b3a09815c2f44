"""FloatTensor, LongTensor and their like: how tensors were made before there was ``dtype``."""

from .. import dtypes
from ..tensor import Tensor
from . import create


def _typed(name, kind):
    def make(*data):
        if not data:
            return create.zeros(0, dtype=kind)
        if all(isinstance(n, int) and not isinstance(n, bool) for n in data):
            return create.zeros(*data, dtype=kind)  # sizes; PyTorch leaves the memory as it is
        (values,) = data
        if isinstance(values, Tensor) and values.dtype is not kind:
            raise TypeError(f"{name}: received a tensor of {values.dtype}; convert it with .to()")
        return create.tensor(values, dtype=kind)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"A tensor of {kind.name} from data, or zeros of the given sizes."
    return make


FloatTensor = _typed("FloatTensor", dtypes.float32)
DoubleTensor = _typed("DoubleTensor", dtypes.float64)
LongTensor = _typed("LongTensor", dtypes.int64)
IntTensor = _typed("IntTensor", dtypes.int32)
ByteTensor = _typed("ByteTensor", dtypes.uint8)
BoolTensor = _typed("BoolTensor", dtypes.bool_)


_make = _typed("Tensor", dtypes.float32)


def _new(cls, *data, **options):
    """``Tensor(data)``, ``Tensor(2, 3)``: float32, as it was done before ``torch.tensor``."""
    return object.__new__(cls) if cls is not Tensor else _make(*data, **options)


Tensor.__new__ = _new
