"""Data as tensors of the model's backend, on the model's device."""

import numpy as np


def place(backend, device, name, values):
    """``values`` (array, tensor or nested list) as a detached tensor on the device.

    name: what to call it in an error. Raises TypeError for text, objects and the other backend's
    tensors.
    """
    if isinstance(values, backend.Tensor):
        return values.detach().to(device)
    if hasattr(values, "detach"):
        raise TypeError(
            f"{name} is a {type(values).__module__}.{type(values).__name__}, but the model "
            f"computes with {backend.__name__}: pass NumPy arrays, which suit both"
        )
    array = np.asarray(values, order="C")  # torch takes no negative strides
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} should hold numbers, received an array of {array.dtype}: "
            "encode text and categories as numbers first"
        )
    return backend.tensor(array).to(device)


def dtype_name(dtype):
    """ "float32" for torch.float32."""
    return str(dtype).rpartition(".")[2]
