"""Number types with torch's names, and torch's rule for mixing them.

NumPy and PyTorch disagree about mixed types: in NumPy an int64 array times a float32 array is
float64, in PyTorch it stays float32. A network that silently doubles its precision also halves its
speed, so the reference follows PyTorch.
"""

import numpy as np


class dtype:
    """A number type, as ``torch.dtype``: ``float32``, ``int64``, ``bool``, ..."""

    __slots__ = ("is_floating_point", "itemsize", "name", "numpy")

    def __init__(self, name):
        self.name = name
        self.numpy = np.dtype(name)
        self.itemsize = self.numpy.itemsize
        self.is_floating_point = self.numpy.kind == "f"

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return of_array, (np.empty(0, self.numpy),)


class _OnlyNamed(dtype):
    """A number type that programs name and NumPy does not have: using it is a TypeError."""

    __slots__ = ()

    def __init__(self, name, itemsize):
        self.name, self.itemsize, self.is_floating_point = name, itemsize, True

    @property
    def numpy(self):
        raise TypeError(
            f"NumPy has no {self.name}, so the reference backend has none either; use float32, or "
            "get_backend('torch')"
        )

    def __reduce__(self):
        return self.name


float16, float32, float64 = dtype("float16"), dtype("float32"), dtype("float64")
uint8, int8, int16, int32, int64 = (dtype(n) for n in ("uint8", "int8", "int16", "int32", "int64"))
bool_ = dtype("bool")
bfloat16 = _OnlyNamed("bfloat16", 2)

ALL = (float16, float32, float64, uint8, int8, int16, int32, int64, bool_)
_BY_NUMPY = {d.numpy: d for d in ALL}
FLOAT32, INT64, BOOL = float32.numpy, int64.numpy, bool_.numpy

# bool < integers < floats: a number of a higher category always decides.
CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}


def default_float():
    """NumPy's dtype of a Python float, and of what is made without a dtype: float32 at first."""
    return _default[0].numpy


def float_of(kind):
    """A float dtype of NumPy as it is; the default float for integers and bool."""
    return kind if kind.kind == "f" else default_float()


_default = [float32]


def get_default_dtype():
    """The dtype of floats that are given none."""
    return _default[0]


def set_default_dtype(d, /):
    """Let float64, say, be the dtype of floats that are given none. TypeError for integers."""
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError(f"only floating-point types are supported as the default type, not {d!r}")
    _default[0] = d


def of_array(array):
    """The dtype of a NumPy array; TypeError for one that has no counterpart here."""
    return of_numpy(array.dtype)


def of_numpy(kind):
    """The dtype of a NumPy dtype; TypeError for one that has no counterpart here."""
    try:
        return _BY_NUMPY[kind]
    except KeyError:
        raise TypeError(
            f"NumPy's {kind} has no counterpart among {', '.join(d.name for d in ALL)}. "
            "Convert the array first, for example with .astype('float32')."
        ) from None


def to_numpy(kind):
    """NumPy's dtype for one of ours, for Python's float, int and bool, or for NumPy's own."""
    if isinstance(kind, dtype):
        return kind.numpy
    if kind in (float, int, bool):  # float is always float64, whatever the default
        return {float: float64.numpy, int: INT64, bool: BOOL}[kind]
    if isinstance(kind, (np.dtype, type)) and np.dtype(kind) in _BY_NUMPY:
        return np.dtype(kind)
    raise TypeError(f"expected a dtype such as float32 or int64, received {kind!r}")


def of_scalar(value):
    """The type of a Python number on its own: float32, int64 or bool."""
    if isinstance(value, (bool, np.bool_)):
        return BOOL
    if isinstance(value, (int, np.integer)):
        return INT64
    if isinstance(value, (float, np.floating)):
        return default_float()
    raise TypeError(f"expected a tensor or a number, received {type(value).__name__}: {value!r}")


def promote(a, b):
    """The common type of two NumPy dtypes that stand in one priority class, as in torch."""
    if a == b:
        return a
    if a.kind == "f" and b.kind != "f":
        return a
    if b.kind == "f" and a.kind != "f":
        return b
    return np.promote_types(a, b)


def result_type(*operands):
    """The type of an expression over arrays and Python numbers.

    Three classes count in this order, and a lower one matters only by being of a higher category
    (bool < int < float): arrays with axes, arrays of no axes, Python numbers.
    Source: PyTorch, "Tensor Attributes: type promotion".
    """
    classes = [None, None, None]
    for x in operands:
        if isinstance(x, np.ndarray):
            rank, kind = (0 if x.ndim else 1), x.dtype
        else:
            rank, kind = 2, of_scalar(x)
        classes[rank] = kind if classes[rank] is None else promote(classes[rank], kind)
    result = None
    for kind in classes:
        if kind is not None and (result is None or CATEGORY[kind.kind] > CATEGORY[result.kind]):
            result = kind
    return result
