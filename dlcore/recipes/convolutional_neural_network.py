"""A convolutional network for images: section 4.3 of the first article.

What the article's listing gets wrong, apart from what ``networks`` tells:

* It flattens the image first. A convolution wants rows and columns, so that the first Conv2D
  raises an error and nothing runs; here the features are flattened after the last convolution.
* It gives ``activation`` and the like for each layer, but leaves out how large an image has to be:
  every convolution without padding and every pooling makes it smaller, until nothing is left. Here
  the sizes are followed, and the layer at which the image ends is named.
"""

from ..checks import check_count
from ..models.definition import definition
from .networks import (
    Predicts,
    activation,
    backend_and_data,
    check_layers,
    read_out,
    train_network,
)


def convolutional_neural_network(
    X, y, input_shape, conv_layers, fc_layers, batch_size, epochs, learning_rate, *, seed=0
):
    """Train a convolutional network with Adam, and return it.

    X: (N, C, H, W), images with channels first, as everywhere in this course (the article's
    framework puts them last). y: (N,) with class numbers, or (N, K) with numbers between 0 and 1,
    or (N,) with such numbers if the last layer has one unit. Both are arrays or tensors of one
    backend. input_shape: (C, H, W), of one image. conv_layers: for each a dict with filters,
    kernel_size, activation, pool_size; sizes are an int or a pair; after each convolution (no
    padding, stride 1) comes its activation and a maximum over windows of pool_size. fc_layers: for
    each dense layer a dict with units and activation. The last one's activation, "sigmoid",
    "softmax" or None, is applied by ``predict`` and not by the network. seed: of the starting
    weights and the order of the examples, which NumPy draws, the same for both backends.

    Returns an nn.Module of the backend (of the reference for arrays) in eval mode: images -> logits
    (N, K); with ``predict(X)``, of the kind of X, and ``history``.
    Raises TypeError for mixed kinds; ValueError for settings and shapes that do not fit;
    FloatingPointError for nan and infinity in the data.
    Source: LeCun, Bottou, Bengio, Haffner (1998), "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 2278-2324; the article's section 4.3.
    """
    backend, X, y, dtype = backend_and_data(X, y)
    model = convolutional(backend)(input_shape, conv_layers, fc_layers)
    return train_network(backend, model, X, y, dtype, batch_size, epochs, learning_rate, seed)


@definition
def convolutional(backend):
    """``convolutional(backend)(input_shape, conv_layers, fc_layers)``, as in the recipe."""
    nn = backend.nn

    class ConvolutionalNetwork(Predicts, nn.Module):
        """images (N, C, H, W) -> logits (N, K)."""

        def __init__(self, input_shape, conv_layers, fc_layers):
            super().__init__()
            self.input_shape = _image_shape(input_shape)
            C, H, W = self.input_shape
            layers = []
            keys = ("filters", "kernel_size", "activation", "pool_size")
            for i, layer in enumerate(check_layers("conv_layers", conv_layers, keys)):
                where = f"conv_layers[{i}]"
                F = check_count(f"{where}['filters']", layer["filters"])
                kernel = R, S = _pair(f"{where}['kernel_size']", layer["kernel_size"])
                pool = _pair(f"{where}['pool_size']", layer["pool_size"])
                layers += [
                    nn.Conv2d(C, F, kernel),  # (N, C, H, W) -> (N, F, H - R + 1, W - S + 1)
                    activation(nn, layer["activation"], where),
                    nn.MaxPool2d(pool),
                ]
                C, before = F, (H, W)
                H, W = (H - R + 1) // pool[0], (W - S + 1) // pool[1]
                if min(before[0] - R, before[1] - S) < 0 or min(H, W) < 1:
                    raise ValueError(
                        f"{where}: a kernel {R} x {S} and windows {pool[0]} x {pool[1]} leave "
                        f"nothing of an image of {before[0]} x {before[1]}"
                    )
            self.features = nn.Sequential(*layers)
            self.read_out, self.answer = read_out(nn, C * H * W, fc_layers)
            self.classes = self.read_out[-1].out_features

        def forward(self, x):
            return self.read_out(self.features(x).flatten(1))

        def check_examples(self, X):
            """X, if it holds images of the right shape; floating, whole numbers become so."""
            if tuple(X.shape[1:]) != self.input_shape:
                raise ValueError(
                    f"X should have shape (N, C, H, W) with (C, H, W) = {self.input_shape}, "
                    f"the input_shape, received {tuple(X.shape)}"
                )
            return X.to(next(self.parameters()).dtype)

    return ConvolutionalNetwork


def _image_shape(input_shape):
    if not isinstance(input_shape, (list, tuple)) or len(input_shape) != 3:
        raise ValueError(f"input_shape should be (C, H, W), of one image, received {input_shape!r}")
    return tuple(check_count("input_shape", size) for size in input_shape)


def _pair(name, size):
    sizes = tuple(size) if isinstance(size, (list, tuple)) else (size, size)
    if len(sizes) != 2:
        raise ValueError(f"{name} should be an int or a pair, received {size!r}")
    return tuple(check_count(name, n) for n in sizes)
