"""What the programs need so that two backends can be compared: numbers that NumPy draws."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Outcome:
    """What a program came to.

    same: name -> numbers that have to be equal on both backends, to rounding. learnt: name ->
    whether what it was to learn has been learnt.
    """

    same: dict = field(default_factory=dict)
    learnt: dict = field(default_factory=dict)


def start_alike(torch, model, seed=0, scale=0.3):
    """Load weights that NumPy drew; buffers stay as they are."""
    generator = np.random.default_rng(seed)
    state = model.state_dict()
    for name, p in model.named_parameters():
        draw = generator.standard_normal(tuple(p.shape)).astype(np.float32)
        state[name] = torch.tensor(1 + 0.1 * draw if _is_gain(name, p) else scale * draw)
    model.load_state_dict(state)
    return model


def _is_gain(name, p):
    """The weight of a normalisation, which begins at 1."""
    return p.ndim == 1 and name.endswith("weight")


def numbers(tensors):
    """Tensors, by name or in a row, as arrays."""
    if isinstance(tensors, dict):
        return {name: value.detach().numpy().copy() for name, value in tensors.items()}
    return [value.detach().numpy().copy() for value in tensors]
