"""``torch.backends`` as far as a program asks what there is, or sets what does not matter here."""

from types import SimpleNamespace

from .tensor import outside

__all__ = ["cuda", "cudnn", "mps"]


def _never():
    return False


# Programs set these switches whether or not there is a GPU; NumPy has nothing that they would turn.
cudnn = SimpleNamespace(
    enabled=False, benchmark=False, deterministic=True, allow_tf32=False, is_available=_never
)
cuda = SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=_never)
mps = SimpleNamespace(is_available=_never, is_built=_never)

__getattr__ = outside("torch.backends")
