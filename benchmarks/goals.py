"""Goals: a benchmark says what it should reach and what it saw, and the README shows a table of it.

A goal is one line of a benchmark's output, so that results.md can be read by people and by
``update_readme``.
"""

import re

START, END = "<!-- goals: written by python -m benchmarks -->", "<!-- end of goals -->"
_LINE = re.compile(r"^\* (?P<what>.+): seen (?P<seen>.+) \(goal: at most (?P<goal>.+)\)$", re.M)


def goal(what, at_most, seen):
    """Print a goal. at_most, seen: numbers (three digits are shown) or text with a unit."""
    print(f"\n* {what}: seen {_text(seen)} (goal: at most {_text(at_most)})")


def _text(value):
    return f"{value:.3g}" if isinstance(value, (int, float)) else value


def table(results):
    """The README's table of all goals in a results.md."""
    rows = ["| what | at most | seen |", "|---|---|---|"]
    rows += [f"| {m['what']} | {m['goal']} | {m['seen']} |" for m in _LINE.finditer(results)]
    return "\n".join(rows)


def update_readme(readme, results):
    """The README with its table made anew; ValueError if it has no place for one."""
    before, found, rest = readme.partition(START)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"the README needs the lines {START!r} and {END!r} around its table")
    return f"{before}{START}\n\n{table(results)}\n\n{END}{after}"
