"""The tape: every operation on tensors leaves a node, and backward walks the nodes in reverse.

This file is the whole of automatic differentiation. It knows no formula: the formulas are the
rules'.
"""

import contextlib
import functools
import threading

import numpy as np

from .tensor import Tensor


class Node:
    """One call of a rule: what it needs for its backward, and the tensors it came from."""

    __slots__ = ("cache", "changes", "inputs", "needs", "outputs", "retained", "rule", "saved")

    def __init__(self, rule, cache, inputs, needs):
        self.rule = rule
        self.cache = cache
        self.inputs = inputs  # Tensors, and plain arrays or numbers where no gradient can flow
        self.needs = needs
        self.changes = [x._changes[0] if isinstance(x, Tensor) else None for x in inputs]
        self.saved = None  # the changes of an output that the cache holds
        self.outputs = None  # for a rule with several outputs the tuple of their (shape, dtype)
        self.retained = None  # tensors that asked to keep their gradient, by output index

    def __repr__(self):
        return f"<{self.rule.name.title().replace('_', '')}Backward>"


class _GradMode(threading.local):
    enabled = True  # of each thread: a widget's callback must not switch a running training


_mode = _GradMode()


def is_grad_enabled():
    """Whether operations are recorded in this thread."""
    return _mode.enabled


class _SetGrad(contextlib.ContextDecorator):
    def __init__(self, mode):
        self._target, self._before = mode, []

    def __enter__(self):
        self._before.append(_mode.enabled)
        _mode.enabled = self._target

    def __exit__(self, *exception):
        _mode.enabled = self._before.pop()

    def __call__(self, function):
        # A new object for each call, so that threads and recursion do not share a stack.
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            with _SetGrad(self._target):
                return function(*args, **kwargs)

        return wrapped


class set_grad_enabled(_SetGrad):
    """Record, or do not record, from now on; after ``with set_grad_enabled(flag):`` as before."""

    def __init__(self, mode):
        super().__init__(mode)
        self._outside = _mode.enabled
        _mode.enabled = mode  # it acts when it is called, not only as a context

    def __enter__(self):
        self._before.append(self._outside)

    def __call__(self, function):
        _mode.enabled = self._outside  # as a decorator it is meant for the function alone
        return super().__call__(function)


class no_grad(_SetGrad):
    """``with no_grad():`` nothing inside is recorded; updates of weights belong here."""

    def __init__(self):
        super().__init__(False)


class enable_grad(_SetGrad):
    """``with enable_grad():`` record again inside a ``no_grad`` block."""

    def __init__(self):
        super().__init__(True)


class inference_mode(no_grad):
    """As ``no_grad``: the reference keeps no further bookkeeping that could be left out."""


def apply(rule, *inputs, **options):
    """Run a rule forward on tensors and record it if a gradient may be wanted.

    inputs: tensors, or arrays and numbers through which no gradient flows. options go to the rule.
    Returns a tensor, or a tuple of them for a rule with several outputs.
    """
    arrays = [x._array if isinstance(x, Tensor) else x for x in inputs]
    out, cache = rule.forward(*arrays, **options)
    node = None
    if _mode.enabled:
        needs = tuple([isinstance(x, Tensor) and x._requires_grad for x in inputs])
        if True in needs:
            node = Node(rule, cache, inputs, needs)
    if type(out) is not tuple:
        if node is not None and out.dtype.kind != "f":
            node = None  # no gradient flows through integers
        result = Tensor._wrap(out, node, 0, _changes_of(out, inputs[0]))
        if node is not None and _is_in(cache, out):
            node.saved = result._changes
        return result
    if node is not None:
        node.outputs = tuple((a.shape, a.dtype) for a in out)
    return tuple(
        Tensor._wrap(a, node if a.dtype.kind == "f" else None, i) for i, a in enumerate(out)
    )


def _changes_of(out, x):
    """The counter of in-place changes that a result shares with the tensor it is a view of."""
    if out.base is None or not isinstance(x, Tensor):
        return None
    memory = x._array if x._array.base is None else x._array.base
    return x._changes if out.base is memory else None


def count_consumers(root):
    """How many nodes, of those that lead to ``root``, use each node's output.

    Iterative, because a recurrent network unrolled over 10,000 steps is a graph 10,000 deep.
    """
    consumers = {root: 0}
    stack = [root]
    while stack:
        for x, needed in zip((node := stack.pop()).inputs, node.needs, strict=True):
            if needed and (parent := x._node) is not None:
                if parent not in consumers:
                    consumers[parent] = 0
                    stack.append(parent)
                consumers[parent] += 1
    return consumers


