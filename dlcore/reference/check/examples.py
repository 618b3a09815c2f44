"""Inputs on which a student's pair is tried: small, all sizes different, away from kinks.

Different sizes show a wrong axis in the shape, and 2 is none of them, because a factor of 2 has a
meaning of its own: it is the derivative of a square. The plainest call of a rule comes first.
"""

import numpy as np


def examples(name, seed=0):
    """A list of (inputs, options) for the rule of that name; ValueError if there are none."""
    if name not in EXAMPLES:
        raise ValueError(
            f"there are no example inputs for rule {name!r}; give them: "
            f"check_pair({name!r}, ..., inputs=(x, w))"
        )
    return list(EXAMPLES[name](np.random.default_rng(seed)))


def apart(rng, *shape):
    """Numbers far from 0 and from each other: no kink and no tie is near."""
    count = int(np.prod(shape))
    return ((rng.permutation(count) - count / 2 + 0.25) * 0.3).reshape(shape)


def _of_one(make, *options):
    def inputs(rng):
        for o in options or ({},):
            yield (make(rng, 7),), o
            yield (make(rng, 3, 5),), o

    return inputs


def _normal(rng, *shape):
    return rng.normal(size=shape)


def _positive(rng, *shape):
    return rng.uniform(0.5, 3, shape)


def _kinked(rng):
    yield (apart(rng, 7),), {}
    yield (apart(rng, 3, 5),), {}
    yield (np.array([-1.5, 0.0, 0.5, 0.0, 2.5]),), {}  # and the convention at 0


def _of_two(make_a, make_b=None):
    def inputs(rng):
        for a, b in [((3, 5), (3, 5)), ((3, 5), (5,)), ((3, 1), (1, 5)), ((4, 3, 5), (3, 1))]:
            yield (make_a(rng, *a), (make_b or make_a)(rng, *b)), {}

    return inputs


def _along(*dims):
    def inputs(rng):
        for dim in dims:
            yield (_normal(rng, 3, 5),), {"dim": dim}
        yield (_normal(rng, 4, 3, 5),), {"dim": dims[0]}

    return inputs


def _reduction(make):
    def inputs(rng):
        for options in ({}, {"dim": 0}, {"dim": -1, "keepdim": True}):
            yield (make(rng, 3, 5),), options

    return inputs


def _linear(rng):
    yield (_normal(rng, 7, 3), _normal(rng, 5, 3), _normal(rng, 5)), {}
    yield (_normal(rng, 4, 7, 3), _normal(rng, 5, 3), _normal(rng, 5)), {}
    yield (_normal(rng, 7, 3), _normal(rng, 5, 3)), {}


def _matmul(rng):
    yield (_normal(rng, 3, 5), _normal(rng, 5, 4)), {}
    yield (_normal(rng, 6, 3, 5), _normal(rng, 6, 5, 4)), {}


def _pair_loss(make_target):
    def inputs(rng):
        for reduction in ("mean", "sum", "none"):
            yield (_normal(rng, 7), make_target(rng, 7)), {"reduction": reduction}
        yield (_normal(rng, 3, 5), make_target(rng, 3, 5)), {"reduction": "mean"}

    return inputs


def _class_loss(rng):
    for reduction in ("mean", "sum", "none"):
        yield (_normal(rng, 7, 5), rng.integers(0, 5, 7)), {"reduction": reduction}
    target = np.array([3, 0, 3, 1, 4, 2, 3])
    yield (_normal(rng, 7, 5), target), {"reduction": "mean", "ignore_index": 3}


def _conv2d(rng):
    x, w, b = _normal(rng, 3, 4, 7, 6), _normal(rng, 8, 4, 3, 3), _normal(rng, 8)
    oblong = _normal(rng, 8, 4, 3, 2)
    yield (x, w, b), {}
    yield (x, w, b), {"padding": (1, 1)}
    yield (_normal(rng, 3, 4, 7, 5), w, b), {"stride": (2, 2)}
    yield (x, oblong, b), {"stride": (2, 1), "padding": (1, 2)}
    yield (x, oblong), {}
    yield (x, _normal(rng, 6, 2, 3, 3), _normal(rng, 6)), {"groups": 2}
    yield (x, w, b), {"dilation": (2, 1)}


def _pool(rng):
    plain = {"kernel_size": (3, 3), "stride": (3, 3)}
    yield (apart(rng, 4, 5, 6, 9),), plain
    yield (apart(rng, 4, 5, 7, 6),), {**plain, "stride": (2, 1)}
    yield (apart(rng, 4, 5, 7, 6),), {**plain, "stride": (2, 2), "padding": (1, 1)}
    yield (rng.integers(0, 3, (4, 5, 6, 9)) * 1.0,), plain  # ties, and who wins them


def _layer_norm(rng):
    for x, last in [((7, 5), (5,)), ((3, 7, 5), (5,)), ((3, 4, 5), (4, 5))]:
        yield (
            (_normal(rng, *x), _normal(rng, *last), _normal(rng, *last)),
            {"normalized_shape": last},
        )
    yield (_normal(rng, 7, 5), _normal(rng, 5)), {"normalized_shape": (5,)}
    yield (_normal(rng, 7, 5),), {"normalized_shape": (5,)}


