"""Live views of training and of loss surfaces, each with a static twin that needs no kernel.

from widgets import LossCurve, DescentExplorer, Surface, SURFACES, loss_slice, show, to_png
"""

from widgets.base import LiveWidget
from widgets.descent_explorer import DescentExplorer
from widgets.loss_curve import LossCurve
from widgets.loss_slice import loss_slice
from widgets.static import show, to_png
from widgets.surface import SURFACES, Surface

__all__ = [
    "SURFACES",
    "DescentExplorer",
    "LiveWidget",
    "LossCurve",
    "Surface",
    "loss_slice",
    "show",
    "to_png",
]
