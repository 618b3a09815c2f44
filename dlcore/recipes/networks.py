"""What the recipes that train a network have in common: weights to begin with, the loss, predict.

The article's listings of sections 4.3 to 4.5 share these mistakes.

* Their loss takes logits (``from_logits=True``), while a last layer with the activation "sigmoid"
  gives probabilities. Taken at its word the loss applies the sigmoid twice: it cannot fall below
  log(1 + 1/e) = 0.313 for a yes and log 2 = 0.693 for a no. Here the network computes logits, and
  the last activation is what ``predict`` applies.
* Binary cross-entropy is for yes or no. For one of K classes the loss here is cross-entropy.
* They measure accuracy on the examples that they train on, and with ``verbose=0`` show none of it.
"""

import numpy as np

from ..backend import backend_of
from ..checks import check_count, check_learning_rate
from ..data.draw import generator
from ..models.mlp import ACTIVATIONS
from ..train import fit
from .inputs import check_between_0_and_1, check_finite, same_kind


class Predicts:
    """A module whose ``forward`` gives logits (N, K), and that was trained by ``train_network``.

    ``answer``: the name of the last layer's activation; ``history``: of the training.
    """

    def predict(self, X):
        """Probabilities (N, K), or logits without a last activation, of the kind of X.

        X: examples as in training, arrays or tensors of the model's backend.
        """
        backend = backend_of(self)
        weights = next(self.parameters())
        _, (x,) = same_kind(X=X)
        arrays = isinstance(x, np.ndarray)
        if not arrays and not isinstance(x, backend.Tensor):
            raise TypeError(
                f"X should be an array or a tensor of {backend.__name__}, received "
                f"{type(x).__module__}.{type(x).__name__}"
            )
        x = backend.tensor(x) if arrays else x
        x = self.check_examples(x.to(weights.dtype) if x.is_floating_point() else x)
        with backend.no_grad():
            logits = self(x.to(weights.device))
            answer = _ANSWERS[self.answer](logits)
        return answer.cpu().numpy() if arrays else answer


_ANSWERS = {
    None: lambda z: z,
    "linear": lambda z: z,
    "sigmoid": lambda z: z.sigmoid(),
    "softmax": lambda z: z.softmax(1),
}


def activation(nn, name, where):
    """The layer for an activation's name."""
    if name in (None, "linear"):
        return nn.Identity()
    if name not in ACTIVATIONS:
        raise ValueError(
            f"{where}: activation should be one of {', '.join(ACTIVATIONS)}, 'linear' or None, "
            f"received {name!r}"
        )
    return getattr(nn, ACTIVATIONS[name])()


def check_layers(name, layers, keys):
    """The list of layers' settings, each a dict with exactly these keys."""
    if isinstance(layers, dict):
        layers = [layers]
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(
            f"{name} should be a list of dicts, one for each layer, received {layers!r}"
        )
    for i, layer in enumerate(layers):
        if not isinstance(layer, dict) or set(layer) != set(keys):
            received = sorted(map(str, layer)) if isinstance(layer, dict) else repr(layer)
            raise ValueError(
                f"{name}[{i}] should be a dict with the keys {', '.join(keys)}, received {received}"
            )
    return layers


def read_out(nn, width, fc_layers):
    """Dense layers from ``width`` features to the logits, and the last one's activation's name."""
    fc_layers = check_layers("fc_layers", fc_layers, ("units", "activation"))
    layers = []
    for i, layer in enumerate(fc_layers):
        where = f"fc_layers[{i}]"
        units = check_count(f"{where}['units']", layer["units"])
        layers.append(nn.Linear(width, units))
        width = units
        if i < len(fc_layers) - 1:
            layers.append(activation(nn, layer["activation"], where))
    answer = fc_layers[-1]["activation"]
    if answer not in _ANSWERS:
        raise ValueError(
            f"{where}: the last layer's activation should be 'sigmoid', 'softmax', 'linear' or "
            f"None, received {answer!r}"
        )
    if answer == "softmax" and width == 1:
        raise ValueError(f"{where}: a softmax over 1 unit is always 1: use 'sigmoid'")
    return nn.Sequential(*layers), answer


