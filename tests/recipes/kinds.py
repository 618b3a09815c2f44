"""A value of any kind as an array."""

import numpy as np


def array(value):
    return value if isinstance(value, np.ndarray) else value.detach().numpy()
