"""Gradients of every model from two processes: each writes them to ``<folder>/<rank>.npz``."""

import sys

import numpy as np

from dlcore import get_backend
from tests.models_registry import CASES, N, example, make


def gradients(part=slice(None), wrap=lambda model: model):
    """Case -> parameter -> gradient, from a part of the batch; without dropout and statistics."""
    torch, result = get_backend("torch"), {}
    for case in CASES:
        model, entry = make(case, torch)
        wrapped = wrap(model.double().eval())
        inputs, targets = example(entry, torch)
        inputs = [x.double() if x.is_floating_point() else x for x in inputs]
        output = wrapped(*(x[part] for x in inputs))
        entry.loss(torch, output, targets[part]).backward()
        for name, p in model.named_parameters():
            result[f"{case}: {name}"] = p.grad.numpy()
    return result


if __name__ == "__main__":
    torch = get_backend("torch")
    torch.distributed.init_process_group("gloo")
    rank = torch.distributed.get_rank()
    part = slice(rank * N // 2, (rank + 1) * N // 2)
    received = gradients(part, torch.nn.parallel.DistributedDataParallel)
    np.savez(f"{sys.argv[1]}/{rank}.npz", **received)
    torch.distributed.destroy_process_group()