def backend_and_data(X, y):
    """The backend, X and y as its tensors, and the dtype of the weights.

    Arrays become tensors of the reference. X's floating dtype is the weights', for integers it is
    float32.
    """
    backend, (X, y) = same_kind(X=X, y=y)
    if backend is None:
        from .. import reference as backend

        X, y = backend.tensor(X), backend.tensor(y)
    for name, value in (("X", X), ("y", y)):
        if not value.ndim or not value.numel():
            raise ValueError(f"{name} holds no examples, received shape {tuple(value.shape)}")
        if value.is_floating_point():
            check_finite(**{name: value})
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} examples and y has {len(y)}: the first axes should agree")
    return backend, X, y, X.dtype if X.is_floating_point() else backend.float32


def train_network(backend, model, X, y, dtype, batch_size, epochs, learning_rate, seed):
    """Train with Adam on the loss that fits y, from weights that NumPy draws for ``seed``."""
    batch_size, epochs = check_count("batch_size", batch_size), check_count("epochs", epochs)
    learning_rate = check_learning_rate(learning_rate, "learning_rate")
    start(backend, model, seed)
    model.to(dtype).to(X.device)
    X = model.check_examples(X.to(dtype) if X.is_floating_point() else X)
    y, loss = _targets(backend, y, dtype, model)
    optimizer = backend.optim.Adam(model.parameters(), lr=learning_rate)
    model.history = fit(
        model,
        (X, y),
        loss=loss,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        device=str(X.device),
        seed=seed,
    )
    return model.eval()


def start(backend, model, seed):
    """Weights from NumPy, so that both backends begin alike.

    Matrices and kernels: uniform with variance 2 / (inputs + outputs) (Glorot, Bengio 2010),
    embeddings: normal with variance 1, biases 0. What else has one axis keeps what its layer gave
    it, such as the ones of a layer normalisation.
    """
    draw = generator(seed)
    embeddings = {id(m.weight) for m in model.modules() if isinstance(m, backend.nn.Embedding)}
    for name, p in model.named_parameters():
        shape = tuple(p.shape)
        if id(p) in embeddings:
            values = draw.standard_normal(shape)
        elif len(shape) > 1:
            limit = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
            values = draw.uniform(-limit, limit, shape)
        elif "bias" in name:
            values = np.zeros(shape)
        else:
            continue
        p.detach().copy_(backend.tensor(values))


def _targets(backend, y, dtype, model):
    """y as the loss wants it, and the loss: classes (N,), or yes and no (N, K)."""
    F, K = backend.nn.functional, model.classes
    if y.ndim == 1 and K > 1:
        if model.answer == "sigmoid":
            raise ValueError(
                f"y holds class numbers, and the last layer's {K} sigmoids answer {K} questions "
                "apart from each other: use activation='softmax', or y of shape (N, "
                f"{K}) with 0 and 1"
            )
        whole = y.to(backend.int64)
        low, high = int(whole.min()), int(whole.max())
        if not bool((whole == y).all()) or low < 0 or high >= K:
            raise ValueError(
                f"y should hold class numbers from 0 to {K - 1}, one of the {K} units of the last "
                f"layer, received numbers from {float(y.min()):g} to {float(y.max()):g}"
            )
        return whole, F.cross_entropy
    if tuple(y.shape) not in {(len(y), K)} | ({(len(y),)} if K == 1 else set()):
        raise ValueError(
            f"y should have shape (N,), the classes, or (N, {K}), an answer for each unit of the "
            f"last layer, received {tuple(y.shape)}"
        )
    if model.answer == "softmax":
        raise ValueError(
            "with a softmax an example belongs to one class: y should have shape (N,) and hold "
            "class numbers, for example y.argmax(1)"
        )
    y = y.to(dtype).reshape(-1, K)
    check_between_0_and_1("y", y)
    return y, F.binary_cross_entropy_with_logits
