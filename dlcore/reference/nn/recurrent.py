"""RNN, LSTM, GRU: layers that read whole sequences, stacked and in both directions."""

import math
import warnings

import numpy as np

from ..functions.create import empty
from ..functions.layout import cat, stack, transpose, unsqueeze
from ..kernels import recurrent, recurrent_gru, recurrent_lstm
from ..tape import apply
from ..tensor import HINT
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter
from .recurrent_checks import check_input, check_sizes, check_states
from .utils.rnn import PackedSequence

# mode: the rule, its options, the blocks of rows in a weight, the names of the states.
_MODES = {
    "RNN_TANH": (recurrent.rnn, {"nonlinearity": "tanh"}, 1, ("h_0",)),
    "RNN_RELU": (recurrent.rnn, {"nonlinearity": "relu"}, 1, ("h_0",)),
    "LSTM": (recurrent_lstm.lstm, {}, 4, ("h_0", "c_0")),
    "GRU": (recurrent_gru.gru, {}, 3, ("h_0",)),
}


class RNNBase(Module):
    """What the three have in common: weights, layers, directions, and the forms of their input.

    mode: "RNN_TANH", "RNN_RELU", "LSTM" or "GRU". The other arguments are those of the layers.
    """

    def __init__(
        self,
        mode,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
    ):
        super().__init__()
        if mode not in _MODES:
            raise ValueError(f"Unrecognized RNN mode: {mode}; use one of {', '.join(_MODES)}")
        if proj_size:
            raise NotImplementedError(
                f"proj_size={proj_size}: PyTorch's LSTM can project its state, the reference "
                f"backend's cannot; put an nn.Linear behind it. {HINT}"
            )
        check_sizes(mode, input_size, hidden_size, num_layers, dropout)
        if dropout and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero "
                f"dropout expects num_layers greater than 1, but got dropout={dropout} and "
                "num_layers=1",
                stacklevel=3,
            )
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.proj_size = float(dropout), bidirectional, 0
        blocks = _MODES[mode][2] * hidden_size
        self._weight_names = []  # one list for each layer and direction
        for layer in range(num_layers):
            features = input_size if layer == 0 else hidden_size * self._directions
            for suffix in ("", "_reverse")[: self._directions]:
                sizes = {"weight_ih": (blocks, features), "weight_hh": (blocks, hidden_size)}
                if bias:
                    sizes |= {"bias_ih": (blocks,), "bias_hh": (blocks,)}
                for name, size in sizes.items():
                    weight = Parameter(empty(*size, device=device, dtype=dtype))
                    setattr(self, f"{name}_l{layer}{suffix}", weight)
                self._weight_names.append([f"{name}_l{layer}{suffix}" for name in sizes])
        self.reset_parameters()

    @property
    def _directions(self):
        return 2 if self.bidirectional else 1

    @property
    def all_weights(self):
        """The parameters: one list for each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._weight_names]

    def reset_parameters(self):
        """Every weight uniform on +-1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self):
        """Nothing: on a GPU, PyTorch lays the weights out in one block of memory here."""

    def forward(self, input, hx=None):
        packed = isinstance(input, PackedSequence)
        x = input.data if packed else input
        check_input(self, x, packed)
        order = back = sizes = None
        batched = packed or x.ndim == 3
        if packed:
            order, back = input.sorted_indices, input.unsorted_indices
            sizes = input.batch_sizes.tolist()
        elif not batched:
            x = unsqueeze(x, 1)  # (T, D) -> (T, 1, D)
        elif self.batch_first:
            x = transpose(x, 0, 1)
        N = sizes[0] if packed else x.shape[1]

        states = self._first_states(hx, N, x, batched)
        if states and order is not None:
            states = [s[:, order] for s in states]
        y, states = self._run(x, states, N, sizes)
        if back is not None:
            states = [s[:, back] for s in states]
        if not batched:
            y, states = y[:, 0], [s[:, 0] for s in states]

        if packed:
            y = PackedSequence(y, input.batch_sizes, order, back)
        elif batched and self.batch_first:
            y = transpose(y, 0, 1)
        return y, tuple(states) if self.mode == "LSTM" else states[0]

    def _first_states(self, hx, N, x, batched):
        """The states before the first time, (L directions, N, H) each; None for zeros."""
        if hx is None:
            return None
        states = check_states(self, hx, _MODES[self.mode][3], N, x, batched)
        return states if batched else [unsqueeze(s, 1) for s in states]

    def _run(self, x, states, N, batch_sizes):
        """x (T, N, D) or packed rows (M, D) -> y, and the last states (L directions, N, H)."""
        rule, options, _, names = _MODES[self.mode]
        zeros = [np.zeros((N, self.hidden_size), x._array.dtype)] * len(names)
        weights = self.all_weights
        ends = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = F.dropout(x, self.dropout, self.training)
            outs = []
            for direction in range(self._directions):
                k = layer * self._directions + direction
                first = [s[k] for s in states] if states else zeros
                y, *end = apply(
                    rule,
                    x,
                    *first,
                    *weights[k],
                    batch_sizes=batch_sizes,
                    reverse=direction == 1,
                    **options,
                )
                outs.append(y)
                ends.append(end)
            x = outs[0] if len(outs) == 1 else cat(outs, -1)
        return x, [stack(end) for end in zip(*ends, strict=True)]

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        for name, default in (
            ("num_layers", 1),
            ("bias", True),
            ("batch_first", False),
            ("dropout", 0),
            ("bidirectional", False),
        ):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text


class RNN(RNNBase):
    """h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh), or relu; L layers, one upon the other.

    Input (T, N, D), (N, T, D) with ``batch_first``, (T, D) or a PackedSequence; hx (L, N, H), zeros
    if left out; with ``bidirectional`` 2L instead of L, and outputs of 2H features.
    Returns (output of the last layer at all times (T, N, H), last states (L, N, H)).
    Source: Elman 1990, Cognitive Science 14, 179-211.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        nonlinearity="tanh",
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        device=None,
        dtype=None,
    ):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        self.nonlinearity = nonlinearity
        super().__init__(
            f"RNN_{nonlinearity.upper()}",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )


class LSTM(RNNBase):
    """Long short-term memory; gates in the order i, f, g, o. Shapes as in ``RNN``.

    hx and what is returned beside the output are pairs (h, c), each (L, N, H).
    Source: Hochreiter, Schmidhuber 1997; Gers, Schmidhuber, Cummins 2000, Neural Computation.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
    ):
        super().__init__(
            "LSTM",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            proj_size,
            device,
            dtype,
        )


class GRU(RNNBase):
    """The gated recurrent unit; gates in the order r, z, n. Shapes as in ``RNN``.

    Source: Cho et al. 2014, arXiv:1406.1078v1.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        device=None,
        dtype=None,
    ):
        super().__init__(
            "GRU",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )
