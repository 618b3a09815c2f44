"""Sources of random numbers, and the default one."""

import json
import os

import numpy as np

from ..device import device as Device
from ..tensor import Tensor


class Generator:
    """A source of random numbers of its own, as ``torch.Generator`` (the numbers differ)."""

    def __init__(self, device="cpu"):
        Device(device)
        self.manual_seed(0)

    def manual_seed(self, seed):
        """Start the sequence that belongs to this number."""
        self._seed, self._numpy = int(seed), None
        return self

    @property
    def numpy(self):
        """NumPy's generator, made when first used: numpy.random takes 20 ms to import."""
        if self._numpy is None:
            self._numpy = np.random.default_rng(self._seed % 2**64)
        return self._numpy

    def initial_seed(self):
        """The number that ``manual_seed`` received."""
        return self._seed

    def get_state(self):
        """Where the sequence stands, for ``set_state``: a uint8 tensor, which can be saved."""
        state = {"seed": self._seed, "numpy": self.numpy.bit_generator.state}
        return Tensor._wrap(np.frombuffer(json.dumps(state).encode(), np.uint8).copy())

    def set_state(self, new_state):
        """Go on from where ``get_state`` was called."""
        try:
            state = json.loads(new_state._array.tobytes())
        except (AttributeError, ValueError) as error:
            raise TypeError("set_state: expected what get_state() of a Generator gave") from error
        self._seed = state["seed"]
        self.numpy.bit_generator.state = state["numpy"]
        return self

    def seed(self):
        """Start a sequence of chance; returns the number it belongs to."""
        return self.manual_seed(int.from_bytes(os.urandom(7))).initial_seed()

    @property
    def device(self):
        """The cpu."""
        return Device("cpu")


default_generator = Generator().manual_seed(int.from_bytes(os.urandom(7)))


def manual_seed(seed):
    """Start the default generator anew."""
    return default_generator.manual_seed(seed)


def seed():
    """Start the default generator anew from chance; returns the number it starts from."""
    return default_generator.seed()


def get_rng_state():
    """Where the default generator stands, for ``set_rng_state``: a uint8 tensor."""
    return default_generator.get_state()


def set_rng_state(new_state):
    """Let the default generator go on from where ``get_rng_state`` was called."""
    default_generator.set_state(new_state)


def initial_seed():
    """The number from which the default generator started."""
    return default_generator.initial_seed()


def rng(generator):
    """NumPy's generator in this one, or in the default one for None."""
    return (generator or default_generator).numpy
