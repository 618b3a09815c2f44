"""Typical mistakes of students, and the sentence that check_pair answers each with."""

import re

import pytest

from dlcore import check_pair

from .mistakes_backward import BACKWARDS
from .mistakes_forward import FORWARDS


@pytest.mark.parametrize("mistake", FORWARDS)
def test_a_wrong_forward_is_explained(mistake):
    name, forward, kind, message = FORWARDS[mistake]
    report = check(name, kind, message, forward=forward)
    assert report.function == "forward"


@pytest.mark.parametrize("mistake", BACKWARDS)
def test_a_wrong_backward_is_explained(mistake):
    name, backward, kind, message = BACKWARDS[mistake]
    report = check(name, kind, message, backward=backward)
    assert report.function == ("backward" if kind else "")


def check(name, kind, message, **pair):
    report = check_pair(name, **pair)
    assert re.search(message, report.message), report.message
    assert (report.kind, report.ok, bool(report)) == (kind, not kind, not kind)
    assert repr(report) == report.message
    return report
