"""What an exercise says back: small objects that read well in a notebook and in a terminal."""

from dataclasses import dataclass

RIGHT, WRONG, UNANSWERED = "right", "wrong", "unanswered"

_SIGNS = {RIGHT: "✓ Right", WRONG: "✗ Not yet", UNANSWERED: "… Not answered yet"}


@dataclass(frozen=True)
class Feedback:
    """The verdict on one answer.

    exercise: the id, such as "1.2". verdict: "right", "wrong" or "unanswered". kind: a stable short
    name of the kind of mistake ("sign", "missing-mean", ...), "" where there is none. message: what
    is said to the student. It is true exactly if the answer is right.
    """

    exercise: str
    verdict: str
    kind: str
    message: str

    def __bool__(self):
        return self.verdict == RIGHT

    def __repr__(self):
        return f"{_SIGNS[self.verdict]} ({self.exercise}): {self.message}"

    def _repr_markdown_(self):
        return f"**{_SIGNS[self.verdict]}** ({self.exercise}): {self.message}"


@dataclass(frozen=True)
class Hint:
    """One staged hint: the ``number``-th of ``total``."""

    exercise: str
    number: int
    total: int
    text: str

    def __repr__(self):
        return f"Hint {self.number} of {self.total} ({self.exercise}): {self.text}"

    def _repr_markdown_(self):
        return f"**Hint {self.number} of {self.total}** ({self.exercise}): {self.text}"
