"""RNNCell, LSTMCell, GRUCell: one step, for loops over time that are written by hand."""

import math

import numpy as np

from ..functions.create import empty
from ..kernels import recurrent_cells as kernels
from ..tape import apply
from ..tensor import Tensor
from . import init
from .functional.checks import tensors
from .module import Module
from .parameter import Parameter


class RNNCellBase(Module):
    """What the cells have in common: weights of ``num_chunks`` blocks of rows, and checks."""

    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty(rows, input_size, device=device, dtype=dtype))
        self.weight_hh = Parameter(empty(rows, hidden_size, device=device, dtype=dtype))
        self.bias_ih = Parameter(empty(rows, device=device, dtype=dtype)) if bias else None
        self.bias_hh = Parameter(empty(rows, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        """Every weight uniform on +-1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, rule, input, states, **options):
        """Apply the cell's rule to x (N, D) and states (N, H), or to (D,) and (H,)."""
        name = type(self).__name__
        tensors(name, input)
        if input.ndim not in (1, 2):
            raise ValueError(
                f"{name}: Expected input to be 1D or 2D, got {input.ndim}D instead: (batch, "
                f"features) or (features,); received shape {tuple(input.shape)}"
            )
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"{name}: the last axis of the input must have input_size={self.input_size} "
                f"features, received {input.shape[-1]} (shape {tuple(input.shape)})"
            )
        if input.dtype is not self.weight_ih.dtype:
            raise RuntimeError(
                f"{name}: input is {input.dtype} and the weights are {self.weight_ih.dtype}; they "
                "must be equal"
            )
        expected = (*input.shape[:-1], self.hidden_size)
        for state in states:
            if isinstance(state, Tensor) and tuple(state.shape) != expected:
                raise RuntimeError(
                    f"{name}: the hidden state should have shape {expected} for an input of shape "
                    f"{tuple(input.shape)}, received {tuple(state.shape)}"
                )
        if input.ndim == 1:
            input = input.reshape(1, -1)
            states = [s.reshape(1, -1) for s in states]
        biases = (self.bias_ih, self.bias_hh) if self.bias else ()
        weights = (self.weight_ih, self.weight_hh, *biases)
        out = apply(rule, input, *states, *weights, **options)
        out = out if isinstance(out, tuple) else (out,)
        return tuple(h.reshape(expected) for h in out) if len(expected) == 1 else out

    def _zeros(self, input):
        tensors(type(self).__name__, input)
        return np.zeros((*input.shape[:-1], self.hidden_size), input._array.dtype)

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        return text if self.bias else f"{text}, bias={self.bias}"


class RNNCell(RNNCellBase):
    """x (N, D), h (N, H) -> tanh(W_ih x + b_ih + W_hh h + b_hh) (N, H), or relu of it.

    Also (D,) and (H,). hx left out is zeros.
    """

    def __init__(
        self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None
    ):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        h = self._zeros(input) if hx is None else hx
        return self._step(kernels.rnn_cell, input, [h], nonlinearity=self.nonlinearity)[0]

    def extra_repr(self):
        text = super().extra_repr()
        return text if self.nonlinearity == "tanh" else f"{text}, nonlinearity={self.nonlinearity}"


class LSTMCell(RNNCellBase):
    """x (N, D), (h, c) (N, H) each -> (h, c) one step later. Gates in the order i, f, g, o."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        states = [self._zeros(input)] * 2 if hx is None else list(hx)
        if len(states) != 2:
            raise RuntimeError(f"LSTMCell: hx should be a pair (h, c), received {len(states)}")
        return self._step(kernels.lstm_cell, input, states)


class GRUCell(RNNCellBase):
    """x (N, D), h (N, H) -> h one step later (N, H). Gates in the order r, z, n."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input, hx=None):
        h = self._zeros(input) if hx is None else hx
        return self._step(kernels.gru_cell, input, [h])[0]
