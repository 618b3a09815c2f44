"""Text as numbers: characters, their vocabulary, and windows with the character that follows."""

import numpy as np

from .dataset import Dataset


class Text:
    """A text and its characters as tokens.

    text: str. vocabulary: its V different characters, sorted. tokens: int64 (length,), each
    character's place in the vocabulary. name, source, licence: str.
    """

    def __init__(self, text, name="text", source="", licence="", vocabulary=None):
        """vocabulary: characters that count even where the text lacks them; by default its own.

        Raises TypeError for what is no str, ValueError for an empty text and for characters that
        the vocabulary lacks.
        """
        if not isinstance(text, str):
            raise TypeError(f"text should be a str, received {type(text).__name__}")
        if not text:
            raise ValueError("text is empty")
        self.text, self.name, self.source, self.licence = text, name, source, licence
        self.vocabulary = tuple(sorted(set(text if vocabulary is None else vocabulary)))
        self.tokens = self.encode(text)

    def encode(self, text):
        """The tokens of a str, int64; ValueError names a character that it does not know."""
        known = _codes("".join(self.vocabulary))  # sorted, as the vocabulary is
        codes = _codes(text)
        places = np.searchsorted(known, codes).clip(max=len(known) - 1)
        foreign = codes[known[places] != codes]
        if len(foreign):
            raise ValueError(
                f"the character {chr(foreign[0])!r} is not in the vocabulary of {self.name!r}, "
                f"which has {len(known)} characters"
            )
        return places.astype(np.int64)

    def decode(self, tokens):
        """The str of an array or a list of tokens; ValueError for what is none."""
        tokens, V = np.asarray(tokens), len(self.vocabulary)
        if tokens.size and (tokens.dtype.kind not in "iu" or tokens.min() < 0 or tokens.max() >= V):
            raise ValueError(f"tokens should be whole numbers from 0 to {V - 1}, received {tokens}")
        return "".join(self.vocabulary[token] for token in tokens.reshape(-1).tolist())

    def split(self, fraction=0.9):
        """Two texts (train, valid) with one vocabulary: the beginning and what follows it.

        Not at random: windows that overlap would otherwise stand on both sides.
        """
        cut = round(fraction * len(self.text))
        if not 0 < cut < len(self.text):
            raise ValueError(
                f"fraction={fraction} of {len(self.text)} characters leaves one part empty"
            )
        parts = self.text[:cut], self.text[cut:]
        return tuple(
            Text(part, self.name, self.source, self.licence, self.vocabulary) for part in parts
        )

    def windows(self, length, stride=1):
        """A Dataset of windows of the text, each with the character that follows it.

        X: int64 (N, length). y: int64 (N,). stride: characters between two windows' beginnings.
        Raises ValueError if not a single window and its next character fit.
        """
        if length < 1 or stride < 1:
            raise ValueError(
                f"length and stride should be at least 1, received {length} and {stride}"
            )
        if length >= len(self.tokens):
            raise ValueError(
                f"a window of {length} characters and the next one do not fit into "
                f"{len(self.tokens)} characters"
            )
        view = np.lib.stride_tricks.sliding_window_view(self.tokens, length + 1)[::stride]
        return Dataset(
            X=view[:, :-1].copy(),
            y=view[:, -1].copy(),
            features=tuple(f"character {t + 1} of {length}" for t in range(length)),
            target_names=self.vocabulary,
            name=self.name,
            source=self.source,
            licence=self.licence,
        )

    def __len__(self):
        return len(self.text)

    def __repr__(self):
        return f"<Text {self.name!r}: {len(self):,} characters, {len(self.vocabulary)} different>"


def python_topics(characters=None):
    """The texts of Python's own ``help()``: keywords, operators, types. About 465,000 characters.

    They come with every CPython and differ a little from version to version; the topics stand in
    alphabetical order. characters: how many, from the beginning; by default all.
    Raises ImportError for a Python without them, ValueError for a number below 1.
    Source: the Python Language Reference and Library Reference, as pydoc shows them.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise ImportError(
            "this Python comes without pydoc_data, the texts of help(): install the standard "
            "library whole"
        ) from error
    if characters is not None and characters < 1:
        raise ValueError(f"characters should be at least 1, received {characters}")
    return Text(
        "\n".join(topics[name] for name in sorted(topics))[:characters],
        name="python topics",
        source="Python Software Foundation, The Python Language Reference and Library Reference",
        licence="Python Software Foundation License Version 2",
    )


def _codes(text):
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
