"""Hooks of modules: functions of the program before, after, and in the backward of a forward."""

from ..grad_mode import is_grad_enabled
from ..hooks import RemovableHandle
from ..rule import Rule
from ..tape import apply
from ..tensor import Tensor


def register(module, place, hook, first=False, with_kwargs=False):
    """Add a hook to a module's table; returns its handle."""
    if module._hooks is None:
        module._hooks = {"before": {}, "after": {}, "backward": {}}
    return RemovableHandle(module._hooks[place], (hook, with_kwargs), first)


def call(module, forward, args, kwargs):
    """A module's forward with its hooks around it, in torch's order."""
    table = module._hooks
    for hook, with_kwargs in list(table["before"].values()):
        if with_kwargs:
            answer = hook(module, args, kwargs)
            args, kwargs = (args, kwargs) if answer is None else answer
        elif (answer := hook(module, args)) is not None:
            args = answer if isinstance(answer, tuple) else (answer,)
    watch = None
    if table["backward"] and is_grad_enabled():
        watch = Watch(module, [hook for hook, _ in table["backward"].values()])
        args = watch.inputs(args)
    output = forward(*args, **kwargs)
    for hook, with_kwargs in list(table["after"].values()):
        answer = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
        output = output if answer is None else answer
    return watch.outputs(output) if watch else output


class Watch:
    """Two gates of identity around one call of a module, through which its gradients pass.

    Backward goes through the gate of the outputs first, and its hooks run when the gradients arrive
    at the gate of the inputs; if no input has a gradient, at once.
    """

    def __init__(self, module, hooks):
        self.module, self.hooks = module, hooks
        self.grad_output = None
        self.has_inputs = False

    def inputs(self, args):
        """The arguments, those that require a gradient taken through the first gate."""
        places = [i for i, a in enumerate(args) if isinstance(a, Tensor) and a.requires_grad]
        if not places:
            return args
        self.has_inputs = True

        def backward(douts, cache):
            grad_input = [None] * len(args)
            for i, d in zip(places, douts, strict=True):
                grad_input[i] = Tensor._wrap(d)
            grad_input = self.run_hooks(tuple(grad_input))
            return tuple(grad_input[i]._array for i in places)

        passed = apply(_gate(backward), *(args[i] for i in places))
        args = list(args)
        for i, tensor in zip(places, passed, strict=True):
            args[i] = tensor
        return tuple(args)

    def outputs(self, output):
        """The output, a tensor or a tuple of them, taken through the second gate."""
        tensors = output if isinstance(output, tuple) else (output,)
        places = [i for i, t in enumerate(tensors) if isinstance(t, Tensor) and t.requires_grad]
        if not places:
            return output

        def backward(douts, cache):
            grad_output = [None] * len(tensors)
            for i, d in zip(places, douts, strict=True):
                grad_output[i] = Tensor._wrap(d)
            self.grad_output = tuple(grad_output)
            if not self.has_inputs:
                self.run_hooks((None,))
            return douts

        passed = apply(_gate(backward), *(tensors[i] for i in places))
        tensors = list(tensors)
        for i, tensor in zip(places, passed, strict=True):
            tensors[i] = tensor
        return tuple(tensors) if isinstance(output, tuple) else tensors[0]

    def run_hooks(self, grad_input):
        for hook in self.hooks:
            answer = hook(self.module, grad_input, self.grad_output)
            if answer is not None:
                grad_input = answer if isinstance(answer, tuple) else (answer,)
        return grad_input


def _gate(backward):
    """A rule of several inputs that gives each back; it lives on one tape, not in the registry."""
    return Rule("hook", lambda *xs: (tuple(x.view() for x in xs), None), backward, "", "")
