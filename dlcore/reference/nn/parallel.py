"""``torch.nn.parallel`` without a GPU: the model computes where it is."""

from ..tensor import outside
from .module import Module

__all__ = ["DataParallel"]


class DataParallel(Module):
    """A model under the name ``module``, as PyTorch wraps it where there is no GPU."""

    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        super().__init__()
        self.module = module
        self.device_ids = []

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)


__getattr__ = outside("torch.nn.parallel")
