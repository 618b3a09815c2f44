"""A rule ties a forward function and its hand-written backward function to a name.

    forward(*arrays, **options)  -> (out, cache)
    backward(dout, cache)        -> one gradient for each input array

Both are pure functions on NumPy arrays. ``cache`` is whatever backward needs of what forward has
seen. ``out`` is an array, or a tuple of arrays for a rule with several outputs; ``dout`` then is a
tuple too. A gradient has the shape of its input and is a new array (or ``dout`` itself, or a view
of it): nobody else may hold it, because gradients are later scaled in place. ``None`` stands for an
input that has no gradient, such as an index.

A backward function that can save work may take a third argument, ``needs``: a tuple of booleans
that says for which inputs a gradient is wanted.
"""

import contextlib
import inspect
from dataclasses import dataclass, field


@dataclass(eq=False)
class Rule:
    """One differentiable operation: its two functions, its torch twin and where it comes from.

    forward, backward: the pair, see the module's text.
    torch: the dotted name of the same function under ``torch``.
    source: who derived it, or where it stands.
    """

    name: str
    forward: object
    backward: object
    torch: str
    source: str
    takes_needs: bool = field(init=False)

    def __post_init__(self):
        self._inspect()

    def _inspect(self):
        self.takes_needs = "needs" in inspect.signature(self.backward).parameters

    @contextlib.contextmanager
    def replaced(self, forward=None, backward=None):
        """Put another pair in the place of this one, for the length of a ``with`` block."""
        before = self.forward, self.backward
        self.forward, self.backward = forward or self.forward, backward or self.backward
        try:
            self._inspect()
            yield self
        finally:
            self.forward, self.backward = before
            self._inspect()

    def twin(self, torch):
        """The function of the same meaning in PyTorch."""
        for part in self.torch.split("."):
            torch = getattr(torch, part)
        return torch

    def __repr__(self):
        return f"Rule({self.name!r}, torch.{self.torch})"


REGISTRY = {}


def register(name, forward, backward, *, torch, source):
    """Make a pair known under a name and return its Rule; ValueError if the name is taken."""
    if name in REGISTRY:
        raise ValueError(f"a rule named {name!r} exists already; choose another name")
    REGISTRY[name] = Rule(name, forward, backward, torch, source)
    return REGISTRY[name]


def rule(name):
    """The rule of that name; KeyError with the known names if there is none."""
    try:
        return REGISTRY[name]
    except KeyError:
        raise KeyError(
            f"no rule named {name!r}; there are: {', '.join(sorted(REGISTRY))}"
        ) from None
