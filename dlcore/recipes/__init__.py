"""The articles' functions, under their own names and signatures, on arrays and on tensors.

The first article's section 4 gives gradient_descent, backward_propagation,
convolutional_neural_network, recurrent_neural_network and transformer; the second article's
section 4 a network of 10, 10 and 1 neurons on 10 inputs, here network_10_10_10_1. Each file says
what its listing got wrong. Arrays or tensors of either backend go in and the same kind comes out.
"""

from .backward_propagation import backward_propagation, forward_propagation
from .convolutional_neural_network import convolutional_neural_network
from .gradient_descent import gradient_descent
from .network_10_10_10_1 import network_10_10_10_1
from .recurrent_neural_network import recurrent_neural_network
from .transformer import transformer

__all__ = [
    "backward_propagation",
    "convolutional_neural_network",
    "forward_propagation",
    "gradient_descent",
    "network_10_10_10_1",
    "recurrent_neural_network",
    "transformer",
]
