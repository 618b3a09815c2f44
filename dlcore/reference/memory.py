"""Binds to Tensor what a program asks about its memory."""

from .in_place import VIEWS
from .tensor import Tensor


def stride(self, dim=None):
    """How many elements lie between neighbours along each axis, or along one."""
    steps = tuple(step // self._array.itemsize for step in self._array.strides)
    return steps if dim is None else steps[dim]


def data_ptr(self):
    """The address of the first element."""
    return self._array.__array_interface__["data"][0]


def detach_(self):
    """Cut this very tensor off from the tape. RuntimeError for a view, as in PyTorch."""
    if self._node is not None and self._node.rule.name in VIEWS:
        raise RuntimeError(
            "Can't detach views in-place: use detach(), or detach_() on what it is a view of"
        )
    self._node, self._requires_grad = None, False
    return self


for _method in (stride, data_ptr, detach_):
    setattr(Tensor, _method.__name__, _method)
Tensor.ndimension = Tensor.dim
Tensor.is_sparse = property(lambda self: False)
