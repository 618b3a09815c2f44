"""save and load as safetensors files: names and numbers, nothing that could run.

A dict of tensors, as ``model.state_dict()``, is a plain safetensors file that PyTorch reads with
``safetensors.torch.load_file``, and the other way round. A checkpoint of nested dicts, lists,
numbers and texts keeps its tensors in the same way, under names made of their path; how they hang
together stands in the file's metadata as JSON.
Source: the safetensors format, https://github.com/huggingface/safetensors.
"""

import json
import os

from .device import device as Device
from .functions.create import from_numpy
from .tensor import Tensor

STRUCTURE = "dlcore.structure"


def save(obj, f):
    """Write a state dict, or a checkpoint, to the path or binary file object ``f``.

    obj: tensors, numbers, texts, None, and dicts, lists and tuples of such.
    TypeError for anything else, before anything is written, RuntimeError for a folder that is not
    there. A path is replaced as a whole or not
    at all.
    """
    from safetensors import numpy as safetensors

    arrays, metadata = _taken_apart(obj)
    if hasattr(f, "write"):
        f.write(safetensors.save(arrays, metadata))
        return
    folder = os.path.dirname(os.path.abspath(f))
    if not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    part = f"{os.fspath(f)}.{os.getpid()}.part"  # another program that saves there has its own
    try:
        safetensors.save_file(arrays, part, metadata)
        os.replace(part, f)
    finally:
        if os.path.exists(part):
            os.remove(part)


def load(f, map_location=None, *, weights_only=True):
    """Read what ``save`` wrote, or a safetensors file, from a path or a binary file object.

    map_location: "cpu" or None, a dict that maps to these, or a function (tensor, "cpu") -> tensor.
    weights_only: there is nothing else in such a file. ValueError for another kind of file.
    """
    from safetensors import SafetensorError

    where = _location(map_location)
    try:
        arrays, metadata = _read(f)
    except SafetensorError as error:
        name = getattr(f, "name", "the file object") if hasattr(f, "read") else os.fspath(f)
        raise ValueError(
            f"{name!r} is not a safetensors file ({error}). A file of torch.save must first be "
            "converted with safetensors.torch.save_file: pickle is not read here, it can run code."
        ) from error
    tensors = {name: where(from_numpy(array)) for name, array in arrays.items()}
    if STRUCTURE not in metadata:
        return tensors
    return _put_together(json.loads(metadata[STRUCTURE]), tensors)


def _location(map_location):
    """What is done with each tensor that was read."""
    if callable(map_location):

        def where(tensor):
            moved = map_location(tensor, "cpu")
            return tensor if moved is None else moved

        return where
    names = map_location.values() if isinstance(map_location, dict) else (map_location,)
    for name in names:
        Device(name or "cpu")
    return lambda tensor: tensor


def _read(f):
    """The arrays of a file by name, and its metadata."""
    from safetensors import SafetensorError, safe_open
    from safetensors import numpy as safetensors

    if not hasattr(f, "read"):
        with safe_open(f, framework="np") as file:
            for name in file.keys():
                _check_kind(name, file.get_slice(name).get_dtype())
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}
    data = f.read()
    arrays = {name: array.copy() for name, array in safetensors.load(data).items()}
    # The format: 8 bytes with the header's length, then the header as JSON.
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 + length:
        raise SafetensorError("it ends within its header")
    return arrays, json.loads(data[8 : 8 + length]).get("__metadata__", {})


def _check_kind(name, kind):
    """TypeError for what NumPy cannot hold; kind: as safetensors writes it, "F32" or "BF16"."""
    if kind.startswith(("BF16", "F8_", "F6_", "F4")):
        raise TypeError(
            f"load: {name!r} is of kind {kind}, which NumPy has not: save it from PyTorch as "
            "float32, tensor.float()"
        )


def _taken_apart(obj):
    """The arrays of an object by name, and metadata that says how they hang together."""
    # safetensors writes memory as it lies: an array that is a transposed view must be laid out.
    if isinstance(obj, dict) and all(
        isinstance(k, str) and isinstance(v, Tensor) for k, v in obj.items()
    ):
        return {name: value._array.copy(order="C") for name, value in obj.items()}, None
    arrays = {}
    structure = _described(obj, (), arrays)
    return arrays, {STRUCTURE: json.dumps(structure)}


def _described(obj, path, arrays):
    """An object as JSON holds it: a list whose first entry says what it is, or a plain value.

    Tensors go to ``arrays``, under a name made of the path to them.
    """
    if obj is None or type(obj) in (bool, int, str) or isinstance(obj, float):
        return obj
    if isinstance(obj, Tensor):
        name = "/".join(map(str, path)) or "tensor"
        while name in arrays:
            name += "'"
        arrays[name] = obj._array.copy(order="C")
        return ["tensor", name]
    if isinstance(obj, dict):
        items = [[_key(k, path), _described(v, (*path, k), arrays)] for k, v in obj.items()]
        return ["dict", items]
    if isinstance(obj, (list, tuple)):
        kind = "list" if isinstance(obj, list) else "tuple"
        return [kind, [_described(v, (*path, i), arrays) for i, v in enumerate(obj)]]
    raise TypeError(f"save: {_at(path)} is a {_refused(obj)}")


def _key(key, path):
    if key is None or type(key) in (bool, int, str, float):
        return key
    raise TypeError(f"save: a key of {_at(path)} is a {_refused(key)}")


def _refused(obj):
    return (
        f"{type(obj).__name__}, which a file of names and numbers does not hold. Save tensors, "
        "numbers, texts, and dicts, lists and tuples of these: model.state_dict() instead of the "
        "model, .item() instead of a NumPy number"
    )


def _at(path):
    return "the object" + "".join(f"[{key!r}]" for key in path)


def _put_together(structure, tensors):
    if not isinstance(structure, list):
        return structure
    kind, value = structure
    if kind == "tensor":
        return tensors[value]
    if kind == "dict":
        return {key: _put_together(v, tensors) for key, v in value}
    parts = [_put_together(v, tensors) for v in value]
    return parts if kind == "list" else tuple(parts)
