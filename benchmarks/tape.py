"""What the tape adds to a NumPy call: a chain of additions of one small array, forward and back.

Goal: a node costs at most 3 microseconds more than the call of its rule's two functions.
"""

import numpy as np

import dlcore.reference as torch
from dlcore.reference import rule

from .goals import goal
from .timing import interleave, timing_table

_NODES, _LENGTH = 100, 10


def main():
    """Print the time of a node in each of three ways, and the goal."""
    x = np.ones(_LENGTH, np.float32)
    leaf = torch.from_numpy(x.copy()).requires_grad_()
    one = torch.from_numpy(x.copy())
    add = rule("add")

    def functions():
        out, caches = x, []
        for _ in range(_NODES):
            out, cache = add.forward(out, x)
            caches.append(cache)
        d = x
        for cache in reversed(caches):
            d, _ = add.backward(d, cache)

    def apply():
        out = leaf
        for _ in range(_NODES):
            out = torch.apply(add, out, one)
        out.backward(one)
        leaf.grad = None

    def operator():
        out = leaf
        for _ in range(_NODES):
            out = out + one
        out.backward(one)
        leaf.grad = None

    candidates = {
        "the rule's functions alone": functions,
        "on the tape, by apply": apply,
        "on the tape, by the operator +": operator,
    }
    plain, taped, operated = timings = interleave(candidates, rounds=25, calls=20)
    print(timing_table(timings, unit="us of a node, both ways", scale=1e6 / _NODES))
    for name, timing in (("apply", taped), ("operator", operated)):
        seen = (timing.cpu - plain.cpu) / _NODES * 1e6
        goal(f"tape, {name}: microseconds of a node over its rule's functions", 3, seen)


if __name__ == "__main__":
    main()
