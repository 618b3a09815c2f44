"""Cases of kernels/recurrent.py, and what those of the three recurrent rules share."""

from functools import partial

from .draw import SEEDS, composite, flag, one_of, size, whole
from .make import Case, normal

# The rule: blocks of rows in a weight, and how many states there are.
RULES = {"rnn": (1, 1), "gru": (3, 1), "lstm": (4, 2)}
# How many sequences are there at each time.
PACKED = [(3, 2, 2, 1), (3, 3), (1,)]


def inputs(name, rows, N, D, H, bias, seed=0):
    """x of these leading axes, states, weights and biases, small enough to keep gates open."""
    blocks, states = RULES[name]
    shapes = [(*rows, D), *[(N, H)] * states, (blocks * H, D), (blocks * H, H)]
    shapes += [(blocks * H,)] * (2 * bias)
    return tuple(0.5 * normal(*s, seed=seed + i) for i, s in enumerate(shapes))


def call(states, torch, twin, tensors, *, batch_sizes=None, reverse=False, nonlinearity="tanh"):
    """torch.lstm and its like; reversed, it is the second direction of a layer that has two."""
    if nonlinearity == "relu":
        twin = torch.rnn_relu
    x, first, weights = tensors[0], tensors[1 : 1 + states], list(tensors[1 + states :])
    bias, H = len(weights) == 4, first[0].shape[-1]
    hx = [s[None].expand(1 + reverse, -1, -1) for s in first]
    hx = hx if states == 2 else hx[0]
    if reverse:
        weights = [w.detach() for w in weights] + weights
    settings = bias, 1, 0.0, False, reverse  # one layer, no dropout, not in training
    if batch_sizes is None:
        y, *last = twin(x, hx, weights, *settings, False)
    else:
        y, *last = twin(x, torch.tensor(batch_sizes), hx, weights, *settings)
    return y[..., -H:], *(s[-1] for s in last)


def cases(name, **options):
    twin = partial(call, RULES[name][1])
    found = [
        Case(inputs(name, (T, N), N, D, H, bias), {**options, **more}, twin)
        for T, N, D, H, bias, more in [
            (4, 3, 2, 5, True, {}),
            (4, 3, 2, 5, False, {}),
            (4, 3, 2, 5, True, {"reverse": True}),
            (1, 2, 3, 1, True, {}),
            (3, 1, 1, 2, True, {}),
            (3, 0, 2, 4, True, {}),
        ]
    ]
    for sizes in PACKED:
        for reverse in (False, True):
            more = {"batch_sizes": list(sizes), "reverse": reverse}
            arrays = inputs(name, (sum(sizes),), sizes[0], 2, 4, True)
            found.append(Case(arrays, {**options, **more}, twin))
    return found


@composite
def drawn(draw, name, **options):
    """One direction of a layer, over T times of N sequences or over packed ones."""
    T, N, D, H = draw(whole(1, 4)), draw(size()), draw(size(1)), draw(size(1))
    more = {"reverse": draw(flag()), **{key: draw(values) for key, values in options.items()}}
    rows = (T, N)
    if N and draw(flag()):
        lengths = [draw(whole(1, T)) for _ in range(N)]
        sizes = [sum(n > t for n in lengths) for t in range(max(lengths))]
        more["batch_sizes"], rows = sizes, (sum(sizes),)
    arrays = inputs(name, rows, N, D, H, draw(flag()), draw(SEEDS))
    return Case(arrays, more, partial(call, RULES[name][1]))


CASES = {
    "rnn": cases("rnn") + cases("rnn", nonlinearity="relu"),
}

GENERATED = {
    "rnn": drawn("rnn", nonlinearity=one_of("tanh", "relu")),
}
