"""What a recipe accepts: arrays, or tensors of one backend on one device, of one precision."""

import numpy as np

from ..backend import backend_of


def same_kind(**values):
    """The backend, None for arrays, and the values: arrays, or tensors cut off from any graph.

    Raises TypeError if arrays and tensors, or tensors of two backends, are mixed, and for what
    holds no real numbers; ValueError for rows of different length and for tensors on two devices.
    """
    if not any(hasattr(v, "detach") for v in values.values()):
        return None, [_array(name, v) for name, v in values.items()]
    backend = backend_of(next(v for v in values.values() if hasattr(v, "detach")))
    if not all(isinstance(v, backend.Tensor) for v in values.values()):
        kinds = [f"{name} {type(v).__module__}.{type(v).__name__}" for name, v in values.items()]
        raise TypeError(f"{_listed(values)} should be of one kind, received {', '.join(kinds)}")
    if len({str(v.device) for v in values.values()}) > 1:
        devices = ", ".join(f"{name} on {v.device}" for name, v in values.items())
        raise ValueError(f"{_listed(values)} should be on one device, received {devices}")
    return backend, [v.detach() for v in values.values()]


def same_precision(backend, values):
    """The values in the widest floating dtype among them, for integers alone the default one."""
    if backend is None:
        floats = [a.dtype for a in values if a.dtype.kind == "f"]
        dtype = np.result_type(*floats) if floats else np.float64
        return [a.astype(dtype, copy=False) for a in values]
    floats = [v.dtype for v in values if v.is_floating_point()]
    dtype = max(floats, key=lambda d: d.itemsize) if floats else backend.float32
    return [v.to(dtype) for v in values]


def all_finite(values):
    """Whether an array or tensor holds neither nan nor infinity."""
    return bool((values - values == 0).all())


def check_finite(**values):
    """FloatingPointError names the first of the arrays or tensors that holds nan or infinity."""
    with np.errstate(invalid="ignore"):
        for name, value in values.items():
            if not all_finite(value):
                raise FloatingPointError(not_finite(name))


def not_finite(name):
    """The sentence for data that are nan or infinite."""
    return f"{name} holds numbers that are nan or infinite: remove or replace them first"


def check_between_0_and_1(name, values):
    """ValueError unless all numbers lie in [0, 1], as binary cross-entropy asks of its targets."""
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 1:
        raise ValueError(
            f"{name} should lie between 0 and 1, the probability of a yes, received values from "
            f"{low:g} to {high:g}"
        )


def _listed(names):
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _array(name, values):
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{name} should be an array of numbers, received a {type(values).__name__} whose rows "
            "differ in length or depth"
        ) from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} should hold real numbers, received dtype {array.dtype}")
    return array


def functions_of(value):
    """Where exp, log1p and tanh of this value's kind are: NumPy, or its backend."""
    return np if isinstance(value, np.ndarray) else backend_of(value)


def sigmoid(z):
    """1 / (1 + exp(-z)), by way of tanh, which does not overflow."""
    return (1 + functions_of(z).tanh(z / 2)) / 2


def like(value, array):
    """``array`` as what ``value`` is: its kind, its device and its floating dtype."""
    if isinstance(value, np.ndarray):
        return array.astype(value.dtype)
    return backend_of(value).tensor(array).to(value.device).to(value.dtype)
