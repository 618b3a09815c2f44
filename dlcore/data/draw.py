"""Random numbers from a seed, with a sentence for what is none."""

import numpy as np


def generator(seed):
    """NumPy's generator for ``seed``; TypeError or ValueError for what cannot be one."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(f"seed should be an integer from 0 on, received {seed!r}") from None
