"""What the reference holds of torch, read off the package itself.

``python -m dlcore.reference.subset`` prints the table that stands in the README.
"""

import inspect
import sys

SPACES = {
    "torch": "",
    "torch.Tensor": "Tensor",
    "torch.autograd": "autograd",
    "torch.autograd.functional": "autograd.functional",
    "torch.backends": "backends",
    "torch.nn": "nn",
    "torch.nn.functional": "nn.functional",
    "torch.nn.init": "nn.init",
    "torch.nn.utils": "nn.utils",
    "torch.nn.utils.rnn": "nn.utils.rnn",
    "torch.utils.data": "utils.data",
    "torch.linalg": "linalg",
    "torch.distributions": "distributions",
    "torch.cuda": "cuda",
    "torch.cuda.amp": "cuda.amp",
    "torch.amp": "amp",
    "torch.nn.parallel": "nn.parallel",
    "torch.optim": "optim",
    "torch.optim.lr_scheduler": "optim.lr_scheduler",
}

# In the same place, but ours: the registry of rules and what goes with it.
OWN = {
    "GradientMismatch",
    "HINT",
    "outside",
    "REGISTRY",
    "Rule",
    "apply",
    "check_pair",
    "check_rule",
    "register",
    "rule",
    "with_out",
}


def space(path, root=None):
    """The module or class at a dotted path below ``root`` (by default, the reference)."""
    thing = root or sys.modules[__package__]
    for part in filter(None, path.split(".")):
        thing = getattr(thing, part)
    return thing


def names(path):
    """The public names of one space that torch has too, sorted."""
    owner = space(path)
    listed = getattr(owner, "__all__", None) or dir(owner)
    return sorted(n for n in listed if _is_public(owner, n) and n not in OWN)


def _is_public(owner, name):
    if name.startswith("_"):
        return False
    thing = inspect.getattr_static(owner, name, None)
    if inspect.ismodule(thing):
        return False  # a space of its own, or a file of ours
    if inspect.isclass(owner):
        return True
    # What a module has imported for its own use is no part of its space.
    home = getattr(thing, "__module__", None)
    return home is None or home.startswith("dlcore.reference")


def table():
    """The table as Markdown."""
    rows = ["| in | the subset holds |", "|---|---|"]
    for label, path in SPACES.items():
        rows.append(f"| `{label}` | {' '.join(f'`{name}`' for name in names(path))} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
