"""Modules made of modules."""

import operator
from collections.abc import Mapping

from .module import Module
from .parameter import Parameter


def _place(name, index, length):
    """An index from either end, counted from the front; IndexError beyond the ends."""
    index = operator.index(index)
    if not -length <= index < length:
        raise IndexError(f"{name}: index {index} is out of range for {length} modules")
    return index % length


class _Numbered(Module):
    """Child modules under the names "0", "1", ...: what Sequential and ModuleList share."""

    def append(self, module):
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Add several modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index, module):
        """Put a module before the one at ``index``."""
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)

    def pop(self, key):
        """Take a module out and return it."""
        module = self[key]
        del self[key]
        return module

    def _renumber(self, modules):
        self._modules.clear()
        for i, module in enumerate(modules):
            self.add_module(str(i), module)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __setitem__(self, index, module):
        key = list(self._modules)[_place(type(self).__name__, index, len(self))]
        self.add_module(key, module)

    def __delitem__(self, index):
        modules = list(self)
        if not isinstance(index, slice):
            index = _place(type(self).__name__, index, len(self))
        del modules[index]
        self._renumber(modules)


class Sequential(_Numbered):
    """Each module's output is the next one's input. Takes modules, or one dict of named ones."""

    def __init__(self, *args):
        super().__init__()
        named = args[0] if len(args) == 1 and isinstance(args[0], dict) else None
        for name, module in (named or {str(i): m for i, m in enumerate(args)}).items():
            self.add_module(name, module)

    def forward(self, input):
        for module in self._modules.values():
            input = module(input)
        return input

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return list(self)[_place("Sequential", index, len(self))]


class ModuleList(_Numbered):
    """A list whose modules belong to the model: their parameters are found. It has no forward."""

    def __init__(self, modules=None):
        super().__init__()
        self.extend(modules or ())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return list(self)[_place("ModuleList", index, len(self))]

    def __repr__(self):
        groups = []  # equal neighbours are told once: [first, last, text]
        for i, module in enumerate(self):
            if groups and groups[-1][2] == repr(module):
                groups[-1][1] = i
            else:
                groups.append([i, i, repr(module)])
        lines = [
            f"({first}): {text}"
            if first == last
            else f"({first}-{last}): {last - first + 1} x {text}"
            for first, last, text in groups
        ]
        body = "\n".join(lines).replace("\n", "\n  ")
        return f"ModuleList(\n  {body}\n)" if lines else "ModuleList()"

    def __iadd__(self, modules):
        return self.extend(modules)

    def __add__(self, other):
        return ModuleList([*self, *other])


class _Named:
    """The methods of a dict over the table ``self._table``."""

    def __getitem__(self, key):
        return self._table[key]

    def __delitem__(self, key):
        del self._table[key]

    def __len__(self):
        return len(self._table)

    def __iter__(self):
        return iter(self._table)

    def __contains__(self, key):
        return key in self._table

    def keys(self):
        return self._table.keys()

    def values(self):
        return self._table.values()

    def items(self):
        return self._table.items()

    def clear(self):
        self._table.clear()

    def pop(self, key):
        return self._table.pop(key)

    def _update(self, entries):
        pairs = entries.items() if isinstance(entries, (Mapping, _Named)) else entries
        for key, value in pairs:
            self[key] = value


class ModuleDict(_Named, Module):
    """A dict whose modules belong to the model; iteration gives the names, in order."""

    def __init__(self, modules=None):
        super().__init__()
        self.update(modules or {})

    @property
    def _table(self):
        return self._modules

    def __setitem__(self, key, module):
        self.add_module(key, module)

    def update(self, modules):
        """Take over the modules of a dict, or of (name, module) pairs."""
        self._update(modules)


class ParameterList(Module):
    """A list whose parameters belong to the model; a plain tensor becomes a parameter."""

    def __init__(self, values=None):
        super().__init__()
        self.extend(values or ())

    def append(self, value):
        """Add a parameter at the end."""
        self[len(self)] = value
        return self

    def extend(self, values):
        """Add several parameters at the end."""
        for value in values:
            self.append(value)
        return self

    def __setitem__(self, idx, param):
        setattr(self, str(idx), param if isinstance(param, Parameter) else Parameter(param))

    def __getitem__(self, idx):
        if isinstance(idx, slice):
            return type(self)(list(self)[idx])
        return list(self)[_place("ParameterList", idx, len(self))]

    def __len__(self):
        return len(self._parameters)

    def __iter__(self):
        return iter(self._parameters.values())


class ParameterDict(_Named, Module):
    """A dict whose parameters belong to the model; a plain tensor becomes a parameter."""

    def __init__(self, parameters=None):
        super().__init__()
        self.update(parameters or {})

    @property
    def _table(self):
        return self._parameters

    def __setitem__(self, key, value):
        setattr(self, key, value if isinstance(value, Parameter) else Parameter(value))

    def update(self, parameters):
        """Take over the parameters of a dict, or of (name, parameter) pairs."""
        self._update(parameters)
