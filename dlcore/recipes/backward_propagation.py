"""Back-propagation through a network of sigmoid neurons: section 4.2 of the first article.

The article's listing returns no gradient of anything; here each point is put right.

* It reads activations it never computed (``cache`` holds X for every layer) and goes through the
  layers from the last to the first while it computes them; here a forward pass comes first.
* It takes half the length of ``theta`` for the number of layers, so two entries to a layer, yet
  reads ``theta[i + 1]`` as the weights of layer i and uses no bias; here theta is
  [W1, b1, W2, b2, ...], and all of it is used.
* It makes the gradients with ``np.zeros`` of the parameters themselves, where a shape is wanted: a
  TypeError for every array, so that nothing after it is ever reached. Nor has the first entry of
  theta a gradient. Here each entry has one, of its shape.
* sigmoid' = a (1 - a) is a product element by element; the listing takes the matrix product of
  1 - a and a, (m, n) by (m, n), which exists only where m = n.
* No error comes back through W^T; the chain rule needs delta @ W.T in every layer but the last.
* At the output it adds a product with y to (1 - y) times a product with the last parameters, which
  is the derivative of no loss. For the sigmoid with binary cross-entropy, the loss that goes with
  it, the error there is (a - y) / m and nothing else.
* The output layer has no activation, while the formula beside it is the sigmoid's.
* ``sigmoid`` is not defined, and the gradients are flattened, so that they no longer fit theta.
* ``learning_rate`` is not used, rightly: back-propagation computes gradients and is no optimiser.
  The step theta - learning_rate * gradient is gradient descent's.
"""

from ..checks import check_learning_rate
from .inputs import (
    check_between_0_and_1,
    check_finite,
    same_kind,
    same_precision,
    sigmoid,
)


def backward_propagation(X, y, theta, m, learning_rate):
    """The gradient of a sigmoid network's loss with respect to each entry of ``theta``.

    The network is a_0 = X, z_l = a_{l-1} W_l + b_l, a_l = sigmoid(z_l), and the loss is binary
    cross-entropy, L = -1/m * sum(y log a_L + (1 - y) log(1 - a_L)).

    X: (m, n). y: (m, k), or (m,) for k = 1, numbers between 0 and 1. theta: the list
    [W1, b1, W2, b2, ...] with W_l (neurons before, neurons) and b_l (neurons,). All are arrays or
    nested lists, or all are tensors of one backend on one device. m: the number of examples.
    learning_rate: belongs to the article's signature, is checked and has no part in a gradient.
    Returns the list [dL/dW1, dL/db1, ...], of theta's kind and shapes, in the widest floating dtype
    of the inputs; the inputs stay as they are.

    Raises TypeError for mixed kinds and non-numbers; ValueError for shapes that do not fit, an m
    that is not the number of examples, y outside [0, 1] and a negative learning rate;
    FloatingPointError for nan and infinity in the data.
    Source: Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating
    errors", Nature 323, 533-536; the article's section 4.2.
    """
    check_learning_rate(learning_rate, "learning_rate")
    X, y, theta = _checked(X, y, theta, m)

    # Forwards, and keep what every layer gave: the derivatives below are made of it.
    activations = _activations(X, theta)

    # At the output the sigmoid's a (1 - a) cancels the denominator of the cross-entropy's
    # (a - y) / (a (1 - a)): that is why the two are used together.
    delta = (activations[-1] - y) / m  # dL/dz_L (m, k)
    gradients = []
    for layer in reversed(range(len(theta) // 2)):
        W, a = theta[2 * layer], activations[layer]  # z = a W + b
        dW = a.T @ delta  # sums a times delta over the examples
        db = delta.sum(0)  # b is added to every example
        gradients = [dW, db, *gradients]
        if layer:
            da = delta @ W.T  # each neuron's share in all the errors that it fed
            delta = da * a * (1 - a)  # and back through its sigmoid
    return gradients


def forward_propagation(X, theta):
    """What every layer of the sigmoid network gives: the list [X, a_1, ..., a_L].

    X: (m, n), theta: [W1, b1, W2, b2, ...], as in ``backward_propagation``; the last entry, (m, k),
    is the network's answer. Raises as backward_propagation does.
    """
    X, _, theta = _checked(X, None, theta, None)
    return _activations(X, theta)


def _activations(X, theta):
    activations = [X]
    for W, b in zip(theta[::2], theta[1::2], strict=True):
        activations.append(sigmoid(activations[-1] @ W + b))
    return activations


def _checked(X, y, theta, m):
    """X, y as (m, k) and theta, of one kind and precision, with shapes that fit each other."""
    names = _names(theta)
    given = {"X": X, "y": y, **dict(zip(names, theta, strict=True))}
    if y is None:
        del given["y"]
    backend, values = same_kind(**given)
    values = dict(zip(given, same_precision(backend, values), strict=True))
    X, theta = values["X"], [values[name] for name in names]
    _check_layers(X, theta, names)
    check_finite(**values)
    if y is None:
        return X, None, theta
    y, k = values["y"], theta[-1].shape[0]
    if tuple(y.shape) not in ({(len(X), k), (len(X),)} if k == 1 else {(len(X), k)}):
        raise ValueError(
            f"y should have shape ({len(X)}, {k}), a row for each of X and a column for each "
            f"neuron of the last layer, received {tuple(y.shape)}"
        )
    check_between_0_and_1("y", y)
    if m != len(X):
        raise ValueError(f"m should be the number of examples, {len(X)}, received {m!r}")
    return X, y.reshape(-1, k), theta


def _names(theta):
    """W1, b1, W2, ...: one name for each entry of theta."""
    if not isinstance(theta, (list, tuple)):
        raise TypeError(
            f"theta should be the list [W1, b1, W2, b2, ...], received {type(theta).__name__}"
        )
    if not theta or len(theta) % 2:
        raise ValueError(
            "theta should hold weights and biases for each layer, [W1, b1, W2, b2, ...], "
            f"received {len(theta)} entries"
        )
    return [f"{letter}{layer + 1}" for layer in range(len(theta) // 2) for letter in "Wb"]


def _check_layers(X, theta, names):
    if X.ndim != 2 or not X.shape[0] or not X.shape[1]:
        raise ValueError(
            f"X should have shape (m, n), m examples by n features, received {tuple(X.shape)}"
        )
    before, width = "X", X.shape[1]
    for W, b, W_name, b_name in zip(theta[::2], theta[1::2], names[::2], names[1::2], strict=True):
        if W.ndim != 2 or W.shape[0] != width or not W.shape[1]:
            raise ValueError(
                f"{W_name} should have shape ({width}, neurons), because {before} has {width} "
                f"columns, received {tuple(W.shape)}"
            )
        before, width = W_name, W.shape[1]
        if tuple(b.shape) != (width,):
            raise ValueError(
                f"{b_name} should have shape ({width},), a bias for each column of {W_name}, "
                f"received {tuple(b.shape)}"
            )
