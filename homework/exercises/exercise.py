"""Exercises: run an answer on random inputs and say what kind of mistake it makes.

A wrong answer is rarely random: a sign is lost, a mean is forgotten, two things are swapped. So
each exercise knows the typical mistakes *as functions*. What the student's function returns is
compared with the right values, then with what each mistake would have returned on the same inputs.
The first that agrees names the mistake; only if none does, the answer is described in general.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from .feedback import RIGHT, UNANSWERED, WRONG, Feedback, Hint
from .run import outcomes

__all__ = ["Exercise", "ExerciseSet", "FunctionExercise", "Mistake", "variants"]


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer: its name, what to tell the student, the function that makes it."""

    kind: str
    message: str
    answer: Callable


def variants(formula, rows) -> tuple[Mistake, ...]:
    """Mistakes from rows (kind, switches, message): ``formula`` with those keyword arguments."""
    return tuple(Mistake(kind, text, partial(formula, **switches)) for kind, switches, text in rows)


@dataclass(frozen=True)
class Exercise:
    """An exercise with an id, a title, staged hints, and ``judge(answer) -> Feedback``.

    ``judge`` sees only what was really given: None and ``...`` are "not answered yet" before it.
    """

    id: str
    title: str
    hints: tuple[str, ...]

    def check(self, answer) -> Feedback:
        """The feedback on ``answer``; wrong answers of any kind give feedback, never an error."""
        if answer is None or answer is ... or _empty(answer):
            return self.unanswered()
        return self.judge(answer)

    def judge(self, answer) -> Feedback:
        """The feedback on a given answer."""
        raise NotImplementedError

    def right(self, message) -> Feedback:
        """Feedback on a right answer."""
        return Feedback(self.id, RIGHT, "", message)

    def wrong(self, kind, message) -> Feedback:
        """Feedback on a mistake of this kind."""
        return Feedback(self.id, WRONG, kind, message)

    def unanswered(self) -> Feedback:
        """Feedback on no answer."""
        message = (
            f"write your answer into the cell and run it; `exercises.hint({self.id!r})` helps."
        )
        return Feedback(self.id, UNANSWERED, "", message)


@dataclass(frozen=True)
class FunctionExercise(Exercise):
    """An exercise whose answer is a function of arrays and numbers.

    cases: ``cases(generator)`` yields the tuples of arguments. expected: the right function.
    outputs: the names of what it returns, one or several. order: the outputs in the order in which
    they are looked at, where a later one depends on an earlier one. praise: said when right.
    """

    cases: Callable[[np.random.Generator], Iterable[tuple]]
    expected: Callable
    outputs: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    praise: str
    order: tuple[str, ...] = ()

    def judge(self, answer) -> Feedback:
        """Run ``answer`` on every case and explain what differs."""
        if not callable(answer):
            return self.wrong(
                "not-a-function",
                f"expected the function itself, received {type(answer).__name__}. Pass its name "
                "without calling it.",
            )
        cases = list(self.cases(np.random.default_rng(0)))
        results = outcomes(answer, cases, self.outputs)
        if results.problem == "unanswered":
            return self.unanswered()
        if results.problem:
            return self.wrong(results.problem, results.message)
        truth = outcomes(self.expected, cases, self.outputs).values
        for name in self.order or self.outputs:
            feedback = self._explain(name, cases, results.values[name], truth[name])
            if feedback is not None:  # a wrong answer is false
                return feedback
        return self.right(self.praise)

    def _explain(self, name, cases, values, truth) -> Feedback | None:
        if all(map(_equal, values, truth)):
            return None
        for mistake in self.mistakes:
            typical = outcomes(mistake.answer, cases, self.outputs)
            if not typical.problem and all(map(_equal, values, typical.values[name])):
                return self.wrong(mistake.kind, mistake.message)
        return self.wrong(*_in_general(name, cases, values, truth))


def _equal(a, b) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)


