"""The machinery: nothing that a student hands in is an error, and every verdict says why."""

import sys

import numpy as np
import pytest

from homework.exercises.exercise import ExerciseSet, FunctionExercise, Mistake


def doubled(x, n):
    return 2 * x + n


DOUBLE = FunctionExercise(
    id="9.1",
    title="Double and add",
    hints=("first", "second"),
    outputs=("the result",),
    cases=lambda rng: [(rng.normal(size=size), rng.normal()) for size in (2, 3)],
    expected=doubled,
    praise="well done",
    mistakes=(Mistake("not-doubled", "the factor is missing", lambda x, n: x + n),),
)


@pytest.fixture
def exercises():
    return ExerciseSet([DOUBLE])


def in_place(x, n):
    x *= 2
    return x + n


def empty(x, n): ...


def empty_with_docstring(x, n):
    """What I will do."""


def to_do(x, n):
    raise NotImplementedError


def leaves(x, n):
    sys.exit(0)


@pytest.mark.parametrize("answer", [None, ..., empty, empty_with_docstring, to_do])
def test_no_answer_is_not_a_mistake(exercises, answer):
    feedback = exercises.check("9.1", answer)
    assert (feedback.verdict, feedback.kind) == ("unanswered", "")
    assert not feedback
    assert "hint" in feedback.message


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (lambda x, n: x + n, "not-doubled", "factor is missing"),
        (lambda x, n: -2 * x - n, "sign", "wrong sign"),
        (lambda x, n: 6 * x + 3 * n, "factor", "3 times"),
        (lambda x, n: 2 * x, "different", "by hand"),
        (lambda x, n: 2 * x + n if len(x) == 2 else x, "some-inputs", "right for 1 of 2"),
        (lambda x, n: (2 * x + n)[None], "shape", "(1, 2)"),
        (lambda x, n: x / 0, "not-finite", "division by zero"),
        (lambda x, n: (2 * x + n).astype(int), "integer", "fractions were cut off"),
        (lambda x, n: np.array(["a", "b"]), "type", "array of shape (2,)"),
        (lambda x, n: [[1.0], [1.0, 2.0]], "type", "received list"),
        (lambda x, n: print(end=""), "returns-nothing", "return"),
        (in_place, "in-place", "in place"),
        (lambda x: x, "signature", "other arguments"),
        (lambda x, n: x @ np.ones(7), "shape-error", "(2,)"),
        (lambda x, n: {}["theta"], "exception", "KeyError"),
        (leaves, "exception", "SystemExit"),
        (3.0, "not-a-function", "float"),
    ],
)
def test_mistake_is_named(exercises, answer, kind, words):
    feedback = exercises.check("9.1", answer)
    assert (feedback.verdict, feedback.kind) == ("wrong", kind), feedback
    assert words in feedback.message


def test_right_answer_on_other_kinds_of_arrays(exercises):
    assert exercises.check("9.1", lambda x, n: list(doubled(x, n)))
    from dlcore import get_backend

    tensor = get_backend("numpy").tensor
    assert exercises.check("9.1", lambda x, n: 2 * tensor(x) + n)


def test_number_of_returned_things():
    pair = FunctionExercise(
        id="9.2",
        title="Sum and difference",
        hints=("think",),
        outputs=("the sum", "the difference"),
        cases=lambda rng: [(2.0, 1.0)],
        expected=lambda a, b: (a + b, a - b),
        praise="yes",
        mistakes=(),
    )
    assert pair.check(lambda a, b: [a + b, a - b])
    assert pair.check(lambda a, b: a + b).kind == "count"
    assert "received 3" in pair.check(lambda a, b: (a, b, a)).message


def test_warnings_of_the_answer_stay_silent(exercises, recwarn):
    exercises.check("9.1", lambda x, n: np.log(-np.abs(x)))
    assert not recwarn.list


def test_hints_come_one_by_one_and_the_last_repeats(exercises):
    assert [exercises.hint("9.1").text for _ in range(3)] == ["first", "second", "second"]
    assert exercises.hint("9.1", 1).number == 1
    with pytest.raises(ValueError, match="hints 1 to 2, received 3"):
        exercises.hint("9.1", 3)


@pytest.mark.parametrize("method", ["check", "hint"])
def test_unknown_exercise_lists_the_known_ones(exercises, method):
    with pytest.raises(KeyError, match=r"no exercise '7\.7'; the exercises here: 9\.1"):
        getattr(exercises, method)("7.7")


def test_feedback_and_hint_read_well(exercises):
    right, wrong = exercises.check("9.1", doubled), exercises.check("9.1", 3.0)
    nothing = exercises.check("9.1", None)
    assert repr(nothing).startswith("… Not answered yet (9.1): write your answer into the cell")
    assert nothing._repr_markdown_().startswith("**… Not answered yet** (9.1): write your answer")
    assert repr(right) == "✓ Right (9.1): well done"
    assert right._repr_markdown_() == "**✓ Right** (9.1): well done"
    assert repr(wrong).startswith("✗ Not yet (9.1): expected the function itself")
    assert repr(exercises.hint("9.1", 2)) == "Hint 2 of 2 (9.1): second"
    assert exercises.hint("9.1", 2)._repr_markdown_() == "**Hint 2 of 2** (9.1): second"
