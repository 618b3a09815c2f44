"""What all optimisers share: groups of parameters, and a state for each parameter."""

import numpy as np

from ..tape import enable_grad
from ..tensor import Tensor


def number(name, value, low=0.0, below=None):
    """ValueError unless ``value`` is a finite number in [low, below)."""
    if isinstance(value, Tensor):
        value = value.item()
    if not isinstance(value, (int, float, np.number)):
        raise TypeError(f"Invalid {name}: expected a number, received {value!r}")
    if not np.isfinite(value) or value < low or (below is not None and value >= below):
        upper = "" if below is None else f" and below {below}"
        raise ValueError(
            f"Invalid {name}: {value}; it must be a finite number, at least {low}{upper}"
        )


class Optimizer:
    """Base class. A subclass checks its settings and defines ``update(p, g, state, group)``.

    params: tensors, or dicts {"params": tensors, **settings of that group}.
    param_groups: list of dicts with "params" and every setting. state: parameter -> dict.
    """

    decoupled = False  # whether the weight decay stays out of the gradient, as in AdamW

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise TypeError("params should be an iterable of tensors or dicts; write [tensor]")
        self.defaults, self.state, self.param_groups = defaults, {}, []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Take in further parameters, with settings of their own."""
        group = {**self.defaults, **param_group}
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
        number("learning rate", group["lr"])
        number("weight_decay value", group["weight_decay"])

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
                g = -p.grad._array if group["maximize"] else p.grad._array
                if group["weight_decay"] and not self.decoupled:
                    g = g + group["weight_decay"] * p._array
                p._changes[0] += 1
                self.update(p._array, g, self.state.setdefault(p, {}), group)
        return loss

    def update(self, p, g, state, group):
        """Change the array ``p`` in place, from its gradient ``g``, its state and settings.

        ``g`` holds the weight decay already, unless ``decoupled``; it belongs to others as well.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(p, g, state, group)")

    def state_dict(self):
        """Settings and state, with parameters named by their number in the order of the groups."""
        numbers, groups = {}, []
        for group in self.param_groups:
            for p in group["params"]:
                numbers[id(p)] = len(numbers)
            groups.append({**group, "params": [numbers[id(p)] for p in group["params"]]})
        state = {
            numbers[id(p)]: {
                k: Tensor._wrap(np.copy(v)) if isinstance(v, np.ndarray) else v
                for k, v in s.items()
            }
            for p, s in self.state.items()
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Take over what ``state_dict`` returned; ValueError if the groups do not match."""
        sizes = [len(g["params"]) for g in state_dict["param_groups"]]
        own = [len(g["params"]) for g in self.param_groups]
        if sizes != own:
            raise ValueError(f"loaded groups hold {sizes} parameters, this optimizer's hold {own}")
        params = [p for group in self.param_groups for p in group["params"]]
        for group, loaded in zip(self.param_groups, state_dict["param_groups"], strict=True):
            group.update({k: v for k, v in loaded.items() if k != "params"})
        self.state = {
            params[n]: {k: v._array.copy() if isinstance(v, Tensor) else v for k, v in s.items()}
            for n, s in state_dict["state"].items()
        }

    def __repr__(self):
        lines = [type(self).__name__ + " ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {k}: {v}" for k, v in sorted(group.items()) if k != "params"]
        return "\n".join([*lines, ")"])
