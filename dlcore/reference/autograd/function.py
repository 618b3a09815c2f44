"""Function: an operation with a forward and a backward of the program's own, on tensors."""

from ..grad_mode import no_grad
from ..rule import Rule
from ..tape import apply
from ..tensor import Tensor


class Context:
    """What forward leaves for backward: ``save_for_backward``, and any attribute."""

    saved_tensors = ()
    needs_input_grad = ()
    _constants = ()

    def save_for_backward(self, *tensors):
        """Keep tensors; backward finds them as ``saved_tensors``."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *args):
        """Say which outputs have no gradient, such as indices."""
        self._constants = args

    def is_constant(self, output):
        """Whether that output has been marked so."""
        return any(output._array is constant._array for constant in self._constants)


class Function:
    """A subclass defines static ``forward(ctx, *args)`` and ``backward(ctx, *grad_outputs)``.

    Both work on tensors; forward returns one or a tuple of them, backward one gradient for each
    argument of forward, None for what has none. Call it with ``apply(*args)``.
    """

    @staticmethod
    def forward(ctx, *args):
        raise NotImplementedError("a Function defines a static forward(ctx, ...)")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError("a Function defines a static backward(ctx, ...)")

    @classmethod
    def apply(cls, *args):
        """Run forward and, where a gradient may be wanted, record backward."""
        ctx = Context()
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)

        def forward(*arrays):
            with no_grad():
                out = cls.forward(ctx, *(a.detach() if isinstance(a, Tensor) else a for a in args))
            if isinstance(out, tuple):
                return tuple(t._array for t in out), None
            return out._array, None

        def backward(dout, cache):
            douts = dout if isinstance(dout, tuple) else (dout,)
            with no_grad():
                dins = cls.backward(ctx, *(Tensor._wrap(d) for d in douts))
            dins = dins if isinstance(dins, tuple) else (dins,)
            while len(dins) > len(args) and dins[-1] is None:
                dins = dins[:-1]  # of arguments of forward that have kept their default
            return tuple(d._array if isinstance(d, Tensor) else d for d in dins)

        result = apply(Rule(cls.__name__, forward, backward, "", ""), *args)
        if isinstance(result, tuple):
            return tuple(t.detach() if ctx.is_constant(t) else t for t in result)
        return result.detach() if ctx.is_constant(result) else result
