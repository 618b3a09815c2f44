"""Parameter: a tensor that a module owns and an optimiser updates."""

from ..tensor import Tensor


class Parameter(Tensor):
    """A leaf that shares the memory of ``data`` and requires a gradient."""

    __slots__ = ()

    def __init__(self, data, requires_grad=True):
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter: expected a tensor, received {type(data).__name__}")
        self._array, self._changes = data._array, data._changes
        self._hooks, self._node, self._index = None, None, 0
        self._requires_grad, self.grad = False, None
        self.requires_grad_(requires_grad)

    def __deepcopy__(self, memo):
        # As in PyTorch, the copy of a weight begins without a gradient.
        copy = memo[id(self)] = Parameter(Tensor._wrap(self._array.copy()), self._requires_grad)
        return copy

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"
