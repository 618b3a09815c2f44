"""One training step of a GPT (2 layers, 128 features, 4 heads), 16 texts of 128, Adam, in float32.

Goal: the reference backend takes at most as long as torch eager, and at most twice its memory.
"""

import numpy as np

from dlcore.models import gpt

from .training_step import one_thread, report

_TEXTS, _CONTEXT, _VOCABULARY, _RATE = 16, 128, 96, 1e-3


def example(name, small=False):
    """A function that makes one step on the backend; all backends start from the same weights."""
    backend = one_thread(name)
    width, layers, texts = (4, 1, 1) if small else (128, 2, _TEXTS)
    model = gpt(backend)(_VOCABULARY, _CONTEXT, width=width, layers=layers, heads=4)
    generator = np.random.default_rng(0)
    with backend.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                values = 0.02 * generator.standard_normal(tuple(p.shape))
                p.copy_(backend.tensor(values.astype(np.float32)))
    optimizer = backend.optim.Adam(model.parameters(), lr=_RATE)
    tokens = backend.tensor(generator.integers(0, _VOCABULARY, (texts, _CONTEXT + 1)))
    idx, following = tokens[:, :-1], tokens[:, 1:].flatten()

    def step():
        optimizer.zero_grad()
        loss = backend.nn.functional.cross_entropy(model(idx).flatten(0, 1), following)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if __name__ == "__main__":
    report("a GPT", "gpt", time=1.0, rounds=15, calls=2)
