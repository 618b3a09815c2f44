"""Questions about number types: limits, and what comes of mixing them."""

import numpy as np

from .. import dtypes
from .pointwise import operand


class finfo:
    """Limits of a float type: eps, min, max, tiny, smallest_normal, resolution, bits."""

    def __init__(self, type=None):
        kind = dtypes.default_float() if type is None else dtypes.to_numpy(type)
        if kind.kind != "f":
            raise TypeError(f"torch.finfo() requires a floating point input type, not {type}")
        limits = np.finfo(kind)
        for name in ("eps", "min", "max", "tiny", "smallest_normal", "resolution"):
            setattr(self, name, float(getattr(limits, name)))
        self.bits, self.dtype = kind.itemsize * 8, kind.name

    def __repr__(self):
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        limits = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({limits}, dtype={self.dtype})"


class iinfo:
    """Limits of an integer type: min, max, bits."""

    def __init__(self, type):
        kind = dtypes.to_numpy(type)
        if kind.kind not in "iu":
            raise TypeError(f"torch.iinfo() requires an integer input type, not {type}")
        self.min, self.max = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
        self.bits, self.dtype = kind.itemsize * 8, kind.name

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def result_type(tensor1, tensor2):
    """The dtype of an expression over two tensors or numbers."""
    return dtypes.of_numpy(dtypes.result_type(operand(tensor1), operand(tensor2)))


def promote_types(type1, type2):
    """The smallest dtype that holds what both hold."""
    return dtypes.of_numpy(dtypes.promote(dtypes.to_numpy(type1), dtypes.to_numpy(type2)))


def can_cast(from_, to):
    """Whether an in-place result may be converted: no float to integer, neither of them to bool."""
    return dtypes.CATEGORY[dtypes.to_numpy(from_).kind] <= dtypes.CATEGORY[dtypes.to_numpy(to).kind]


def numel(input):
    """How many elements there are."""
    return input._array.size


def is_floating_point(input):
    """Whether the elements are floats."""
    return input._array.dtype.kind == "f"


def is_complex(input):
    """False: there are no complex numbers here."""
    operand(input)
    return False


def is_nonzero(input):
    """Whether the only element is not zero."""
    return bool(input.item() != 0)


def is_same_size(input, other):
    """Whether both have the same shape."""
    return input._array.shape == other._array.shape
