"""The network of 10 inputs, 10, 10 and 1 neurons of the second article, by hand.

The article's section 4 describes it to a framework, whose code computes everything. Here is the
computation: the layers, the loss, the chain rule and Adam. What the article says and does wrong:

* Its targets are ``np.random.rand(1000, 1)``, drawn apart from the inputs. There is nothing to
  learn: the best answer is the mean, 0.5, and the loss comes no lower than log 2 = 0.693, but for
  what it learns by heart.
* It reports accuracy. That counts answers which, rounded to 0 or 1, equal the target, and a real
  number hardly ever equals 0 or 1: it stays at 0 and says nothing.
* It judges the network on the examples it has been trained on; nothing is kept for validation.
* It speaks of three layers and then describes four, the inputs among them. Inputs are numbers and
  have no weights: the three layers are the 10, 10 and 1 neurons of the code.
"""

import itertools

import numpy as np

from ..checks import check_count, check_learning_rate
from ..data.draw import generator as draw
from .inputs import (
    check_between_0_and_1,
    check_finite,
    functions_of,
    like,
    same_kind,
    same_precision,
    sigmoid,
)

WIDTHS = (10, 10, 10, 1)


def network_10_10_10_1(
    x_train, y_train, epochs=10, batch_size=32, learning_rate=0.001, seed=0, theta=None
):
    """The article's network, trained with Adam on binary cross-entropy; returns a Network.

    x_train: (N, 10). y_train: (N,) or (N, 1), numbers between 0 and 1. Both are arrays or nested
    lists, or both are tensors of one backend on one device. epochs: how often all examples are
    seen, in mini-batches of ``batch_size`` in a new order each time. seed: of the starting weights
    and the order, which NumPy draws, so that both backends begin and go on alike. theta: starting
    weights [W1, b1, W2, b2, W3, b3] instead, with W (inputs, outputs), of the same kind.

    Raises TypeError for mixed kinds and non-numbers; ValueError for shapes that do not fit and
    numbers outside their range; FloatingPointError for nan and infinity in the data, and if the
    loss leaves the finite numbers.
    Source: the second article, section 4; Kingma, Ba (2015), "Adam: A method for stochastic
    optimization", arXiv:1412.6980, algorithm 1; starting weights: Glorot, Bengio (2010), AISTATS,
    equation 16.
    """
    epochs = check_count("epochs", epochs)
    batch_size = check_count("batch_size", batch_size)
    learning_rate = check_learning_rate(learning_rate, "learning_rate")
    generator = draw(seed)
    backend, x, y, theta = _checked(x_train, y_train, theta, generator)
    with np.errstate(over="ignore", invalid="ignore"):  # reported once, with the cause
        return _train(backend, x, y, theta, epochs, batch_size, learning_rate, generator)


def _train(backend, x, y, theta, epochs, batch_size, learning_rate, generator):
    """Mini-batches and Adam's steps."""
    network, N = Network(theta), len(x)
    first = [0 * p for p in theta]  # Adam's mean of the gradients, per weight
    second = [0 * p for p in theta]  # and of their squares
    step = 0
    for _ in range(epochs):
        order = generator.permutation(N)
        if backend:
            order = backend.tensor(order).to(x.device)
        losses, right = 0.0, 0
        for start in range(0, N, batch_size):
            batch = order[start : start + batch_size]
            loss, gradients, z = loss_and_gradients(network.theta, x[batch], y[batch])
            losses += float(loss) * len(z)
            right += int(((z > 0) == y[batch]).sum())  # sigmoid(z) > 1/2 is z > 0
            step += 1
            first = [0.9 * m + 0.1 * g for m, g in zip(first, gradients, strict=True)]
            second = [0.999 * v + 0.001 * g * g for v, g in zip(second, gradients, strict=True)]
            # The means begin at 0; dividing by what they have seen so far takes that back.
            scale = learning_rate / (1 - 0.9**step)
            network.theta = [
                p - scale * m / ((v / (1 - 0.999**step)) ** 0.5 + 1e-8)
                for p, m, v in zip(network.theta, first, second, strict=True)
            ]
        if not np.isfinite(losses):
            raise FloatingPointError(
                f"the loss is not finite after {step} steps with learning_rate={learning_rate:g}: "
                "use a smaller one, or standardise the columns of x_train"
            )
        network.history["loss"].append(losses / N)
        network.history["accuracy"].append(right / N)
    return network


