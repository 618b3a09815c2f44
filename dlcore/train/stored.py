"""A file of nested dicts, numbers and tensors: safetensors for the tensors, JSON for the rest.

There is no pickle in it, so reading a file cannot run code. Both backends write the same form.
"""

import json
import os
import zlib
from collections import Counter

import numpy as np

from .placement import dtype_name

_FORMAT = "dlcore.train checkpoint 1"
# JSON knows lists and dicts with names; these keep their type by a tag.
_TUPLE, _COUNTER, _DICT, _ARRAY, _TENSOR = "$tuple", "$counter", "$dict", "$array", "$tensor"


def write(path, backend, value):
    """Write ``value`` to ``path``, which is replaced as a whole or left as it was.

    Raises TypeError for what neither JSON nor safetensors can hold, saying where it lies, and what
    the system says to a file that cannot be written, with a note that names the path.
    """
    from safetensors.numpy import save

    arrays = {}
    text = json.dumps(_pack(value, "", arrays, backend))
    data = save(arrays, {"format": _FORMAT, "value": text, "check": _checksum(text, arrays)})
    part = f"{path}.{os.getpid()}.part"  # another run that writes there has one of its own
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # on the disk before it takes the old one's place
        os.replace(part, path)
    except OSError as error:
        before = "the one written before is as it was" if os.path.exists(path) else "there is none"
        error.add_note(f"The checkpoint {path!r} of {len(data)} bytes was not written; {before}.")
        raise
    finally:
        if os.path.exists(part):
            os.remove(part)


def read(path, backend):
    """What ``write`` wrote, its tensors on the cpu.

    Raises FileNotFoundError, and ValueError for a file that is damaged or of another kind.
    """
    from safetensors import SafetensorError, safe_open

    if not os.path.isfile(path):
        raise FileNotFoundError(f"there is no checkpoint {path!r} to resume from")
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            names = file.keys()
            # Not a checkpoint: then its arrays may be anything.
            arrays = {n: file.get_tensor(n) for n in names} if "format" in metadata else {}
    except SafetensorError as error:
        raise ValueError(
            f"{path!r} is damaged or no checkpoint of fit ({error}); it is left as it is"
        ) from None
    if metadata.get("format") != _FORMAT:
        raise ValueError(
            f"{path!r} is no checkpoint of fit. If it holds weights, load them before training: "
            "model.load_state_dict(...)"
        )
    if _checksum(metadata.get("value", ""), arrays) != metadata.get("check"):
        raise ValueError(
            f"{path!r} is damaged: its numbers are not those that were written; it is left as it is"
        )
    return _unpack(json.loads(metadata["value"]), arrays, backend)


def _checksum(text, arrays):
    """A bit that flipped on a disk should not become a weight."""
    total = zlib.crc32(text.encode())
    for name in sorted(arrays):
        total = zlib.crc32(np.ascontiguousarray(arrays[name]).reshape(-1).view(np.uint8), total)
    return f"{total:08x}"


def _pack(value, where, arrays, backend):
    """``value`` as JSON has it; its tensors and arrays go to ``arrays`` under their path."""
    if value is None or isinstance(value, (bool, int, float, str)):
        # NumPy's float64 is a float as well, and is read as one.
        return float(value) if isinstance(value, float) else value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        arrays[where] = np.array(value, order="C")
        return {_ARRAY: where}
    if isinstance(value, backend.Tensor):
        tensor, name = value.detach().cpu(), dtype_name(value.dtype)
        if name == "bfloat16":  # NumPy has none: its bits as an integer
            tensor = tensor.view(backend.int16)
        arrays[where] = np.array(tensor.numpy(), order="C")
        return {_TENSOR: where, "dtype": name}

    def inside(key, part):
        return _pack(part, f"{where}.{key}" if where else str(key), arrays, backend)

    if isinstance(value, (list, tuple)):
        parts = [inside(i, part) for i, part in enumerate(value)]
        return {_TUPLE: parts} if isinstance(value, tuple) else parts
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value) and not isinstance(value, Counter):
            return {key: inside(key, part) for key, part in value.items()}
        pairs = [[_pack(k, where, arrays, backend), inside(k, v)] for k, v in value.items()]
        return {_COUNTER if isinstance(value, Counter) else _DICT: pairs}
    raise TypeError(
        f"a checkpoint holds numbers, texts, tensors, lists and dicts; {where} is a "
        f"{type(value).__name__}"
    )


def _unpack(value, arrays, backend):
    if isinstance(value, list):
        return [_unpack(part, arrays, backend) for part in value]
    if not isinstance(value, dict):
        return value
    if _TENSOR in value:
        tensor = backend.from_numpy(arrays[value[_TENSOR]])
        return tensor.view(backend.bfloat16) if value["dtype"] == "bfloat16" else tensor
    if _ARRAY in value:
        return arrays[value[_ARRAY]]
    if _TUPLE in value:
        return tuple(_unpack(value[_TUPLE], arrays, backend))
    for tag, kind in ((_COUNTER, Counter), (_DICT, dict)):
        if tag in value:
            return kind({k: v for k, v in _unpack(value[tag], arrays, backend)})
    return {key: _unpack(part, arrays, backend) for key, part in value.items()}
