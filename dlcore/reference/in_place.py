"""In-place changes and the tape.

Without a gradient, ``x += 1`` changes the memory of x, and a counter that all tensors over that
memory share says how often. Backward compares: what a rule saved must not have changed since.

With a gradient, ``x += y`` is the sum x + y on the tape, and x takes over its value and its node.
The memory that x had before stays as it was, for rules that saved it. If x was a view, as h[0] of
h, its base takes over h with that part replaced. Any other tensor over the old memory is stale: it
has lost its counter, and using it is an error.
"""

import numpy as np

from .grad_mode import recording
from .tensor import Tensor

# The rules whose result shares memory with their input; ``index`` does where the index is basic.
VIEWS = {"reshape", "permute", "index", "expand"}


def changed(what):
    """The error for a value that backward needs and that is no longer there."""
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: {what}. Call backward before the change, or change a clone()."
    )


def stale(name):
    """The error for a tensor over memory that another tensor has given up."""
    return RuntimeError(
        f"{name}: this tensor was a view or a detached alias of one that has since been changed in "
        "place with a gradient, so its values are no longer those of the other. Make the view "
        "again after the change, or write x = x + ... instead of x += ..."
    )


def holds(cache, array):
    """Whether a cache keeps this memory, so that its rule would see a later change."""
    parts = cache if isinstance(cache, (tuple, list)) else (cache,)
    return any(isinstance(a, np.ndarray) and np.may_share_memory(a, array) for a in parts)


def is_recorded(target, *values):
    """Whether changing ``target`` with ``values`` in place belongs on the tape.

    RuntimeError for a leaf that requires a gradient: its gradient would be that of another value.
    """
    if not recording.enabled:
        return False
    if target._requires_grad and target._node is None:
        raise _leaf()
    return target._requires_grad or any(isinstance(v, Tensor) and v._requires_grad for v in values)


def _leaf():
    return RuntimeError(
        "a leaf Variable that requires grad is being used in an in-place operation. Put the update "
        "of a weight under `with no_grad():`, or write x = x + ... instead."
    )


def count_change(target, name):
    """Count a change of the memory of ``target``; to be called before it."""
    try:
        target._changes[0] += 1
    except IndexError:
        raise stale(name) from None


def replace(target, new):
    """Give ``target`` the value and the history of ``new``, a recorded result of its shape."""
    from .functions.assign import assign

    node = target._node
    if node is not None and node.rule.name in VIEWS and target._changes is node.inputs[0]._changes:
        base = node.inputs[0]
        if base._node is None:
            raise _leaf()
        numbers = np.arange(base._array.size).reshape(base._array.shape)
        part, _ = node.rule.forward(numbers, **node.options)
        # np.unravel_index knows no arrays of no axes
        places = np.unravel_index(part, base._array.shape) if base._array.ndim else ...
        replace(base, assign(base, (..., places), new))
        view, _ = node.rule.forward(base._array, **node.options)
        _take_over(target, new, view, base._changes)
        target._node = _view_again(node, base)
        target._index = 0
        return
    target._changes.clear()
    _take_over(target, new, new._array, new._changes)


def _take_over(target, new, array, changes):
    target._array, target._changes = array, changes
    target._node, target._index = new._node, new._index
    target._requires_grad = True


def _view_again(node, base):
    """The node of a view, taken of what its base has become."""
    from .tape import Node

    _, cache = node.rule.forward(base._array, **node.options)
    return Node(node.rule, cache, (base,), (base._requires_grad,), node.options)
