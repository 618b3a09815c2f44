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
import threading
from dataclasses import dataclass, field


@dataclass(eq=False)
class Rule:
    """One differentiable operation: its two functions, its torch twin and where it comes from.

    forward, backward: the pair, see the module's text. The cache between them is theirs alone; who
    replaces one of the two finds its layout in the first line of our backward, which unpacks it
    (``inspect.getsource(rule(name).backward)`` shows it).
    torch: the dotted name of the same function under ``torch``.
    source: who derived it, or where it stands.
    standing: the Rule that is really used: this one, or the one that takes its place.
    """

    name: str
    forward: object
    backward: object
    torch: str
    source: str
    takes_needs: bool = field(init=False)
    standing: "Rule" = field(init=False, repr=False)

    def __post_init__(self):
        self.takes_needs = "needs" in parameters(self.backward)
        self.standing = self
        self._substitutes = []

    @contextlib.contextmanager
    def replaced(self, forward=None, backward=None):
        """Put another pair in the place of this one, for the length of a ``with`` block.

        forward, backward: functions as in the module's text, or one of them; the other stays. What
        they do is watched: inputs and ``dout`` come read-only, a result that is no pair, no array
        or of a wider dtype is an error that says so, and an exception of theirs carries a note with
        the rule and the shapes. Options that a forward has no argument for are left out as long as
        they have their default. ``dlcore.check_pair`` tells beforehand whether the values are
        right.

        A result keeps the backward of the forward that made it, also after the block. Blocks nest,
        and may end in any order. The pair is replaced for all threads, and while a generator that
        holds the block is suspended. Only calls through the tape are replaced: a rule whose forward
        calls another's function (cross_entropy, log_softmax) keeps it.
        Raises TypeError for a function that cannot be called as it will be.
        """
        from .check.guard import guarded

        substitute = guarded(self, forward, backward)
        with _lock:
            self._substitutes.append(substitute)
            self.standing = substitute
        try:
            yield substitute
        finally:
            with _lock:
                self._substitutes.remove(substitute)
                self.standing = self._substitutes[-1] if self._substitutes else self

    def input_name(self, i):
        """Input ``i`` in words: "input 1 (w)", with its name in the forward function."""
        names = [p.name for p in parameters(self.forward).values() if p.kind in _BY_PLACE]
        if i < len(names):
            return f"input {i} ({names[i]})"
        return f"input {i}"

    def twin(self, torch):
        """The function of the same meaning in PyTorch."""
        for part in self.torch.split("."):
            torch = getattr(torch, part)
        return torch

    def __repr__(self):
        return f"Rule({self.name!r}, torch.{self.torch})"


_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_lock = threading.Lock()


def parameters(function):
    """The parameters of a function by name; none for a compiled one that does not tell."""
    try:
        return inspect.signature(function).parameters
    except ValueError:
        return {}


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
