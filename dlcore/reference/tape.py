"""The tape: every operation on tensors leaves a node, and backward walks the nodes in reverse.

This file is the whole of automatic differentiation. It knows no formula: the formulas are the
rules'.
"""

import inspect

import numpy as np

from . import anomaly, graph
from .grad_mode import recording
from .in_place import changed, holds, stale
from .tensor import Tensor


class Node:
    """One call of a rule: what it needs for its backward, and the tensors it came from."""

    __slots__ = (
        "cache",
        "edges",
        "hooks",
        "inputs",
        "layer",
        "needs",
        "options",
        "outputs",
        "rule",
        "saved",
    )

    def __init__(self, rule, cache, inputs, needs, options):
        self.rule = rule
        self.cache = cache
        self.inputs = inputs  # Tensors, and plain arrays or numbers where no gradient can flow
        self.needs = needs  # which of them want a gradient
        self.options = options
        # Where each input came from and how often it had been changed: a tensor that is changed in
        # place later has another node, but this one's input it stays as it was.
        self.edges = edges = []
        for x in inputs:
            edges.append((x._node, x._index, x._changes[0]) if isinstance(x, Tensor) else None)
        self.saved = None  # the changes of an output that the cache holds
        self.outputs = None  # for a rule with several outputs the tuple of their (shape, dtype)
        self.hooks = None  # functions that see the gradient of an output, by output index

    next_functions, name = property(graph.next_functions), graph.name

    def __repr__(self):
        return f"<{self.name()}>"


def apply(rule, *inputs, **options):
    """Run a rule forward on tensors and record it if a gradient may be wanted.

    inputs: tensors, or arrays and numbers through which no gradient flows. options go to the rule.
    Returns a tensor, or a tuple of them for a rule with several outputs.
    """
    rule = rule.standing  # itself, or a pair that has taken its place
    # One loop for both: this is done for every operation of a program.
    arrays, needs = [], []
    for x in inputs:
        if isinstance(x, Tensor):
            if not x._changes:  # its memory was given up in place
                raise stale(rule.name)
            arrays.append(x._array)
            needs.append(x._requires_grad)
        else:
            arrays.append(x)
            needs.append(False)
    out, cache = rule.forward(*arrays, **options)
    if anomaly.watching:
        anomaly.check_forward(rule, inputs, arrays, out, options)
    node = None
    if True in needs and recording.enabled:
        node = Node(rule, cache, inputs, tuple(needs), options)
        if anomaly.watching:
            node.layer = anomaly.current_layer()
    if type(out) is not tuple:
        if node is not None and out.dtype.kind != "f":
            node = None  # no gradient flows through integers
        shared = None if out.base is None else _changes_of(out, inputs[0])
        result = Tensor._wrap(out, node, 0, shared)
        if node is not None and _is_in(cache, out):
            node.saved = result._changes
        return result
    if node is not None:
        node.outputs = tuple((a.shape, a.dtype) for a in out)
    return tuple(
        Tensor._wrap(a, node if a.dtype.kind == "f" else None, i, _changes_of(a, inputs[0]))
        for i, a in enumerate(out)
    )


def _changes_of(out, x):
    """The counter of in-place changes that a result shares with the tensor it is a view of."""
    if out.base is None or not isinstance(x, Tensor):
        return None
    memory = x._array if x._array.base is None else x._array.base
    return x._changes if out.base is memory else None


def _is_in(cache, array):
    """Whether a cache keeps this very array."""
    if type(cache) is tuple:
        for part in cache:  # a loop, since any() over a generator costs four times as much
            if part is array:
                return True
    return cache is array


def count_consumers(root):
    """How many nodes, of those that lead to ``root``, use each node's output.

    Iterative, because a recurrent network unrolled over 10,000 steps is a graph 10,000 deep.
    """
    consumers = {root: 0}
    stack = [root]
    while stack:
        node = stack.pop()
        for edge, needed in zip(node.edges, node.needs):  # noqa: B905 - one pass of every backward
            if needed and (parent := edge[0]) is not None:
                if parent in consumers:
                    consumers[parent] += 1
                else:
                    consumers[parent] = 1
                    stack.append(parent)
    return consumers


def backward(root, gradient, retain_graph=False, deliver=None):
    """Push ``gradient`` (an array of root's shape) from ``root`` to every leaf's ``grad``.

    Kahn's topological order: a node runs when all that used its output have delivered their share,
    so that each node runs once, with its whole gradient. deliver: what is done with a leaf's share,
    by default ``accumulate``.
    """
    with np.errstate(all="ignore"):  # infinite slopes and overflow give inf and nan, as in PyTorch
        _walk(root, gradient, retain_graph, deliver or accumulate)


