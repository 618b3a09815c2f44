"""Text as tokens: the text of Python's own help, and texts of one's own."""

import sys

import numpy as np
import pytest

from dlcore import data
from dlcore.data import Text


def test_pythons_topics_are_there_and_are_text():
    text = data.python_topics()
    assert len(text) > 300_000 and 60 < len(text.vocabulary) < 200
    assert text.tokens.dtype == np.int64 and text.tokens.shape == (len(text),)
    assert text.decode(text.tokens) == text.text
    assert "assert" in text.text and "lambda" in text.text
    assert text.source and text.licence and "python topics" in repr(text)
    short = data.python_topics(1000)
    assert short.text == text.text[:1000] and set(short.vocabulary) == set(short.text)


def test_every_character_of_the_vocabulary_is_used_and_sorted():
    text = data.python_topics(20_000)
    assert list(text.vocabulary) == sorted(set(text.text))
    assert set(text.tokens.tolist()) == set(range(len(text.vocabulary)))


def test_tokens_worked_by_hand():
    text = Text("banana")  # vocabulary a b n
    assert text.vocabulary == ("a", "b", "n")
    assert text.tokens.tolist() == [1, 0, 2, 0, 2, 0]
    assert text.decode([1, 0, 2]) == "ban" and text.encode("nab").tolist() == [2, 0, 1]
    assert text.encode("").tolist() == [] and text.decode([]) == ""


def test_characters_of_any_script():
    text = Text("naïve 学习 𝛼")
    assert text.decode(text.tokens) == text.text


def test_windows_and_what_follows_them():
    d = Text("abcdefg").windows(3, stride=2)
    assert d.X.tolist() == [[0, 1, 2], [2, 3, 4]] and d.y.tolist() == [3, 5]
    assert d.X.dtype == d.y.dtype == np.int64 and d.is_classification
    assert d.target_names == tuple("abcdefg") and len(d.features) == 3
    assert len(Text("abcdefg").windows(3)) == 4
    d.X[:] = 0  # arrays of its own
    assert len(data.split(d, 0.5)[0]) == 1


def test_the_parts_of_a_text_share_the_vocabulary():
    train, valid = Text("aaaab").split(0.8)
    assert train.text == "aaaa" and valid.text == "b"
    assert train.vocabulary == valid.vocabulary == ("a", "b")
    assert valid.tokens.tolist() == [1]


@pytest.mark.parametrize(
    "call, error, match",
    [
        (lambda: Text(b"abc"), TypeError, "text should be a str, received bytes"),
        (lambda: Text(""), ValueError, "text is empty"),
        (lambda: Text("abc").encode("abd"), ValueError, "'d' is not in the vocabulary of 'text'"),
        (lambda: Text("abc", vocabulary="ab"), ValueError, "'c' is not in the vocabulary"),
        (lambda: Text("abc").decode([3]), ValueError, r"from 0 to 2, received \[3\]"),
        (lambda: Text("abc").decode([0.5]), ValueError, "whole numbers"),
        (lambda: Text("abc").windows(3), ValueError, "window of 3 characters and the next"),
        (lambda: Text("abc").windows(0), ValueError, "at least 1, received 0 and 1"),
        (lambda: Text("abc").split(1.0), ValueError, "leaves one part empty"),
        (lambda: data.python_topics(0), ValueError, "at least 1, received 0"),
    ],
)
def test_what_is_no_text(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_a_python_without_the_topics(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(ImportError, match="without pydoc_data"):
        data.python_topics()
