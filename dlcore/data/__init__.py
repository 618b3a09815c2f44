"""Real data that are there with no network, as NumPy arrays.

    d = data.digits()
    train, valid = data.split(d, fraction=0.8, seed=0)
    train_X, valid_X = data.standardise(train.X, valid.X)

The sets come with scikit-learn, which is imported when a set is asked for.
"""

from .dataset import Dataset
from .prepare import split, standardise
from .sets import breast_cancer, diabetes, digits, iris, wine

__all__ = [
    "Dataset",
    "breast_cancer",
    "diabetes",
    "digits",
    "iris",
    "split",
    "standardise",
    "wine",
]
