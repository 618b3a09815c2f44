"""check_pair: is a student's pair of functions what our rule is, and if not, what is wrong with it?

Their forward must give our values, and their backward our gradients, entry by entry, on a few
example inputs. A difference is traced to the mistake that makes it, see diagnosis.py.
"""

from dataclasses import dataclass

from ..rule import Rule, parameters
from ..rule import rule as find
from .compare import compare
from .differences import GradientMismatch, as_float64
from .examples import examples
from .guard import described, fitting


@dataclass(frozen=True)
class PairReport:
    """What check_pair found. It is true if the pair is right, and prints as its message.

    rule: the rule's name. kind, input, factor: as of GradientMismatch, "" and None if right.
    function: "forward" or "backward", whichever is wrong, "" if none is. checked: how many examples
    were tried. unused: what was not tried, because the forward cannot take it: names of options.
    """

    rule: str
    message: str
    kind: str = ""
    function: str = ""
    input: int | None = None
    factor: float | None = None
    checked: int = 0
    unused: tuple = ()

    @property
    def ok(self):
        """Whether nothing is wrong."""
        return not self.kind

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return self.message

    def raise_if_wrong(self):
        """GradientMismatch with the same message, kind, input and factor, unless all is right."""
        if not self.ok:
            raise GradientMismatch(self.message, self.kind, self.input, self.factor, self.function)


def check_pair(rule, forward=None, backward=None, *, inputs=None, wrt=None, seed=0, **options):
    """Try a pair of functions of your own against a rule's, and say what is wrong.

    rule: the rule's name, such as "conv2d". forward, backward: your functions, or one of them; a
    backward alone gets the cache of our forward, and of a forward alone the values are compared.
    inputs: a tuple of arrays for forward, with its ``options``; by default some of our own.
    wrt: indices of the inputs whose gradients are compared; by default all that have one.
    Returns a PairReport, which is true if all is right. An exception that your own function raises
    comes through as it is, with a note that says what the function was given. ValueError if there
    is nothing to check, or if there are no example inputs for this rule and none are given.
    """
    truth = find(rule) if isinstance(rule, str) else rule
    if forward is None and backward is None:
        raise ValueError(f"check_pair({truth.name!r}): give forward=, backward= or both")
    mine = Rule(truth.name, forward or truth.forward, backward or truth.backward, "", "")
    cases = examples(truth.name, seed) if inputs is None else [(tuple(inputs), {})]
    done, unused = [], {}
    for given, chosen in cases:
        chosen = {**chosen, **options}
        every = {**defaults(truth), **chosen}
        # All but the plainest call of all, which must be possible.
        if done and (missing := _not_taken(truth, mine, given, chosen, every)):
            unused.update(dict.fromkeys(missing))
            continue
        try:
            given = [as_float64(x) for x in given]
            compare(mine, truth, given, every, seed, wrt, backward is not None)
        except GradientMismatch as wrong:
            call = described(truth, given, chosen, dtypes=False)
            message = f"{wrong} (with {call})"
            if done:
                message += f"; {len(done)} other example{'s' * (len(done) > 1)} right"
            return PairReport(
                truth.name,
                message,
                wrong.kind,
                wrong.function or "",
                wrong.input,
                wrong.factor,
                len(done) + 1,
                tuple(unused),
            )
        done.append(given)
    what = " and ".join(
        n for n, f in (("forward", forward), ("backward", backward)) if f is not None
    )
    message = f"{truth.name}: your {what} agree{'s' * (' ' not in what)} with ours"
    if unused:
        message += f"; not tried, as your forward cannot take it: {', '.join(unused)}"
    return PairReport(truth.name, message, checked=len(done), unused=tuple(unused))


def _not_taken(truth, mine, given, chosen, every):
    """What a forward that is still a first version cannot take of a call, in words."""
    known = parameters(mine.forward)
    try:
        fitting(truth, mine.forward, every)
    except TypeError:
        return [key for key in chosen if key not in known]
    by_place = [p for p in known.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    spread = any(p.kind is p.VAR_POSITIONAL for p in known.values())
    if known and not spread and len(given) > len(by_place):
        return [truth.input_name(i) for i in range(len(by_place), len(given))]
    needed = [p.name for p in by_place[len(given) :] if p.default is p.empty]
    return [f"a call without {name}" for name in needed if name not in every]


def defaults(rule):
    """The options of a rule that have a default, with it."""
    return {
        p.name: p.default
        for p in parameters(rule.forward).values()
        if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
    }
