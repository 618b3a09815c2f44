"""Tensor: a NumPy array that remembers which rule it came from.

Its arithmetic and its other methods are bound in ``methods.py`` from ``functions``; here stands
what a tensor is: storage, gradient, conversion, and the way it prints.
"""

import numpy as np

from . import dtypes
from .device import device
from .hooks import RemovableHandle
from .printing import to_text
from .size import Size

HINT = "The README's table lists what dlcore.reference holds of torch."


def outside(space):
    """A module's ``__getattr__``: a name that is not there is answered with where the list is."""

    def getattribute(name):
        raise AttributeError(f"{space}.{name} is not in the reference backend's subset. {HINT}")

    return getattribute


class Tensor:
    """An n-dimensional array with an optional gradient, a subset of ``torch.Tensor``.

    grad: None, or a tensor of the same shape, filled by ``backward``.
    requires_grad: whether a gradient is wanted. grad_fn: the node of the tape, None for a leaf.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_array",
        "_changes",  # [how often the memory was changed in place], shared by all its tensors
        "_hooks",  # of a leaf: functions that see its gradient; of a result its node has them
        "_index",
        "_node",
        "_requires_grad",
        "grad",
    )
    __array_priority__ = 1000  # numpy_array * tensor asks the tensor

    @classmethod
    def _wrap(cls, array, node=None, index=0, changes=None):
        """A tensor over an array as it is: no copy, no check."""
        self = object.__new__(Tensor)
        # A reduction to no axes comes out of NumPy as a scalar.
        self._array = array if type(array) is np.ndarray else np.asarray(array)
        self._changes = [0] if changes is None else changes
        self._hooks = None
        self._node = node
        self._index = index
        self._requires_grad = node is not None
        self.grad = None
        return self

    # -- what it is ---------------------------------------------------------------------------

    @property
    def shape(self):
        return Size(self._array.shape)

    @property
    def dtype(self):
        return dtypes.of_array(self._array)

    @property
    def device(self):
        return device("cpu")

    @property
    def ndim(self):
        return self._array.ndim

    @property
    def requires_grad(self):
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, flag):
        self.requires_grad_(flag)

    @property
    def is_leaf(self):
        return self._node is None

    @property
    def grad_fn(self):
        return self._node

    def size(self, dim=None):
        return self.shape if dim is None else self._array.shape[dim]

    def dim(self):
        return self._array.ndim

    def numel(self):
        return self._array.size

    nelement = numel

    def element_size(self):
        return self._array.itemsize

    def is_floating_point(self):
        return self._array.dtype.kind == "f"

    def is_contiguous(self):
        return self._array.flags.c_contiguous

    # -- gradient -----------------------------------------------------------------------------

    def requires_grad_(self, requires_grad=True):
        """Ask for a gradient, in place. RuntimeError for integers and for results of operations."""
        if requires_grad and self._array.dtype.kind != "f":
            raise RuntimeError(
                "only Tensors of floating point dtype can require gradients, this one is "
                f"{self.dtype}"
            )
        if not requires_grad and self._node is not None:
            raise RuntimeError("requires_grad can only be switched off on leaves; use detach()")
        self._requires_grad = bool(requires_grad)
        return self

    def retain_grad(self):
        """Keep the gradient of an intermediate result as well."""
        if not self._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self._node is not None and self._retain not in self._hooks_here().values():
            self.register_hook(self._retain)

    def _retain(self, gradient):
        # A copy: the gradient's memory may be that of another tensor's gradient as well.
        self.grad = gradient.clone() if self.grad is None else self.grad + gradient

    def register_hook(self, hook):
        """Call ``hook(gradient)`` in backward; a tensor that it returns takes the gradient's place.

        Returns a handle whose ``remove()`` takes the hook away. RuntimeError without a gradient.
        """
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return RemovableHandle(self._hooks_here(), hook)

    def _hooks_here(self):
        if self._node is None:
            self._hooks = {} if self._hooks is None else self._hooks
            return self._hooks
        if self._node.hooks is None:
            self._node.hooks = {}
        return self._node.hooks.setdefault(self._index, {})

    def backward(self, gradient=None, retain_graph=None):
        """Add d(self)/d(leaf) to ``leaf.grad`` for every leaf that requires a gradient.

        gradient: tensor of this shape, the gradient that arrives here; may be left out for one
        element.
        """
        from .tape import backward

        backward(self, self._gradient_here(gradient), retain_graph)

    def _gradient_here(self, gradient):
        """The gradient with which backward starts at this tensor, as an array."""
        if not self._requires_grad:
            raise RuntimeError(
                "this tensor does not require grad and does not have a grad_fn: nothing that led "
                "to it was marked with requires_grad=True, or it was computed under no_grad()"
            )
        if gradient is None:
            if self._array.size != 1:
                raise RuntimeError(
                    "grad can be implicitly created only for scalar outputs, this one has shape "
                    f"{tuple(self.shape)}; reduce it with .sum() or .mean(), or pass gradient="
                )
            return np.ones_like(self._array)
        array = gradient._array if isinstance(gradient, Tensor) else np.asarray(gradient)
        if array.shape != self._array.shape:
            raise RuntimeError(
                f"gradient has shape {array.shape}, the tensor has shape {self._array.shape}"
            )
        return array.astype(self._array.dtype, copy=False)

    def detach(self):
        """The same numbers, in the same memory, cut off from the tape."""
        return Tensor._wrap(self._array, changes=self._changes)

    @property
    def data(self):
        return self.detach()

    @data.setter
    def data(self, value):
        self._array, self._changes = value._array, value._changes

    # -- to Python and NumPy --------------------------------------------------------------------

    def numpy(self, *, force=False):
        """The NumPy array underneath; RuntimeError if a gradient is attached, unless ``force``."""
        if self._requires_grad and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use detach().numpy() instead."
            )
        return self._now()

    def _now(self):
        if not self._changes:  # another tensor has given this memory up in place
            from . import in_place

            raise in_place.stale("reading")
        return self._array

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def item(self):
        """The one element as a Python number."""
        if self._array.size != 1:
            raise RuntimeError(
                f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
            )
        return self._now().item()

    def tolist(self):
        return self._now().tolist()

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self._array.dtype.kind == "f":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __bool__(self):
        if self._array.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with more than one value is ambiguous; use .any() or "
                ".all()"
            )
        return bool(self._array.item())

    def __len__(self):
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self):
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self._array)))

    def __format__(self, spec):
        if self._array.ndim == 0:
            return format(self.item(), spec)
        if spec:
            raise TypeError(
                f"the format {spec!r} is for one number, this tensor has shape {tuple(self.shape)}"
            )
        return repr(self)

    def __hash__(self):
        return id(self)  # == compares elements, so identity is the only hash that works

    def __deepcopy__(self, memo):
        if self._node is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user support deepcopy; detach()"
            )
        copy = _rebuild(type(self), self._array.copy(), self._requires_grad)
        if self.grad is not None:
            copy.grad = Tensor._wrap(self.grad._array.copy())
        memo[id(self)] = copy
        return copy

    def __reduce__(self):
        if self._node is not None:
            raise RuntimeError("a tensor with a history cannot be pickled; detach() it first")
        return _rebuild, (type(self), self._array, self._requires_grad)

    def __repr__(self):
        return to_text(self)

    def __getattr__(self, name):
        raise AttributeError(f"Tensor.{name} is not in the reference backend's subset. {HINT}")


def _rebuild(cls, array, requires_grad):
    tensor = Tensor._wrap(array)
    if cls is not Tensor:
        return cls(tensor, requires_grad)
    return tensor.requires_grad_(requires_grad)
