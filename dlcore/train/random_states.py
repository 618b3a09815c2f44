"""Where all random numbers of a training stand, to go on from there."""

import random

import numpy as np


class RandomStates:
    """The states of Python's, NumPy's and the backend's random numbers, and of some generators.

    generators: those that draw the batches, of NumPy or of the backend.
    """

    def __init__(self, backend, device, generators):
        self._backend, self._device, self._generators = backend, device, generators

    def read(self):
        """The states as a dict of numbers, tuples and tensors."""
        states = {
            "python": random.getstate(),
            "numpy": np.random.get_state(legacy=False),
            "backend": self._backend.default_generator.get_state(),
            "generators": [
                g.bit_generator.state if isinstance(g, np.random.Generator) else g.get_state()
                for g in self._generators
            ],
        }
        if self._device.startswith("cuda"):
            states["cuda"] = self._backend.cuda.get_rng_state(self._device)
        return states

    def write(self, states):
        """Go on from where ``read`` was called."""
        random.setstate(states["python"])
        np.random.set_state(states["numpy"])
        self._backend.default_generator.set_state(states["backend"])
        for g, state in zip(self._generators, states["generators"], strict=True):
            if isinstance(g, np.random.Generator):
                g.bit_generator.state = state
            else:
                g.set_state(state)
        if "cuda" in states and self._device.startswith("cuda"):
            self._backend.cuda.set_rng_state(states["cuda"], self._device)
