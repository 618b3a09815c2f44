"""Module: the base class of every layer and model."""

import numpy as np

from .. import anomaly, dtypes
from ..tensor import HINT, Tensor
from . import hooks
from .parameter import Parameter
from .state import compared


class Module:
    """A function with weights: a subclass assigns parameters and modules and defines forward.

    Parameters, buffers and child modules are found by being assigned; ``state_dict`` names them by
    their path, such as ``"0.weight"``.
    """

    training = True
    _hooks = None  # a table of hooks, once one has been registered

    def __init__(self):
        object.__setattr__(self, "_parameters", {})
        object.__setattr__(self, "_buffers", {})
        object.__setattr__(self, "_modules", {})
        self.training = True

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} has no method 'forward'; define it")

    def __call__(self, *args, **kwargs):
        run = self.forward if not anomaly.watching else self._watched_forward
        if self._hooks is None:
            return run(*args, **kwargs)
        return hooks.call(self, run, args, kwargs)

    def _watched_forward(self, *args, **kwargs):
        return anomaly.call_layer(self, *args, **kwargs)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """``hook(module, args)`` before forward; what it returns takes the place of the inputs."""
        return hooks.register(self, "before", hook, prepend, with_kwargs)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False):
        """``hook(module, args, output)`` after forward; what it returns becomes the output."""
        return hooks.register(self, "after", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook, prepend=False):
        """``hook(module, grad_input, grad_output)`` in backward, both tuples of tensors or None;
        a tuple that it returns takes the place of grad_input.
        """
        return hooks.register(self, "backward", hook, prepend)

    # -- attributes -----------------------------------------------------------------------------

    def __setattr__(self, name, value):
        if isinstance(value, (Parameter, Module)) and "_parameters" not in self.__dict__:
            raise AttributeError(
                f"cannot assign {name} before Module.__init__() call: begin __init__ with "
                "super().__init__()"
            )
        tables = [self.__dict__.get(t, {}) for t in ("_parameters", "_buffers", "_modules")]
        if isinstance(value, Parameter):
            table = tables[0]
        elif isinstance(value, Module):
            table = tables[2]
        else:
            # A name that is in a table stays there: layer.bias = None, buffer = new tensor.
            table = next((t for t in tables if name in t), None)
            if table is tables[0] and value is not None and table is not None:
                raise TypeError(
                    f"cannot assign {type(value).__name__} as parameter {name!r} (nn.Parameter or "
                    "None expected)"
                )
        if table is None:
            object.__setattr__(self, name, value)
            return
        self.__dict__.pop(name, None)
        for other in tables:
            other.pop(name, None) if other is not table else None
        table[name] = value

    def __getattr__(self, name):
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, {}):
                return self.__dict__[table][name]
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute {name!r}. If PyTorch has it: {HINT}"
        )

    def __delattr__(self, name):
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                del table[name]
                return
        object.__delattr__(self, name)

    def register_parameter(self, name, param):
        self._parameters[name] = None
        setattr(self, name, param)

    def register_buffer(self, name, tensor, persistent=True):
        """A tensor that belongs to the state but is not trained."""
        if name not in self._buffers and hasattr(self, name):
            raise KeyError(f"attribute '{name}' already exists")
        self._buffers[name] = tensor
        if not persistent:
            transient = self.__dict__.setdefault("_transient", set())
            transient.add(name)

    def register_module(self, name, module):
        self.add_module(name, module)

    def add_module(self, name, module):
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._modules[name] = module

    # -- walking --------------------------------------------------------------------------------

    def named_children(self):
        """(name, module) of those directly below; a module under two names comes once."""
        seen = set()
        for name, module in self._below():
            if module not in seen:
                seen.add(module)
                yield name, module

    def _below(self):
        return ((name, m) for name, m in self._modules.items() if m is not None)

    def children(self):
        return (m for _, m in self.named_children())

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """This module and all below, each once (or under each of its names), with its path."""
        seen, stack = set() if memo is None else memo, [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if remove_duplicate and module in seen:
                continue
            seen.add(module)
            yield path, module
            below = [(f"{path}.{name}" if path else name, m) for name, m in module._below()]
            stack.extend(reversed(below))

    def modules(self):
        return (m for _, m in self.named_modules())

    def _named(self, table, prefix, recurse, once):
        seen = set()
        modules = self.named_modules(None, prefix, once) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is not None and not (once and id(value) in seen):
                    seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """(path, parameter) of this module and all below; a shared one once."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """(path, buffer) of this module and all below; a shared one once."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        return (b for _, b in self.named_buffers(recurse=recurse))

    def get_submodule(self, target):
        """The module at a path such as "layers.0"; AttributeError if there is none."""
        module = self
        for name in filter(None, target.split(".")):
            if name not in module._modules:
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = module._modules[name]
        return module

    def get_parameter(self, target):
        """The parameter at a path such as "layers.0.weight"; AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if name not in module._parameters:
            raise AttributeError(f"{type(module).__name__} has no parameter `{name}`")
        return module._parameters[name]

    def apply(self, fn):
        """Call ``fn`` on every module below, then on this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # -- state ----------------------------------------------------------------------------------

    def state_dict(self):
        """Path -> tensor, in the module's memory; in each module parameters before buffers."""
        state, stack = {}, [("", self)]
        while stack:  # unlike in named_modules, what is shared appears under each of its names
            path, module = stack.pop()
            transient = module.__dict__.get("_transient", ())
            for table in (module._parameters, module._buffers):
                for name, value in table.items():
                    if value is not None and name not in transient:
                        state[path + name] = value.detach()
            below = [(f"{path}{name}.", child) for name, child in module._below()]
            stack.extend(reversed(below))
        return state

    def load_state_dict(self, state_dict, strict=True):
        """Copy values in. RuntimeError names what does not fit, before anything is changed."""
        own = self.state_dict()
        keys = compared(type(self).__name__, own, state_dict, strict)
        for name in own:
            if name in state_dict:
                # As an array, so that weights of a PyTorch model can be taken over as well.
                own[name].copy_(Tensor._wrap(np.asarray(state_dict[name].detach())))
        return keys

    def zero_grad(self, set_to_none=True):
        for p in self.parameters():
            p.grad = None if set_to_none or p.grad is None else p.grad.zero_()

    def requires_grad_(self, requires_grad=True):
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def train(self, mode=True):
        """Training mode for this module and all below; dropout and batch norm ask for it."""
        self.training = mode
        for child in self.children():  # one of them may have a train of its own
            child.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def to(self, *args, **kwargs):
        """Convert floating-point parameters and buffers in place; the device must be the cpu."""
        for module in self.modules():
            for table in (module._parameters, module._buffers):
                for value in table.values():
                    if value is not None and value.is_floating_point():
                        _convert(value, args, kwargs)
        return self

    def double(self):
        return self.to(dtypes.float64)

    def float(self):
        return self.to(dtypes.float32)

    def half(self):
        return self.to(dtypes.float16)

    def cpu(self):
        return self

    def cuda(self, device="cuda"):
        return self.to(device)

    # -- printing -------------------------------------------------------------------------------

    def extra_repr(self):
        return ""

    def __repr__(self):
        children = [f"({name}): {child!r}" for name, child in self._below()]
        if not children:
            return f"{type(self).__name__}({self.extra_repr()})"
        body = "\n".join(children).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {body}\n)"


def _convert(tensor, args, kwargs):
    converted = tensor.detach().to(*args, **kwargs)
    if not converted.is_floating_point():
        raise TypeError(f"a module converts to floating point dtypes only, not {converted.dtype}")
    tensor._array = converted._array
    if tensor.grad is not None:
        tensor.grad = tensor.grad.to(*args, **kwargs)