def _in_general(name, cases, values, truth) -> tuple[str, str]:
    """Kind and message for values that are wrong in no typical way."""
    wrong = [i for i, pair in enumerate(zip(values, truth, strict=True)) if not _equal(*pair)]
    i = wrong[0]
    value, right = values[i], truth[i]
    if value.shape != right.shape:
        turned = ": transposed" if value.shape == right.shape[::-1] else ""
        return "shape", (
            f"{name} should have the shape {right.shape}, and it has {value.shape}{turned}. Write "
            "the shape of every array beside your formula."
        )
    for j in wrong:
        if not np.all(np.isfinite(values[j])):
            return "not-finite", (
                f"{name} holds nan or infinity for some inputs ({_describe(cases[j])}). Look for "
                "a division by zero, or for the exponential of a large number."
            )
    if all(map(_equal, values, [-t for t in truth])):
        return "sign", f"{name} has the right size and the wrong sign."
    flat = np.concatenate([v.ravel() for v in values]), np.concatenate([t.ravel() for t in truth])
    factor = flat[0] @ flat[1] / (flat[1] @ flat[1])
    if factor and np.allclose(flat[0], factor * flat[1], rtol=1e-5):
        return "factor", f"{name} is {factor:.4g} times what it should be, everywhere: a constant."
    if len(wrong) < len(values):
        return "some-inputs", (
            f"{name} is right for {len(values) - len(wrong)} of {len(values)} inputs, and wrong "
            f"for ({_describe(cases[i])})."
        )
    return "different", (
        f"{name} has the right shape and other values: for ({_describe(cases[i])}) it starts with "
        f"{value.ravel()[0]:.6g} instead of {right.ravel()[0]:.6g}. Try the formula by hand on an "
        "input small enough for paper."
    )


def _describe(arguments) -> str:
    parts = (
        f"an array {a.shape}" if isinstance(a, np.ndarray) else getattr(a, "__name__", f"{a:.4g}")
        for a in arguments
    )
    return ", ".join(parts)


def _empty(answer) -> bool:
    """Whether the answer is a function that nobody has written yet: ``...`` or ``pass``."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "CACHE"}
    constants = {c for c in code.co_consts if not isinstance(c, str)}
    return constants <= {None, ...} and all(i.opname in nothing for i in dis.get_instructions(code))


class ExerciseSet:
    """The exercises of one chapter, with how many hints of each were given so far."""

    def __init__(self, exercises: Iterable[Exercise]):
        self._exercises: Mapping[str, Exercise] = {e.id: e for e in exercises}
        self._given = dict.fromkeys(self._exercises, 0)

    def __iter__(self):
        return iter(self._exercises.values())

    def __getitem__(self, id) -> Exercise:
        """The exercise with this id. Raises KeyError that lists the ids there are."""
        try:
            return self._exercises[str(id)]
        except KeyError:
            known = ", ".join(self._exercises)
            raise KeyError(f"there is no exercise {id!r}; the exercises here: {known}") from None

    def check(self, id, answer=None) -> Feedback:
        """Run ``answer`` to exercise ``id`` on random inputs and say what kind of mistake it makes.

        None, ``...`` and a function without a body are "not answered yet". Nothing that an answer
        does is an error here; an unknown ``id`` is a KeyError that lists the ids there are.
        """
        return self[id].check(answer)

    def hint(self, id, number=None) -> Hint:
        """The next hint of exercise ``id``, or the ``number``-th, from 1; the last one is repeated.

        Raises KeyError for an unknown id and ValueError for a number that there is not.
        """
        exercise = self[id]
        total = len(exercise.hints)
        if number is None:
            number = min(self._given[exercise.id] + 1, total)
            self._given[exercise.id] = number
        if number not in range(1, total + 1):
            raise ValueError(f"exercise {id} has hints 1 to {total}, received {number!r}")
        return Hint(exercise.id, number, total, exercise.hints[number - 1])
