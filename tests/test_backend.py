"""The two backends: what they are, and what is said when one of them or a device is missing."""

import subprocess
import sys

import pytest

import dlcore
import dlcore.reference as ref

# Python finds no module whose entry is None: the same as a machine without PyTorch.
WITHOUT_TORCH = "import sys; sys.modules['torch'] = None\n"


def run(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120
    )


def test_the_numpy_path_never_imports_torch():
    done = run(
        "import sys, dlcore, dlcore.models, dlcore.train, dlcore.data, dlcore.recipes\n"
        "backend = dlcore.get_backend('numpy')\n"
        "model = dlcore.models.mlp(backend)((3, 4, 1))\n"
        "model(backend.ones(2, 3)).sum().backward()\n"
        "assert dlcore.get_device(backend) == 'cpu'\n"
        "assert not [m for m in ('torch', 'sklearn', 'matplotlib', 'plotly') if m in sys.modules]\n"
    )
    assert done.returncode == 0, done.stderr


def test_without_torch_everything_else_works_and_the_error_says_what_to_do():
    done = run(
        WITHOUT_TORCH + "import dlcore\n"
        "assert dlcore.available_backends() == ('numpy',), dlcore.available_backends()\n"
        "backend = dlcore.get_backend('numpy')\n"
        "from dlcore.models import mlp\n"
        "mlp(backend)((3, 1))(backend.ones(2, 3)).sum().backward()\n"
        "try:\n    dlcore.get_backend('torch')\n"
        "except ImportError as error:\n    print(type(error).__name__, error)\n"
    )
    assert done.returncode == 0, done.stderr
    assert "BackendNotFoundError PyTorch is not installed here" in done.stdout
    assert 'BACKEND = "numpy"' in done.stdout


def test_backends_are_the_modules_themselves():
    torch = pytest.importorskip("torch")
    assert dlcore.get_backend("torch") is torch
    assert dlcore.get_backend("numpy") is ref
    assert dlcore.available_backends() == ("numpy", "torch")
    assert dlcore.backend.backend_of(torch.nn.Linear(1, 1)) is torch
    assert dlcore.backend.backend_of(torch.ones(1)) is torch
    assert dlcore.backend.backend_of(ref.nn.Linear(1, 1)) is ref
    with pytest.raises(TypeError, match="received list"):
        dlcore.backend.backend_of([1])


def test_an_unknown_backend_is_named():
    with pytest.raises(
        ValueError, match="unknown backend 'tensorflow'; use one of 'numpy', 'torch'"
    ):
        dlcore.get_backend("tensorflow")


def test_devices_that_are_not_there():
    assert dlcore.get_device(ref, "auto") == dlcore.get_device(ref, "cpu") == "cpu"
    with pytest.raises(RuntimeError, match="'cuda' is not there"):
        dlcore.get_device(ref, "cuda")
    torch = pytest.importorskip("torch")
    assert dlcore.get_device(torch, "auto") == ("cuda" if torch.cuda.is_available() else "cpu")
    with pytest.raises(RuntimeError, match="'gpu' is no device"):
        dlcore.get_device(torch, "gpu")
    if not torch.cuda.is_available():
        with pytest.raises(RuntimeError, match="sees no CUDA GPU here"):
            dlcore.get_device(torch, "cuda")


def test_seed_repeats():
    dlcore.seed(ref, 5)
    first = ref.rand(3).tolist()
    dlcore.seed(ref, 5)
    assert ref.rand(3).tolist() == first
