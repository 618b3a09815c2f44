"""Spectral normalisation: a weight divided by its largest singular value."""

import numpy as np

from ...functions.create import randn
from ...grad_mode import no_grad
from ..functional import normalize
from ..parameter import Parameter

__all__ = ["spectral_norm"]


class SpectralNorm:
    """Before each forward: weight = weight_orig / sigma, sigma = u W v by power iteration.

    W (F, rest) has the axis ``dim`` of the weight first; u (F,) and v (rest,) are buffers that a
    forward in training brings nearer to the singular vectors. The gradient takes them as constant.
    """

    def __init__(self, name, rounds, dim, eps):
        self.name, self.rounds, self.dim, self.eps = name, rounds, dim, eps

    def matrix(self, weight):
        if self.dim:
            others = [axis for axis in range(weight.ndim) if axis != self.dim]
            weight = weight.permute(self.dim, *others)
        return weight.reshape(weight.size(0), -1)

    def weight(self, module, iterate):
        weight, u, v = (getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v"))
        matrix = self.matrix(weight)
        if iterate:
            with no_grad():
                for _ in range(self.rounds):
                    v.copy_(normalize(matrix.T @ u, dim=0, eps=self.eps))
                    u.copy_(normalize(matrix @ v, dim=0, eps=self.eps))
            u, v = u.clone(), v.clone()  # the next forward changes the buffers before this backward
        return weight / u.dot(matrix @ v)

    def __call__(self, module, inputs):
        setattr(module, self.name, self.weight(module, iterate=module.training))


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """The module, with ``name`` made of the parameter ``name_orig``, the buffers u and v beside it.

    dim: the axis of the outputs; 0, and 1 in a transposed convolution, if it is None.
    ValueError for less than one round of power iteration.
    Source: Miyato et al. 2018, arXiv:1802.05957.
    """
    if n_power_iterations <= 0:
        raise ValueError(
            "Expected n_power_iterations to be positive, but got n_power_iterations="
            f"{n_power_iterations}"
        )
    if dim is None:
        dim = int(type(module).__name__.startswith("ConvTranspose"))
    norm = SpectralNorm(name, n_power_iterations, dim, eps)
    weight = getattr(module, name)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", Parameter(weight.detach()))
    setattr(module, name, weight.detach())
    for part, size in zip("uv", np.shape(norm.matrix(weight.detach())._array), strict=True):
        start = normalize(randn(size, dtype=weight.dtype), dim=0, eps=eps)
        module.register_buffer(f"{name}_{part}", start)
    module.register_forward_pre_hook(norm)
    return module
