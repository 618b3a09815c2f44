"""A two-parameter slice of a real network's loss, through the weights it has now."""

from __future__ import annotations

import copy
import threading

import numpy as np

from dlcore.backend import backend_of
from dlcore.checks import check_count, check_loss, check_model, check_pair
from dlcore.data.draw import generator
from widgets.surface import Surface

__all__ = ["LossSlice", "loss_slice"]


def loss_slice(
    model, loss, X, y, directions=None, radius=1.0, seed=0, *, examples=1000, name="loss slice"
) -> LossSlice:
    """The surface L(a, b) = loss(model with weights theta + a d1 + b d2 on X, y).

    ``theta`` (D numbers) are the weights of ``model`` at this moment: they are copied together with
    the model, which is never changed and may go on training. The copy is in ``eval`` mode.

    ``loss(output, y)`` gives a scalar tensor. ``X`` and ``y`` are arrays or tensors; of more than
    ``examples`` rows an evenly spaced choice is used. ``directions`` is a pair of vectors, each
    flat (D,) in the order of ``model.parameters()`` or a sequence of one array per parameter, for
    instance the way from the first weights of a training to the last. By default they are random,
    drawn from ``seed`` and normalised filter by filter: each row of a weight matrix is as long as
    the same row of theta, so that 1 on the map means "as much again as is there".
    The map reaches from -``radius`` to ``radius`` both ways.

    Raises ValueError for directions of a wrong size, for a model without parameters, for no
    examples, for X and y of different lengths and for a radius that is not positive; TypeError for
    arguments of another kind.

    Source: Li, Xu, Taylor, Studer, Goldstein, "Visualizing the Loss Landscape of Neural Nets",
    NeurIPS 2018, section 4.
    """
    check_model(model)
    check_loss(loss)
    examples = check_count("examples", examples)
    try:
        radius = float(radius)
    except (TypeError, ValueError):
        raise TypeError(f"the radius of a loss slice is a number, received {radius!r}") from None
    if not radius > 0:
        raise ValueError(f"the radius of a loss slice must be positive, received {radius!r}")
    theta = [_array(p) for p in model.parameters()]
    if not theta:
        raise ValueError(f"{type(model).__name__} has no parameters, so its loss has no slice")
    if directions is None:
        directions = _random_directions(theta, seed)
    elif not hasattr(directions, "__len__"):
        raise TypeError(
            f"directions should be a pair of vectors (d1, d2) or None, received {directions!r}"
        )
    else:
        directions = [_per_parameter(direction, theta) for direction in directions]
        if len(directions) != 2:
            raise ValueError(f"a loss slice has 2 directions, received {len(directions)}")
    return LossSlice(model, loss, X, y, directions, radius, examples, name)


class LossSlice(Surface):
    """The surface that ``loss_slice`` makes; its gradient is the model's own, projected.

    Points are evaluated one by one, each with a forward (and backward) pass of the private copy of
    the model, always on the backend of the model whatever backend the caller names.
    """

    resolution = 41  # each of its points costs a pass over the data

    def __init__(self, model, loss, X, y, directions, radius, examples, name):
        limits = (-float(radius), float(radius))
        super().__init__(loss, limits, limits, name)
        self._model = copy.deepcopy(model).eval()
        self._model.requires_grad_(True)
        self._parameters = list(self._model.parameters())
        first = self._parameters[0]
        self._backend = backend_of(model)
        X, y = _array(X), _array(y)
        check_pair(("X", "y"), X, y)
        self._X, self._y = (_batch(self._backend, values, first, examples) for values in (X, y))
        flat = [np.concatenate([part.ravel() for part in direction]) for direction in directions]
        with self._backend.no_grad():
            self._theta = self._backend.nn.utils.parameters_to_vector(self._parameters).clone()
            self._directions = self._backend.tensor(np.stack(flat), dtype=first.dtype).to(
                first.device
            )
        # One copy of the weights serves every thread, so only one may move it at a time.
        self._moving = threading.Lock()

    def _evaluate(self, X, Y, backend, gradient):
        rows = [self._at(a, b, gradient) for a, b in zip(X.flat, Y.flat, strict=True)]
        return tuple(np.array(column).reshape(X.shape) for column in zip(*rows, strict=True))

    def _at(self, a, b, gradient):
        """(L,) or (L, dL/da, dL/db) at one point of the map, as floats."""
        backend, utils = self._backend, self._backend.nn.utils
        with self._moving, np.errstate(all="ignore"):
            with backend.no_grad():
                d1, d2 = self._directions
                theta = self._theta + float(a) * d1 + float(b) * d2
                utils.vector_to_parameters(theta, self._parameters)
                for p in self._parameters:
                    p.grad = None
            with backend.enable_grad() if gradient else backend.no_grad():
                loss = self.function(self._model(self._X), self._y)
            if not gradient:
                return (loss.item(),)
            loss.backward()
            with backend.no_grad():
                slopes = self._directions @ utils.parameters_to_vector(
                    backend.zeros_like(p) if p.grad is None else p.grad for p in self._parameters
                )
            return loss.item(), slopes[0].item(), slopes[1].item()


def _random_directions(theta, seed):
    """Two directions of one array per parameter, each filter as long as the filter of theta."""
    drawn = generator(seed)
    return [[_like_filters(drawn, part) for part in theta] for _ in range(2)]


def _like_filters(drawn, weight):
    direction = drawn.standard_normal(weight.shape)
    # A row of a matrix (a filter of a convolution) makes one unit; a bias vector counts as one.
    axes = tuple(range(1, weight.ndim)) or None
    own = np.sqrt((weight.astype(np.float64) ** 2).sum(axis=axes, keepdims=True))
    return direction * own / np.sqrt((direction**2).sum(axis=axes, keepdims=True))


def _per_parameter(direction, theta):
    """One array per parameter, from a flat vector or from a sequence of arrays or tensors."""
    if isinstance(direction, (list, tuple)) and direction and not np.isscalar(direction[0]):
        parts = [_array(part) for part in direction]
        if [part.shape for part in parts] != [weight.shape for weight in theta]:
            raise ValueError(
                f"a direction needs the shapes of the parameters {[w.shape for w in theta]}, "
                f"received {[part.shape for part in parts]}"
            )
        return parts
    flat, sizes = _array(direction), [weight.size for weight in theta]
    if flat.shape != (sum(sizes),):
        raise ValueError(
            f"a direction needs one number for each of the {sum(sizes)} weights, "
            f"received the shape {flat.shape}"
        )
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return [part.reshape(weight.shape) for part, weight in zip(parts, theta, strict=True)]


def _array(values):
    """A NumPy copy of an array or of a tensor of either backend, on whatever device it is."""
    if hasattr(values, "detach"):
        values = values.detach().to("cpu").numpy()
    return np.array(values)


def _batch(backend, values, parameter, examples):
    """At most ``examples`` evenly spaced rows as a tensor; floats take the dtype of the model."""
    if len(values) > examples:
        values = values[np.linspace(0, len(values) - 1, examples).round().astype(int)]
    dtype = parameter.dtype if values.dtype.kind == "f" else None
    return backend.tensor(values, dtype=dtype).to(parameter.device)
