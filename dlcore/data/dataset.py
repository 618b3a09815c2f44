"""Dataset: examples with their targets, and where they come from."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples, targets, and what the columns mean.

    X: float32 (N, D), or (N, C, H, W) for images, or int64 (N, T) for tokens. y: (N,), float32 for
    a quantity, int64 for the classes 0 .. K-1. features: D names with units. target_names: the K
    classes or the one quantity. name, source, licence: str.
    Raises ValueError if X and y differ in length.
    """

    X: np.ndarray
    y: np.ndarray
    features: tuple
    target_names: tuple
    name: str
    source: str
    licence: str

    def __post_init__(self):
        if len(self.X) != len(self.y):
            raise ValueError(
                f"X has {len(self.X)} examples and y has {len(self.y)} "
                f"(shapes {self.X.shape} and {self.y.shape})"
            )

    @property
    def is_classification(self):
        """Whether the targets are classes."""
        return self.y.dtype.kind in "iu"

    def __len__(self):
        return len(self.X)

    def __repr__(self):
        kind = f"{len(self.target_names)} classes" if self.is_classification else "regression"
        return f"<Dataset {self.name!r}: X {self.X.shape} {self.X.dtype}, {kind}>"
