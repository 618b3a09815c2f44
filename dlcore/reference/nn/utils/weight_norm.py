"""Weight normalisation: the length of a weight and its direction as two parameters."""

from ..parameter import Parameter

__all__ = ["remove_weight_norm", "weight_norm"]


class WeightNorm:
    """Before each forward: weight = weight_g * weight_v / |weight_v|.

    The length is that of each slice along ``dim``, or of the whole for dim = -1.
    """

    def __init__(self, name, dim):
        self.name, self.dim = name, dim

    def length(self, v):
        axes = [axis for axis in range(v.ndim) if axis != self.dim]
        return v.square().sum(axes, keepdim=True).sqrt() if self.dim >= 0 else v.norm()

    def weight(self, module):
        g, v = (getattr(module, f"{self.name}_{part}") for part in "gv")
        return v * (g / self.length(v))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.weight(module))


def weight_norm(module, name="weight", dim=0):
    """The module, with ``name`` made of the parameters ``name_g`` and ``name_v``.

    dim: the axis along which each slice has a length of its own; None, or -1: the whole has one.
    RuntimeError if the parameter is normalised already.
    Source: Salimans, Kingma 2016, arXiv:1602.07868.
    """
    if _hook(module, name) is not None:
        raise RuntimeError(
            f"Cannot register two weight_norm hooks on the same parameter {name}; "
            "remove_weight_norm takes the first away"
        )
    weight = getattr(module, name)
    norm = WeightNorm(name, -1 if dim in (None, -1) else dim % weight.ndim)
    delattr(module, name)
    module.register_parameter(f"{name}_g", Parameter(norm.length(weight.detach())))
    module.register_parameter(f"{name}_v", Parameter(weight.detach()))
    setattr(module, name, norm.weight(module))
    module.register_forward_pre_hook(norm)
    return module


def remove_weight_norm(module, name="weight"):
    """The module, with ``name`` as one parameter again. ValueError if it is not normalised."""
    found = _hook(module, name)
    if found is None:
        raise ValueError(f"weight_norm of {name!r} not found in {module}")
    key, norm = found
    weight = norm.weight(module).detach()
    for attribute in (name, f"{name}_g", f"{name}_v"):
        delattr(module, attribute)
    del module._hooks["before"][key]
    module.register_parameter(name, Parameter(weight))
    return module


def _hook(module, name):
    """(key, hook) of the weight normalisation of that parameter, or None."""
    table = module._hooks["before"] if module._hooks else {}
    for key, (hook, _) in table.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            return key, hook
    return None