class Network:
    """The weights ``theta``, and ``history``: loss and accuracy of each epoch while it trained."""

    def __init__(self, theta):
        self.theta = theta
        self.history = {"loss": [], "accuracy": []}

    def predict(self, X):
        """The probabilities (N, 1) of a yes for X (N, 10), of the kind of the weights."""
        _, x, _, theta = _checked(X, None, self.theta, None)
        return sigmoid(_forward(theta, x)[-1])


def loss_and_gradients(theta, x, y):
    """The loss, its gradients [dW1, db1, dW2, db2, dW3, db3] and the logits of one batch.

    theta: [W1, b1, W2, b2, W3, b3]. x: (N, 10), y: (N, 1), of theta's kind and precision.
    """
    _, _, W2, _, W3, _ = theta
    a1, a2, z = _forward(theta, x)
    exp, log1p = (getattr(functions_of(z), name) for name in ("exp", "log1p"))
    # -y log sigmoid(z) - (1 - y) log(1 - sigmoid(z)), rearranged so that no exp can overflow.
    loss = (z * (z > 0) - z * y + log1p(exp(-abs(z)))).mean()

    dz = (sigmoid(z) - y) / len(x)  # (N, 1): sigmoid' cancels against the loss's denominator
    dW3, db3 = a2.T @ dz, dz.sum(0)
    dz2 = (dz @ W3.T) * (a2 > 0)  # (N, 10): relu' is 1 where the neuron fired, else 0
    dW2, db2 = a1.T @ dz2, dz2.sum(0)
    dz1 = (dz2 @ W2.T) * (a1 > 0)
    dW1, db1 = x.T @ dz1, dz1.sum(0)
    return loss, [dW1, db1, dW2, db2, dW3, db3], z


def _forward(theta, x):
    """The two hidden layers (N, 10) after their ReLU, and the logit (N, 1)."""
    W1, b1, W2, b2, W3, b3 = theta
    z1 = x @ W1 + b1
    a1 = z1 * (z1 > 0)
    z2 = a1 @ W2 + b2
    a2 = z2 * (z2 > 0)
    return a1, a2, a2 @ W3 + b3


def _glorot(generator):
    """Weights with the variance 2 / (inputs + outputs), biases of 0."""
    theta = []
    for inputs, outputs in itertools.pairwise(WIDTHS):
        limit = np.sqrt(6 / (inputs + outputs))
        theta += [generator.uniform(-limit, limit, (inputs, outputs)), np.zeros(outputs)]
    return theta


def _checked(x, y, theta, generator):
    """The backend, x (N, 10), y (N, 1) and theta, of one kind and precision."""
    given = {"x_train": x} | ({} if y is None else {"y_train": y})
    names = [letter + digit for digit in "123" for letter in "Wb"]
    if theta is not None:
        if not isinstance(theta, (list, tuple)) or len(theta) != len(names):
            what = len(theta) if isinstance(theta, (list, tuple)) else type(theta).__name__
            raise ValueError(f"theta should be the list [{', '.join(names)}], received {what}")
        given |= dict(zip(names, theta, strict=True))
    backend, values = same_kind(**given)
    values = dict(zip(given, same_precision(backend, values), strict=True))
    x = values["x_train"]
    if x.ndim != 2 or x.shape[1] != WIDTHS[0] or not len(x):
        raise ValueError(
            f"x_train should have shape (N, {WIDTHS[0]}), a column for each input of the network, "
            f"received {tuple(x.shape)}"
        )
    check_finite(**values)
    if y is not None:
        y = values["y_train"]
        if tuple(y.shape) not in ((len(x),), (len(x), 1)):
            raise ValueError(
                f"y_train should have shape ({len(x)},) or ({len(x)}, 1), one target for each row "
                f"of x_train, received {tuple(y.shape)}"
            )
        check_between_0_and_1("y_train", y)
        y = y.reshape(-1, 1)
    if theta is None:
        theta = [like(x, p) for p in _glorot(generator)]
    else:
        theta = [values[name] for name in names]
        for i, (name, p) in enumerate(zip(names, theta, strict=True)):
            shape = WIDTHS[i // 2 : i // 2 + 2] if i % 2 == 0 else WIDTHS[i // 2 + 1 : i // 2 + 2]
            if tuple(p.shape) != shape:
                raise ValueError(f"{name} should have shape {shape}, received {tuple(p.shape)}")
    return backend, x, y, theta
