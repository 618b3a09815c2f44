"""Size: what ``tensor.shape`` is."""

import numpy as np


class Size(tuple):
    """A shape, as ``torch.Size``: a tuple that prints its name and counts its elements."""

    __slots__ = ()

    def __getitem__(self, index):
        part = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other):
        return Size(super().__add__(other))

    def numel(self):
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self):
        return f"torch.Size({list(self)})"
