"""What a program sees of the tape: a node's name and its neighbours, as ``tensor.grad_fn``."""


class AccumulateGrad:
    """Where backward ends: the leaf ``variable``, to whose ``grad`` it adds."""

    next_functions = ()

    def __init__(self, variable):
        self.variable = variable

    def name(self):
        return "torch::autograd::AccumulateGrad"

    def __repr__(self):
        return "<AccumulateGrad>"


def next_functions(node):
    """Where the gradient goes next: for each input a pair (node, which of its outputs).

    A leaf has an ``AccumulateGrad`` in the place of a node; None stands for no gradient.
    """
    return tuple(
        (edge[0] or AccumulateGrad(x), edge[1]) if needed else (None, 0)
        for x, edge, needed in zip(node.inputs, node.edges, node.needs, strict=True)
    )


def name(node):
    """The rule's name in PyTorch's spelling: SumBackward0."""
    return f"{node.rule.name.title().replace('_', '')}Backward0"
