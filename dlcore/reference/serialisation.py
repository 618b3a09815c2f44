"""save and load of state dicts as safetensors files: names and numbers, nothing that could run."""

import os

from .device import device as Device
from .functions.create import from_numpy
from .tensor import Tensor


def save(obj, f):
    """Write a dict of tensors (a module's ``state_dict()``) to the path ``f``.

    Raises TypeError for anything but a dict of tensors. The file is replaced as a whole or not at
    all. Source: the safetensors format; PyTorch reads the file with safetensors.torch.load_file.
    """
    from safetensors.numpy import save_file

    if not isinstance(obj, dict) or not all(isinstance(v, Tensor) for v in obj.values()):
        raise TypeError(
            "save: expected a dict of tensors such as model.state_dict(), received "
            f"{type(obj).__name__}; nested dicts and other objects are not in the subset"
        )
    # safetensors writes memory as it lies: an array that is a transposed view must be laid out
    # first.
    arrays = {name: value._array.copy(order="C") for name, value in obj.items()}
    part = f"{os.fspath(f)}.part"
    try:
        save_file(arrays, part)
        os.replace(part, f)
    finally:
        if os.path.exists(part):
            os.remove(part)


def load(f, map_location=None, *, weights_only=True):
    """Read what ``save`` wrote: a dict of tensors. ValueError for another kind of file.

    map_location: "cpu" or None. weights_only: there is nothing else in such a file.
    """
    Device(map_location or "cpu")
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: from_numpy(array) for name, array in load_file(f).items()}
    except SafetensorError as error:
        raise ValueError(
            f"{os.fspath(f)!r} is not a safetensors file ({error}). A file of torch.save must "
            "first be converted with safetensors.torch.save_file: pickle is not read here, it "
            "can run code."
        ) from error
