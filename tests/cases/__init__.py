"""Example inputs for every rule: what its check, its parity with PyTorch and its mutations run on.

One file for each file of kernels/. ``CASES`` has rule name -> list of Case: small and distinct
sizes, so that a wrong axis shows in the shape, and every option used. ``GENERATED`` has rule name
-> a Hypothesis strategy that draws a Case, see draw.py. A rule that lacks either fails the suite.
``EDGES`` has cases at kinks, ties and numbers far out, see edges.py.
"""

import importlib
import pkgutil

CASES, GENERATED, EDGES = {}, {}, {}
for _module in pkgutil.iter_modules(__path__):
    _file = importlib.import_module(f"{__name__}.{_module.name}")
    for _name, _all in (("CASES", CASES), ("GENERATED", GENERATED), ("EDGES", EDGES)):
        _new = getattr(_file, _name, {})
        if _twice := _all.keys() & _new:
            raise ValueError(f"{_module.name}.py gives {_name} for {_twice} once more")
        _all.update(_new)