def backward(root, gradient, retain_graph=False):
    """Push ``gradient`` (an array of root's shape) from ``root`` to every leaf's ``grad``.

    Kahn's topological order: a node runs when all that used its output have delivered their share,
    so that each node runs once, with its whole gradient.
    """
    if root._node is None:
        accumulate(root, gradient, gradient)
        return
    with np.errstate(all="ignore"):  # infinite slopes and overflow give inf and nan, as in PyTorch
        _walk(root, gradient, retain_graph)


def _walk(root, gradient, retain_graph):
    waiting = count_consumers(root._node)
    pending = {root._node: [None] * len(root._node.outputs or (0,))}
    pending[root._node][root._index] = gradient
    ready = [root._node]
    while ready:
        node = ready.pop()
        dout = whole_gradient(node, pending.pop(node))
        for index, tensor in (node.retained or {}).items():
            share = dout if node.outputs is None else dout[index]
            accumulate(tensor, share, share)
        for x, needed, d in zip(node.inputs, node.needs, run(node, dout), strict=True):
            if not needed:
                continue
            parent = x._node
            if parent is None:
                accumulate(x, d, dout)
                continue
            shares = pending.setdefault(parent, [None] * len(parent.outputs or (0,)))
            before = shares[x._index]
            # A tensor that is used twice receives two gradients, and they add up (chain rule for
            # several paths). A new array, because ``d`` may be somebody else's as well.
            shares[x._index] = d if before is None else before + d
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
        if not retain_graph:
            node.cache = _FREED


_FREED = object()


def run(node, dout):
    """One step backwards: call the rule and check that it kept its side of the contract."""
    rule = node.rule
    if node.cache is _FREED:
        raise RuntimeError(
            "Trying to backward through the graph a second time: the saved values were freed by "
            "the first backward. Call backward(retain_graph=True) the first time if you need "
            "both."
        )
    for i, (x, before) in enumerate(zip(node.inputs, node.changes, strict=True)):
        if before is not None and x._changes[0] != before and _holds(node.cache, x._array):
            raise _changed(f"input {i} of rule {rule.name!r}, of shape {x._array.shape}")
    if node.saved is not None and node.saved[0]:
        raise _changed(f"the output of rule {rule.name!r}")
    dins = (
        rule.backward(dout, node.cache, node.needs)
        if rule.takes_needs
        else rule.backward(dout, node.cache)
    )
    if type(dins) is not tuple:
        dins = (dins,)
    if len(dins) != len(node.inputs):
        raise RuntimeError(
            f"backward of rule {rule.name!r} returned {len(dins)} gradients for its "
            f"{len(node.inputs)} inputs; return one for each input, in order (None where there is "
            "none)"
        )
    for i, (x, needed, d) in enumerate(zip(node.inputs, node.needs, dins, strict=True)):
        if needed and (d is None or d.shape != x._array.shape):
            got = "None" if d is None else f"shape {d.shape}"
            raise RuntimeError(
                f"backward of rule {rule.name!r} returned {got} as the gradient of input {i}, "
                f"which has shape {x._array.shape}; a gradient has the shape of what it belongs to"
            )
    return dins


def _changed(what):
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: {what}. Call backward before the change, or change a clone()."
    )


def _is_in(cache, array):
    """Whether a cache keeps this very array."""
    if type(cache) is not tuple:
        return cache is array
    return any(part is array for part in cache)


def _holds(cache, array):
    """Whether a cache keeps this memory, so that its rule would see a later change."""
    parts = cache if isinstance(cache, (tuple, list)) else (cache,)
    return any(isinstance(a, np.ndarray) and np.may_share_memory(a, array) for a in parts)


def whole_gradient(node, shares):
    """The gradient of all outputs of a node; an output that nobody used contributes zeros."""
    if node.outputs is None:
        return shares[0]
    return tuple(
        np.zeros(shape, kind) if d is None else d
        for d, (shape, kind) in zip(shares, node.outputs, strict=True)
    )


def accumulate(leaf, d, dout):
    """Add ``d`` to ``leaf.grad``.

    ``d`` is kept as it is when it is the rule's own new array, and copied when it is ``dout`` or a
    view: ``a + b`` hands the same array to both, and scaling one's gradient must not scale the
    other's.
    """
    if leaf.grad is not None:
        leaf.grad._array += d
        return
    handed_in = dout if type(dout) is tuple else (dout,)
    own = d.base is None and not any(d is other for other in handed_in)
    leaf.grad = Tensor._wrap(d if own else np.array(d))