def _batch_norm(rng):
    for x in ((7, 3), (5, 3, 4, 6)):
        yield (_normal(rng, *x), _normal(rng, 3), _normal(rng, 3)), {}
    yield (_normal(rng, 7, 3), None, None), {}
    fixed = {"mean": _normal(rng, 3), "var": _positive(rng, 3)}  # running averages, in eval mode
    yield (_normal(rng, 5, 3, 4, 6), _normal(rng, 3), _normal(rng, 3)), fixed
    # A layer that keeps running averages asks for them; what is told here, nobody needs.
    yield (_normal(rng, 7, 3), _normal(rng, 3), _normal(rng, 3)), {"observe": _nobody}


def _nobody(mean, var):
    pass


def _embedding(rng):
    yield (rng.integers(0, 6, (7,)), _normal(rng, 6, 3)), {}
    yield (rng.integers(0, 6, (4, 7)), _normal(rng, 6, 3)), {}


def _cell(gates, states):
    def inputs(rng):
        N, D, H = 7, 3, 5
        yield (
            (
                _normal(rng, N, D),
                *(_normal(rng, N, H) for _ in range(states)),
                _normal(rng, gates * H, D),
                _normal(rng, gates * H, H),
                _normal(rng, gates * H),
                _normal(rng, gates * H),
            ),
            {},
        )

    return inputs


def _sequence(gates, states):
    def inputs(rng):
        T, N, D, H = 6, 7, 3, 5
        before = [_normal(rng, N, H) for _ in range(states)]
        w = _normal(rng, gates * H, D) / 3, _normal(rng, gates * H, H) / 3
        b = _normal(rng, gates * H), _normal(rng, gates * H)
        yield (_normal(rng, T, N, D), *before, *w, *b), {}
        yield (_normal(rng, T, N, D), *before, *w), {}
        yield (_normal(rng, T, N, D), *before, *w, *b), {"reverse": True}
        packed = [7, 4, 4, 1]  # sequences of several lengths: so many at each time
        yield (_normal(rng, sum(packed), D), *before, *w, *b), {"batch_sizes": packed}

    return inputs


def _rms_norm(rng):
    for x, last in [((7, 5), (5,)), ((3, 7, 5), (5,))]:
        yield (_normal(rng, *x), _normal(rng, *last)), {"normalized_shape": last, "eps": 1e-5}


def _group_norm(rng):
    yield (_normal(rng, 5, 6, 4, 7), _normal(rng, 6), _normal(rng, 6)), {"num_groups": 3}


def _attention(rng):
    shapes = (3, 4, 7, 5), (3, 4, 6, 5), (3, 4, 6, 8)  # (N, heads, T, D), other lengths for k, v
    yield tuple(_normal(rng, *s) for s in shapes), {}
    yield tuple(_normal(rng, 3, 4, 7, 5) for _ in range(3)), {"is_causal": True}
    qkv = [_normal(rng, *s) for s in shapes]
    yield tuple(qkv), {"scale": 0.3}
    may_look = rng.random((7, 6)) < 0.6
    may_look[:, 0] = True  # somewhere
    yield (*qkv, may_look), {}
    yield (*qkv, _normal(rng, 7, 6)), {}
    yield tuple(qkv), {"keep": (rng.random((3, 4, 7, 6)) < 0.75) / 0.75}  # of dropout


EXAMPLES = {
    **dict.fromkeys(["relu", "abs", "leaky_relu", "elu"], _kinked),
    **dict.fromkeys(
        ["sigmoid", "tanh", "softplus", "silu", "mish", "logsigmoid", "neg", "exp", "sin", "cos"],
        _of_one(_normal),
    ),
    "gelu": _of_one(_normal, {}, {"approximate": "tanh"}),
    **dict.fromkeys(["log", "log1p", "sqrt"], _of_one(_positive)),
    "clamp": _of_one(apart, {"min": -0.5, "max": 0.6}),
    **dict.fromkeys(["softmax", "log_softmax"], _along(1, 0, -1)),
    **dict.fromkeys(["add", "sub", "mul"], _of_two(_normal)),
    "div": _of_two(_normal, _positive),
    "pow": _of_two(_positive, _normal),
    **dict.fromkeys(["maximum", "minimum"], _of_two(apart)),
    **dict.fromkeys(["sum", "mean", "var", "std"], _reduction(_normal)),
    "logsumexp": _along(1, 0, -1),
    "linear": _linear,
    "matmul": _matmul,
    **dict.fromkeys(["mse_loss", "l1_loss"], _pair_loss(_normal)),
    "bce_with_logits": _pair_loss(lambda rng, *shape: rng.random(shape)),
    **dict.fromkeys(["nll_loss", "cross_entropy"], _class_loss),
    "conv2d": _conv2d,
    **dict.fromkeys(["max_pool2d", "avg_pool2d"], _pool),
    "layer_norm": _layer_norm,
    "batch_norm": _batch_norm,
    "rms_norm": _rms_norm,
    "group_norm": _group_norm,
    "embedding": _embedding,
    "rnn_cell": _cell(1, 1),
    "gru_cell": _cell(3, 1),
    "lstm_cell": _cell(4, 2),
    "rnn": _sequence(1, 1),
    "gru": _sequence(3, 1),
    "lstm": _sequence(4, 2),
    "scaled_dot_product_attention": _attention,
}
