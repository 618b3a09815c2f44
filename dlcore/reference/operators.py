"""Binds Python's operators to Tensor."""

import numpy as np

from .functions import elementary, inplace, layout, linalg, logic, pointwise
from .functions.inplace import in_place
from .tensor import Tensor


def _operator(function, swapped=False):
    """The function as an operator: NotImplemented for what is no tensor and no number."""

    def method(self, other):
        if not isinstance(other, (Tensor, np.ndarray, int, float, np.number, np.bool_)):
            return NotImplemented
        return function(other, self) if swapped else function(self, other)

    return method


_BINARY = {
    "add": pointwise.add,
    "sub": pointwise.sub,
    "mul": pointwise.mul,
    "truediv": pointwise.div,
    "floordiv": pointwise.floor_divide,
    "mod": pointwise.remainder,
    "pow": pointwise.pow,
    "and": logic.bitwise_and,
    "or": logic.bitwise_or,
    "xor": logic.bitwise_xor,
    "lshift": logic.bitwise_left_shift,
    "rshift": logic.bitwise_right_shift,
}
# The arithmetic that optimisers do has versions that need no temporary array.
_QUICK = {
    "add": inplace.add_,
    "sub": inplace.sub_,
    "mul": inplace.mul_,
    "truediv": inplace.div_,
}
for _name, _function in _BINARY.items():
    setattr(Tensor, f"__{_name}__", _operator(_function))
    setattr(Tensor, f"__r{_name}__", _operator(_function, swapped=True))
    setattr(Tensor, f"__i{_name}__", _QUICK.get(_name) or in_place(_function, f"__i{_name}__"))

for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{_name}__", _operator(getattr(logic, _name)))

Tensor.__matmul__ = linalg.matmul
Tensor.__neg__ = elementary.neg
Tensor.__pos__ = elementary.positive
Tensor.__abs__ = elementary.abs
Tensor.__invert__ = logic.bitwise_not
Tensor.__getitem__ = layout.getitem
Tensor.__setitem__ = inplace.setitem
