"""Training: one loop for both backends. It emits events, obeys controls, and knows no widget.

from dlcore.train import fit, Controls, Listener, History, NonFiniteLoss, Step, Validation
"""

from .controls import Controls
from .events import Listener, Run, Step, Validation
from .fitting import fit
from .history import History
from .nonfinite import NonFiniteLoss

__all__ = [
    "Controls",
    "History",
    "Listener",
    "NonFiniteLoss",
    "Run",
    "Step",
    "Validation",
    "fit",
]
