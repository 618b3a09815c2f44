"""Run a program that says ``import torch`` on the reference, unchanged."""

import contextlib
import sys

from .subset import SPACES
from .tensor import HINT


class _NothingElse:
    """An import hook: a module of torch that the subset lacks is answered in words."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(
                f"{name} is not in the reference backend's subset. {HINT}", name=name
            )


def _files():
    """The files of the packages that stand where torch's do: torch.optim.optimizer, ..."""
    found = {}
    for name, module in list(sys.modules.items()):
        root, _, path = name.partition(f"{__package__}.")
        package, _, file = path.partition(".")
        if not root and file and package in _PACKAGES:
            found[f"torch.{path}"] = module
            if package == "nn":
                found[f"torch.nn.modules.{file}"] = module  # one folder deeper than ours
    return found


_PACKAGES = ("autograd", "distributions", "nn", "optim", "utils")


@contextlib.contextmanager
def as_torch():
    """``with as_torch():`` every ``import torch...`` gives the reference's module of that name.

    A PyTorch that has been imported before is put aside meanwhile, for all threads.
    Raises ModuleNotFoundError for a module of torch that the subset does not hold.
    """
    reference = sys.modules[__package__]
    ours = {"torch": reference, "torch.nn.modules": reference.nn, **_files()}
    for name in reference.backends.__all__:
        ours[f"torch.backends.{name}"] = getattr(reference.backends, name)
    for label, path in SPACES.items():
        module = sys.modules.get(f"{__package__}.{path}")
        if module is not None:
            ours[label] = module
            parent = label.rpartition(".")[0]  # such as torch.utils, which holds no names itself
            ours.setdefault(parent, sys.modules[f"{__package__}.{path}".rpartition(".")[0]])
    before = {name: m for name, m in sys.modules.items() if name.split(".")[0] == "torch"}
    for name in before:
        del sys.modules[name]
    sys.modules.update(ours)
    sys.meta_path.insert(0, _NothingElse)
    try:
        yield reference
    finally:
        sys.meta_path.remove(_NothingElse)
        for name in ours:
            sys.modules.pop(name, None)
        sys.modules.update(before)
