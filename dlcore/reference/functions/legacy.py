"""FloatTensor, LongTensor and their like: how tensors were made before there was ``dtype``."""

from .. import dtypes
from ..size import Size
from ..tensor import Tensor
from . import create


def _make(name, kind, data):
    if not data:
        return create.zeros(0, dtype=kind)
    if all(isinstance(n, int) and not isinstance(n, bool) for n in data):
        return create.zeros(*data, dtype=kind)  # sizes; PyTorch leaves the memory as it is
    (values,) = data
    if isinstance(values, Size):
        return create.zeros(values, dtype=kind)
    if isinstance(values, Tensor):
        if values.dtype is not kind and name != "Tensor":
            raise TypeError(f"{name}: received a tensor of {values.dtype}; convert it with .to()")
        return values.detach()
    if isinstance(values, float):
        raise TypeError(f"{name}: data must be a sequence (got float {values}); use torch.tensor")
    return create.tensor(values, dtype=kind)


class _Typed(type):
    """The type of the types: calling one makes a Tensor, and a Tensor's dtype says whose it is."""

    def __call__(cls, *data):
        return _make(cls.__name__, cls.dtype, data)

    def __instancecheck__(cls, thing):
        return isinstance(thing, Tensor) and thing.dtype is cls.dtype


def _typed(name, kind):
    doc = f"A tensor of {kind.name} from data, or zeros of the given sizes."
    return _Typed(name, (), {"dtype": kind, "__doc__": doc, "__module__": __name__})


FloatTensor = _typed("FloatTensor", dtypes.float32)
DoubleTensor = _typed("DoubleTensor", dtypes.float64)
HalfTensor = _typed("HalfTensor", dtypes.float16)
LongTensor = _typed("LongTensor", dtypes.int64)
IntTensor = _typed("IntTensor", dtypes.int32)
ShortTensor = _typed("ShortTensor", dtypes.int16)
CharTensor = _typed("CharTensor", dtypes.int8)
ByteTensor = _typed("ByteTensor", dtypes.uint8)
BoolTensor = _typed("BoolTensor", dtypes.bool_)


def _new(cls, *data, **options):
    """``Tensor(data)``, ``Tensor(2, 3)``: the default float, as before ``torch.tensor``."""
    if cls is not Tensor:  # a Parameter, whose __init__ takes it from here
        return object.__new__(cls)
    if options:
        raise TypeError(f"Tensor: received {', '.join(options)}; torch.tensor takes options")
    return _make("Tensor", dtypes.get_default_dtype(), data)


Tensor.__new__ = _new
