"""Real data that are there with no network, as NumPy arrays.

    d = data.digits()
    train, valid = data.split(d, fraction=0.8, seed=0)
    train_X, valid_X = data.standardise(train.X, valid.X)

    text = data.python_topics(100_000)
    train, valid = text.split(0.9)
    d = train.windows(length=32)  # X (N, 32) tokens, y (N,) the token that follows

Tables and images come with scikit-learn, which is imported when a set is asked for; the text comes
with Python. The rows of ``digits(images=True).X[:, 0]`` are sequences (N, T, D) = (N, 8, 8).
"""

from .dataset import Dataset
from .prepare import split, standardise
from .sets import breast_cancer, diabetes, digits, iris, wine
from .text import Text, python_topics

__all__ = [
    "Dataset",
    "Text",
    "breast_cancer",
    "diabetes",
    "digits",
    "iris",
    "python_topics",
    "split",
    "standardise",
    "wine",
]
