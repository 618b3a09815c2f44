"""For every model of dlcore.models: how to make a small one, what goes in, what should come out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dlcore import models

N, T, V, K = 4, 5, 7, 3  # batch, time, vocabulary, classes


def images(draw):
    return (draw.standard_normal((N, 1, 8, 8)).astype(np.float32),)


def tokens(draw):
    return (draw.integers(1, V, (N, T)),)


def pairs_of_tokens(draw):
    return draw.integers(1, V, (N, T)), draw.integers(1, V, (N, T - 1))


def classes(draw):
    return draw.integers(0, K, N)


def cross_entropy(backend, output, y):
    """Of logits (N, K), or of logits (N, T, V) with or without a state beside them."""
    logits = output[0] if isinstance(output, tuple) else output
    return backend.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.reshape(-1))


def squared(backend, output, y):
    return ((output - y) ** 2).mean()


@dataclass(frozen=True)
class Entry:
    """arguments: of the model. inputs, targets: generator -> arrays. loss: (backend, output, y)."""

    arguments: dict
    inputs: Callable
    targets: Callable = classes
    loss: Callable = cross_entropy
    kind: str = field(default="")  # a second entry of one model says in what it differs

    def example(self, seed=0):
        """(inputs, targets) as arrays; the first axis of each is the batch."""
        draw = np.random.default_rng(seed)
        return self.inputs(draw), self.targets(draw)


def next_tokens(length=T):
    return lambda draw: draw.integers(0, V, (N, length))


ENTRIES = {
    "mlp": [
        Entry({"sizes": (6, 5, K)}, lambda d: (d.standard_normal((N, 6)).astype(np.float32),)),
        Entry(
            {"sizes": (6, 5, K), "activation": "gelu"},
            lambda d: (d.standard_normal((N, 6)).astype(np.float32),),
            kind="gelu",
        ),
    ],
    "lenet": [Entry({"classes": K, "size": 8, "filters": (3, 4)}, images)],
    "basic_block": [
        Entry(
            {"inputs": 1, "outputs": 2, "stride": 2},
            images,
            lambda d: d.standard_normal((N, 2, 4, 4)).astype(np.float32),
            squared,
        )
    ],
    "resnet": [Entry({"classes": K, "widths": (4, 6), "blocks": (1, 1)}, images)],
    "char_rnn": [
        Entry(
            {"vocabulary": V, "features": 4, "hidden": 6, "layers": 2, "cell": cell},
            tokens,
            next_tokens(),
            kind=cell,
        )
        for cell in ("lstm", "gru", "rnn")
    ],
    "rnn_classifier": [
        Entry(
            {"vocabulary": V, "classes": K, "features": 4, "hidden": 6, "bidirectional": True},
            lambda d: (d.integers(1, V, (N, T)), np.array([T, 2, 3, 1])),
        )
    ],
    "seq2seq": [
        Entry(
            {"source_vocabulary": V, "target_vocabulary": V, "features": 4, "hidden": 6},
            pairs_of_tokens,
            next_tokens(T - 1),
        )
    ],
    "transformer_encoder": [
        Entry({"vocabulary": V, "context": T, "classes": K, "width": 8, "heads": 2}, tokens)
    ],
    "gpt": [
        Entry(
            {"vocabulary": V, "context": T, "width": 8, "heads": 2, "tie": tie},
            tokens,
            next_tokens(),
            kind="" if tie else "untied",
        )
        for tie in (True, False)
    ],
    "encoder_decoder": [
        Entry(
            {"source": V, "target": V, "context": T, "width": 8, "heads": 2},
            pairs_of_tokens,
            next_tokens(T - 1),
        )
    ],
}

CASES = {
    f"{name} {entry.kind}".strip(): (name, entry)
    for name, entries in ENTRIES.items()
    for entry in entries
}


def definitions():
    """The names of the models that dlcore.models exports."""
    return [n for n in models.__all__ if isinstance(getattr(models, n), models.definition)]


def make(case, backend, seed=0):
    """A model of this case with weights from the backend's seed, and its Entry."""
    name, entry = CASES[case]
    backend.manual_seed(seed)
    return getattr(models, name)(backend)(**entry.arguments), entry


def example(entry, backend, device="cpu"):
    """Inputs and targets as tensors."""
    inputs, targets = entry.example()
    return tuple(backend.tensor(a).to(device) for a in inputs), backend.tensor(targets).to(device)
