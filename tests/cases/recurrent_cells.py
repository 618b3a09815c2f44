"""Cases of kernels/recurrent_cells.py."""

from functools import partial

from .draw import SEEDS, composite, flag, one_of, size
from .make import Case
from .recurrent import RULES, inputs


def call(states, torch, twin, tensors, nonlinearity="tanh"):
    if nonlinearity == "relu":
        twin = torch.rnn_relu_cell
    x, first, weights = tensors[0], tensors[1 : 1 + states], tensors[1 + states :]
    return twin(x, first if states == 2 else first[0], *weights)


def cases(name, **options):
    twin = partial(call, RULES[name][1])
    sizes = [(3, 2, 5, True), (3, 2, 5, False), (1, 1, 2, True), (2, 3, 1, True), (0, 2, 4, True)]
    return [Case(inputs(name, (N,), N, D, H, bias), options, twin) for N, D, H, bias in sizes]


@composite
def drawn(draw, name, **options):
    N, D, H = draw(size()), draw(size(1)), draw(size(1))
    arrays = inputs(name, (N,), N, D, H, draw(flag()), draw(SEEDS))
    chosen = {key: draw(values) for key, values in options.items()}
    return Case(arrays, chosen, partial(call, RULES[name][1]))


CASES = {
    "rnn_cell": cases("rnn") + cases("rnn", nonlinearity="relu"),
    "lstm_cell": cases("lstm"),
    "gru_cell": cases("gru"),
}

GENERATED = {
    "rnn_cell": drawn("rnn", nonlinearity=one_of("tanh", "relu")),
    "lstm_cell": drawn("lstm"),
    "gru_cell": drawn("gru"),
}
