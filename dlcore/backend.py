"""The two backends. This is the one place that imports torch, and only when it is asked for."""

import importlib
import importlib.util
import sys

_MODULES = {"numpy": "dlcore.reference", "torch": "torch"}


class BackendNotFoundError(ImportError):
    """The backend exists, but is not installed on this machine."""


def available_backends():
    """The names of the backends that can be used here: ("numpy",) or ("numpy", "torch")."""
    return tuple(n for n, module in _MODULES.items() if importlib.util.find_spec(module))


def get_backend(name):
    """The backend as a module: ``dlcore.reference`` for "numpy", the module ``torch`` for "torch".

    Raises ValueError for another name, BackendNotFoundError if PyTorch is not installed.
    """
    if name not in _MODULES:
        raise ValueError(f"unknown backend {name!r}; use one of {', '.join(map(repr, _MODULES))}")
    try:
        return importlib.import_module(_MODULES[name])
    except ModuleNotFoundError as error:
        if name != "torch" or error.name != "torch":
            raise
        raise BackendNotFoundError(
            "PyTorch is not installed here, so the backend 'torch' is not available. Install it "
            "with "
            '`python -m pip install torch`, or use BACKEND = "numpy": everything but the GPU works.'
        ) from None


def backend_of(thing):
    """The backend that a module or a tensor belongs to; TypeError if it belongs to neither."""
    # A torch object can only exist once torch has been imported, so nothing is imported here.
    for name, module in _MODULES.items():
        backend = sys.modules.get(module)
        if backend is not None and isinstance(thing, (backend.Tensor, backend.nn.Module)):
            return get_backend(name)
    raise TypeError(
        f"expected a module or tensor of one of the backends, received {type(thing).__name__}"
    )


def name_of(backend):
    """ "numpy" or "torch" for a backend as a module; the other one is not imported for it."""
    return "torch" if backend is sys.modules.get(_MODULES["torch"]) else "numpy"


def get_device(backend, device="auto"):
    """A device name for ``.to``: what ``device`` says, or for "auto" the GPU if there is one.

    Raises RuntimeError if the device is not there.
    """
    reference = name_of(backend) == "numpy"
    if device == "auto":
        return "cpu" if reference or not backend.cuda.is_available() else "cuda"
    if reference:
        return str(backend.device(device))
    try:
        kind = backend.device(device).type
    except RuntimeError as error:
        raise RuntimeError(f"{device!r} is no device; use 'auto', 'cpu' or 'cuda'") from error
    if kind == "cuda" and not backend.cuda.is_available():
        raise RuntimeError(
            f"device {device!r} was asked for, but PyTorch sees no CUDA GPU here "
            "(torch.cuda.is_available() is False). Use 'auto' or 'cpu'."
        )
    try:
        backend.empty(0, device=device)
    except Exception as error:
        raise RuntimeError(
            f"device {device!r} is not there ({error}). Use 'auto' or 'cpu'."
        ) from error
    return str(device)


def seed(backend, number):
    """Start the backend's random numbers anew. The two backends draw different numbers."""
    backend.manual_seed(number)
