"""The multi-layer perceptron. Without hidden layers it is linear or logistic regression."""

import itertools

from .definition import definition

ACTIVATIONS = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "gelu": "GELU",
    "leaky_relu": "LeakyReLU",
    "silu": "SiLU",
}


@definition
def mlp(backend):
    """``mlp(backend)(sizes, activation)``: affine layers with an activation between them."""
    nn = backend.nn

    class MLP(nn.Sequential):
        """x (N, sizes[0]) -> (N, sizes[-1]); no activation after the last layer.

        sizes: the widths (inputs, hidden ..., outputs), two or more. activation: a name of
        ACTIVATIONS.
        """

        def __init__(self, sizes, activation="relu"):
            sizes = tuple(sizes) if hasattr(sizes, "__iter__") else (sizes,)
            if len(sizes) < 2 or any(int(n) != n or n < 1 for n in sizes):
                raise ValueError(f"sizes: expected two or more positive widths, received {sizes}")
            if activation not in ACTIVATIONS:
                raise ValueError(
                    f"activation: expected one of {', '.join(ACTIVATIONS)}, received {activation!r}"
                )
            layers = []
            for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
                if i:
                    layers.append(getattr(nn, ACTIVATIONS[activation])())
                layers.append(nn.Linear(inputs, outputs))
            super().__init__(*layers)

        def __getitem__(self, index):
            # Some of the layers, such as all but the last, have no sizes to be made from.
            chosen = list(self)[index]
            return nn.Sequential(*chosen) if isinstance(index, slice) else chosen

    return MLP