def _walk(root, gradient, retain_graph, deliver):
    hooked = {}  # leaves whose hooks want the whole gradient, and its sum so far
    if root._node is None:
        if root._hooks:
            gradient = call_hooks(root._hooks.values(), gradient)
        deliver(root, gradient, gradient)
        return
    waiting = count_consumers(root._node)
    pending = {}  # node -> its gradient so far, or for several outputs the list of theirs
    _add_share(pending, root._node, root._index, gradient)
    ready = [root._node]
    while ready:
        node = ready.pop()
        dout = pending.pop(node)
        if node.outputs is not None:
            dout = whole_gradient(node, dout)
        if node.hooks:
            dout = _see_outputs(node, dout)
        dins = run(node, dout)
        for x, edge, needed, d in zip(node.inputs, node.edges, node.needs, dins):  # noqa: B905
            if not needed:
                continue
            if d is None or d.shape != x._array.shape:
                raise _wrong_form(node, x, d)
            parent, index, _ = edge
            if parent is None:
                if x._hooks:
                    hooked[x] = d if x not in hooked else hooked[x] + d
                else:
                    deliver(x, d, dout)
                continue
            left = waiting[parent] = waiting[parent] - 1
            if not left:
                ready.append(parent)
                if parent.outputs is None and parent not in pending:
                    pending[parent] = d  # the only share
                    continue
            _add_share(pending, parent, index, d)
        if not retain_graph:
            node.cache = _FREED
    for leaf, d in hooked.items():
        d = call_hooks(leaf._hooks.values(), d)
        deliver(leaf, d, d)


def _add_share(pending, node, index, d):
    """Add one share to the gradient of a node's output.

    A tensor that is used twice receives two gradients, and they add up (chain rule for several
    paths). A new array, because ``d`` may be somebody else's as well.
    """
    if node.outputs is None:
        pending[node] = d if (before := pending.get(node)) is None else before + d
        return
    shares = pending.setdefault(node, [None] * len(node.outputs))
    shares[index] = d if (before := shares[index]) is None else before + d


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
    for x, edge in zip(node.inputs, node.edges):  # noqa: B905 - strict is slow
        # A tensor whose memory was given up in place has no count; the cache holds what it was.
        if edge is not None and x._changes and x._changes[0] != edge[2]:
            if holds(node.cache, x._array):
                raise changed(f"{_place(node, x)}, of shape {x._array.shape}")
    if node.saved and node.saved[0]:
        raise changed(f"the output of rule {rule.name!r}")
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
    if anomaly.watching:
        anomaly.check_backward(node, dout, dins)
    return dins


def _wrong_form(node, x, d):
    """The error for a gradient that is not there or does not fit ``x``, an input of the node."""
    from .check.shapes import shape_hint

    got = "None" if d is None else f"shape {d.shape}"
    hint = "" if d is None else shape_hint(d.shape, x._array.shape)
    return RuntimeError(
        f"backward returned {got} as the gradient of {_place(node, x)}, which has shape "
        f"{x._array.shape}; {hint + '; ' if hint else ''}a gradient has the shape of what it "
        "belongs to"
    )


def _place(node, x):
    """Which input ``x`` is, with its name in the rule's forward: "input 1 (w) of rule 'linear'"."""
    i = next(i for i, other in enumerate(node.inputs) if other is x)
    parameters = list(inspect.signature(node.rule.forward).parameters.values())
    named = i < len(parameters) and parameters[i].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    name = f" ({parameters[i].name})" if named else ""
    return f"input {i}{name} of rule {node.rule.name!r}"


def whole_gradient(node, shares):
    """The gradients of all outputs of a node; an output that nobody used contributes zeros."""
    return tuple(
        np.zeros(shape, kind) if d is None else d
        for d, (shape, kind) in zip(shares, node.outputs, strict=True)
    )


def call_hooks(hooks, d):
    """Show a gradient to functions of tensors; what one returns takes its place."""
    for hook in list(hooks):
        answer = hook(Tensor._wrap(d))
        if answer is not None:
            d = answer._array
    return d


def _see_outputs(node, dout):
    if node.outputs is None:
        return call_hooks(node.hooks[0].values(), dout)
    return tuple(
        call_hooks(node.hooks[i].values(), d) if i in node.hooks else d for i, d in enumerate(dout)
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
