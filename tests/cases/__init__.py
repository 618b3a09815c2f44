"""Example inputs for every rule: what its check, its parity with PyTorch and its mutations run on.

One file for each file of kernels/, with its cases in ``CASES``: rule name -> list of Case. Sizes
are small and distinct, so that a wrong axis shows in the shape. A rule without cases fails the
suite.
"""

import importlib
import pkgutil

CASES = {}
for _module in pkgutil.iter_modules(__path__):
    _cases = getattr(importlib.import_module(f"{__name__}.{_module.name}"), "CASES", {})
    if _twice := CASES.keys() & _cases:
        raise ValueError(f"{_module.name}.py gives cases for {_twice} once more")
    CASES.update(_cases)
