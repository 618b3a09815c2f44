"""What all optimisers share: groups of parameters, and a state for each parameter."""

import copy
from collections import defaultdict

import numpy as np

from ..grad_mode import enable_grad
from ..tensor import Tensor

HOW = {"foreach", "fused", "capturable", "differentiable"}  # of PyTorch, with the same result
LATER = {"maximize", "decoupled_weight_decay"}  # older files do not have them
NUMBERS = {"step", "mu_product"}  # one for a parameter, not one for each of its elements


def _as_tensor(value):
    """State as it is saved: copies of arrays, and numbers as tensors, as PyTorch has them."""
    if isinstance(value, Tensor):
        return value
    return Tensor._wrap(np.array(value, None if isinstance(value, np.ndarray) else np.float32))


def _as_kept(name, value, p):
    """State as it is used, from a tensor of either backend."""
    if name in NUMBERS:
        return value.item() if hasattr(value, "item") else value
    array = value._array if isinstance(value, Tensor) else np.asarray(value)
    return array.astype(p._array.dtype)  # a copy


def settings(arguments):
    """The settings among the ``locals()`` of a constructor: all but self and params."""
    return {k: v for k, v in arguments.items() if k not in ("self", "params", "__class__")}


def number(name, value, low=0.0, below=None, upto=None):
    """ValueError unless ``value`` is a finite number in [low, below), or in [low, upto]."""
    if not isinstance(value, (int, float, np.number)):
        raise TypeError(f"Invalid {name}: expected a number, received {value!r}")
    if (
        not np.isfinite(value)
        or value < low
        or (below is not None and value >= below)
        or (upto is not None and value > upto)
    ):
        limit = f" and below {below}" if below is not None else ""
        limit = f" and at most {upto}" if upto is not None else limit
        raise ValueError(
            f"Invalid {name}: {value}; it must be a finite number, at least {low}{limit}"
        )


class Optimizer:
    """Base class. A subclass checks its settings and defines ``update(p, g, state, group)``.

    params: tensors, or dicts {"params": tensors, **settings of that group}.
    param_groups: list of dicts with "params" and every setting. state: parameter -> dict of arrays
    and numbers.
    """

    keeps = None  # the names in the state of a parameter, if they are known

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise TypeError("params should be an iterable of tensors or dicts; write [tensor]")
        self.defaults, self.state, self.param_groups = defaults, defaultdict(dict), []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Take in further parameters, with settings of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, received {type(param_group).__name__}")
        group = {
            k: v.item() if isinstance(v, Tensor) and k != "params" else v
            for k, v in {**self.defaults, **param_group}.items()
        }
        params = group["params"]
        group["params"] = [params] if isinstance(params, Tensor) else list(params)
        self.check(group)
        known = {id(p) for g in self.param_groups for p in g["params"]}
        for p in group["params"]:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, received {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor: it is a result, not a weight")
            if id(p) in known:
                raise ValueError("some parameters appear in more than one parameter group")
            known.add(id(p))
        self.param_groups.append(group)

    def check(self, group):
        """Raise ValueError for a setting out of range."""
        number("learning rate", group.get("lr", 0))
        number("weight_decay value", group.get("weight_decay", 0))

    def zero_grad(self, set_to_none=True):
        """Forget all gradients; without it, backward adds to those of the step before."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none or p.grad is None:
                    p.grad = None
                else:
                    p.grad.zero_()

    def step(self, closure=None):
        """Update every parameter that has a gradient; returns the loss of a closure, if given."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad._array.shape != p._array.shape:
                    raise RuntimeError(
                        f"a gradient of shape {tuple(p.grad.shape)} was assigned to a parameter of "
                        f"shape {tuple(p.shape)}; the two must be equal"
                    )
                g = -p.grad._array if group.get("maximize") else p.grad._array
                p._changes[0] += 1
                if group.get("weight_decay"):
                    if group.get("decoupled_weight_decay"):  # as in AdamW: not in the means
                        p._array *= 1 - group["lr"] * group["weight_decay"]
                    else:
                        g = g + group["weight_decay"] * p._array
                self.update(p._array, g, self.state[p], group)
        return loss

    def update(self, p, g, state, group):
        """Change the array ``p`` in place, from its gradient ``g``, its state and settings.

        The weight decay is done. ``g`` belongs to others as well.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(p, g, state, group)")

    @property
    def _keeps_its_own(self):
        """Whether a subclass defines ``step`` itself: then its state is as it likes."""
        return type(self).step is not Optimizer.step

    def state_dict(self):
        """Settings and state, with parameters named by their number in the order of the groups."""
        numbers, groups = {}, []
        for group in self.param_groups:
            for p in group["params"]:
                numbers[id(p)] = len(numbers)
            groups.append({**group, "params": [numbers[id(p)] for p in group["params"]]})
        state = {
            numbers[id(p)]: dict(kept)
            if self._keeps_its_own
            else {name: _as_tensor(value) for name, value in kept.items()}
            for p, kept in self.state.items()
            if kept
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Take over what ``state_dict`` returned, PyTorch's too.

        ValueError: other numbers of parameters, another optimiser's settings or state, or state of
        other shapes than the parameters'.
        """
        groups, state = state_dict["param_groups"], state_dict["state"]
        sizes = [len(g["params"]) for g in groups]
        own = [len(g["params"]) for g in self.param_groups]
        if sizes != own:
            raise ValueError(f"loaded groups hold {sizes} parameters, this optimizer's hold {own}")
        params = [p for group in self.param_groups for p in group["params"]]
        name = type(self).__name__
        for group in groups:
            missing = self.defaults.keys() - group.keys() - LATER
            foreign = {"amsgrad"} & group.keys() - self.defaults.keys()  # else RAdam is as Adam
            if missing or foreign:
                which = f"lack {', '.join(sorted(missing))}" if missing else "have amsgrad"
                raise ValueError(
                    f"{name}: the loaded groups {which}; this looks like the state of another "
                    "optimizer"
                )
        for n, kept in state.items():
            if self.keeps is not None and (unknown := kept.keys() - set(self.keeps)):
                raise ValueError(
                    f"{name} keeps {', '.join(self.keeps) or 'nothing'}, the loaded state has "
                    f"{', '.join(sorted(unknown))}; this is the state of another optimizer"
                )
            for key, value in kept.items():
                shape = tuple(getattr(value, "shape", ()))
                if self._keeps_its_own or key in NUMBERS:
                    continue
                if shape != params[n]._array.shape:
                    raise ValueError(
                        f"{name}: the loaded {key} of parameter {n} has shape {shape}, the "
                        f"parameter has shape {params[n]._array.shape}"
                    )
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update({k: v for k, v in loaded.items() if k != "params" and k not in HOW})
        self.state.clear()
        for n, kept in state.items():
            if self._keeps_its_own:
                self.state[params[n]] = copy.deepcopy(kept)
            else:
                self.state[params[n]] = {k: _as_kept(k, v, params[n]) for k, v in kept.items()}

    def __repr__(self):
        lines = [type(self).__name__ + " ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {k}: {v}" for k, v in sorted(group.items()) if k != "params"]
        return "\n".join([*lines, ")"])
