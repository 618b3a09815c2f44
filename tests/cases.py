"""Example inputs for every rule: what its check, its parity with PyTorch and its mutations run on.

Sizes are small and distinct, so that a wrong axis shows in the shape. A rule without cases fails
the suite.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    """One call: float64 inputs, options as the rule takes them, and as PyTorch's twin takes
    them.
    """

    inputs: tuple
    options: dict = field(default_factory=dict)
    twin: object = None  # function (torch, twin, tensors) -> tensor, where the call differs

    def __repr__(self):
        shapes = [getattr(x, "shape", x) for x in self.inputs]
        return f"{shapes} {self.options}"


def normal(*shape, seed=0):
    return np.asarray(np.random.default_rng([seed, *shape]).standard_normal(shape))


def positive(*shape, seed=0):
    return np.asarray(np.abs(normal(*shape, seed=seed)) + 0.5)


def apart(*shape, seed=0):
    """Numbers that are far from 0 and from each other: no kink, no tie within reach of a
    difference.
    """
    rng = np.random.default_rng([seed, *shape])
    count = int(np.prod(shape))
    numbers = (rng.permutation(count) - count / 2 + 0.25) * 0.3
    return numbers.reshape(shape)


def one(*options, make=normal):
    """A function of one array: on a vector, a batch, a size-1 axis, an empty batch and a number."""
    shapes = [(7,), (3, 4), (2, 1, 5), (0, 4), ()]
    return [Case((make(*s),), dict(o)) for s in shapes for o in (options or ({},))]


def two(make=normal, other=None):
    """A function of two arrays: equal shapes, and every kind of broadcasting."""
    other = other or make
    pairs = [
        ((3, 4), (3, 4)),
        ((3, 4), (4,)),
        ((3, 1), (1, 4)),
        ((2, 3, 4), (3, 1)),
        ((), (5,)),
        ((0, 4), (4,)),
        ((2, 1, 1), (2, 3, 4)),
    ]
    return [Case((make(*a), other(*b, seed=1))) for a, b in pairs]


def over_axes(make=normal, whole=True):
    """A reduction: over all, one, several and negative axes, with and without keepdim."""
    x = make(2, 3, 4)
    dims = [0, 1, -1, (0, 2), (1,)] + ([None] if whole else [])
    return [Case((x,), {"dim": d, "keepdim": k}) for d in dims for k in (False, True)]


def without_dim(cases):
    """torch.sum and its like spell "all axes" by leaving dim out."""

    def call(torch, twin, tensors, dim, **options):
        return twin(*tensors) if dim is None else twin(*tensors, dim=dim, **options)

    kept = [c for c in cases if not (c.options["dim"] is None and c.options["keepdim"])]
    return [Case(c.inputs, c.options, call) for c in kept]


def named(name):
    """A twin that takes the option ``name`` by position."""

    def call(torch, twin, tensors, **options):
        return twin(*tensors, options.pop(name), **options)

    return call


def index_cases():
    x = normal(4, 5, 3)
    rows, columns = np.array([2, 0, 2, 3]), np.array([1, 1, 1, 4])
    indices = [
        2,
        -1,
        slice(1, 3),
        (slice(None), 2),
        (..., slice(None, None, 2)),
        (None, 1, slice(None, None, 1)),
        rows,
        (rows, columns),
        (slice(None), columns),
        x[..., 0] > 0,
    ]

    def call(torch, twin, tensors, index):
        def convert(i):
            if isinstance(i, tuple):
                return tuple(convert(part) for part in i)
            return torch.from_numpy(i) if isinstance(i, np.ndarray) else i

        return tensors[0][convert(index)]

    return [Case((x,), {"index": i}, call) for i in indices]


def gather_cases():
    rng = np.random.default_rng(0)
    cases = []
    for dim, shape in [(0, (2, 3)), (1, (4, 6)), (1, (2, 1))]:
        index = rng.integers(0, (4, 3)[dim], shape)

        def call(torch, twin, tensors, dim, index):
            return twin(tensors[0], dim, torch.from_numpy(index))

        cases.append(Case((normal(4, 3),), {"dim": dim, "index": index}, call))
    return cases


def norm_call(torch, twin, tensors, p, **options):
    return twin(tensors[0], p, **options)


def cast_call(torch, twin, tensors, dtype):
    return tensors[0].to(getattr(torch, np.dtype(dtype).name))


def class_loss_cases():
    target, ignoring = np.array([2, 0, 3, 2, 1]), np.array([2, -100, 3, 2, -100])
    return [
        Case((normal(5, 4), t), {"reduction": r})
        for t in (target, ignoring)
        for r in ("mean", "sum", "none")
    ]


def pair_loss_cases(target=normal):
    return [
        Case((normal(*s), target(*s, seed=1)), {"reduction": r})
        for s in [(5,), (3, 4), (2, 1)]
        for r in ("mean", "sum", "none")
    ]


def probability(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).random(shape)


CONDITION = normal(3, 4, seed=3) > 0


def embedding_cases():
    rng = np.random.default_rng(0)
    return [Case((rng.integers(0, 5, shape), normal(5, 3))) for shape in [(4,), (2, 6), (0,), ()]]


def layer_norm_cases():
    def call(torch, twin, tensors, normalized_shape, **options):
        return twin(tensors[0], normalized_shape, *tensors[1:], **options)

    rows = [((5, 4), (4,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((1, 4), (4,))]
    return [
        Case(
            (normal(*x), *(normal(*d, seed=s) for s in range(1, 1 + learnt))),
            {"normalized_shape": d, **options},
            call,
        )
        for x, d in rows
        for learnt, options in [(0, {}), (1, {}), (2, {"eps": 0.1})]
    ]


CASES = {
    "embedding": embedding_cases(),
    "layer_norm": layer_norm_cases(),
    "add": two(),
    "sub": two(),
    "mul": two(),
    "div": two(normal, positive),
    "pow": two(positive, normal)
    + [Case((normal(3, 4), e)) for e in (2, 3, 1, 0, 2.0, -1)]
    + [Case((positive(3, 4), 0.5))],
    "maximum": two(apart),
    "minimum": two(apart),
    "where": [Case((CONDITION, normal(3, 4), normal(4, seed=1)))],
    "neg": one(),
    "exp": one(),
    "log": one(make=positive),
    "log1p": one(make=positive),
    "sqrt": one(make=positive),
    "abs": one(make=apart),
    "sin": one(),
    "cos": one(),
    "clamp": one({"min": -0.52, "max": 0.58}, {"min": 0.12}, {"max": 0.12}, make=apart),
    "linear": [
        Case((normal(5, 3), normal(4, 3), normal(4))),
        Case((normal(5, 3), normal(4, 3))),
        Case((normal(2, 5, 3), normal(4, 3), normal(4))),
        Case((normal(3), normal(4, 3), normal(4))),
        Case((normal(0, 3), normal(4, 3), normal(4))),
        Case((normal(5, 1), normal(1, 1), normal(1))),
    ],
    "matmul": [
        Case((normal(*a), normal(*b, seed=1)))
        for a, b in [
            ((2, 3), (3, 4)),
            ((3,), (3,)),
            ((3,), (3, 4)),
            ((2, 3), (3,)),
            ((5, 2, 3), (5, 3, 4)),
            ((5, 2, 3), (3, 4)),
            ((2, 3), (5, 3, 4)),
            ((6, 1, 2, 3), (5, 3, 4)),
            ((5, 2, 3), (3,)),
            ((3,), (5, 3, 4)),
            ((0, 3), (3, 4)),
        ]
    ],
    "sum": without_dim(over_axes()),
    "mean": without_dim(over_axes()),
    "var": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 0, "correction": 0})],
    "std": [*without_dim(over_axes()), Case((normal(3, 4),), {"dim": 1, "correction": 0})],
    "norm": [
        Case((apart(2, 3, 4),), {"p": p, "dim": d, "keepdim": k}, norm_call)
        for p in (1.0, 2.0, 3.0, 1.5)
        for d, k in [(None, False), (0, False), (-1, True), ((0, 2), False)]
    ],
    "amax": without_dim(over_axes(apart)),
    "amin": without_dim(over_axes(apart)),
    "logsumexp": over_axes(whole=False),
    "reshape": [
        Case((normal(*s),), {"shape": t}) for s, t in [((6, 2), (3, 4)), ((12,), (2, -1, 3))]
    ],
    "permute": [Case((normal(2, 3, 4),), {"dims": d}) for d in [(2, 0, 1), (0, 2, 1), (-1, 0, 1)]],
    "expand": [
        Case((normal(*s),), {"size": t}, named("size"))
        for s, t in [((3, 1), (3, 4)), ((4,), (2, 3, 4)), ((1,), (5,))]
    ],
    "cat": [
        Case(
            (normal(2, 3), normal(4, 3), normal(1, 3)),
            {"dim": 0},
            lambda torch, twin, tensors, dim: twin(tensors, dim),
        ),
        Case(
            (normal(2, 3), normal(2, 1)),
            {"dim": -1},
            lambda torch, twin, tensors, dim: twin(tensors, dim),
        ),
    ],
    "to": [Case((normal(3, 4),), {"dtype": np.dtype("float64")}, cast_call)],
    "clone": one(),
    "index": index_cases(),
    "gather": gather_cases(),
    "relu": one(make=apart),
    "leaky_relu": one({}, {"negative_slope": 0.2}, make=apart),
    "sigmoid": one(),
    "tanh": one(),
    "softplus": one({}, {"beta": 2.0, "threshold": 1.3}),
    "silu": one(),
    "gelu": one({}, {"approximate": "tanh"}),
    "softmax": [Case((normal(2, 3, 4),), {"dim": d}) for d in (0, 1, -1)],
    "log_softmax": [Case((normal(2, 3, 4),), {"dim": d}) for d in (0, 1, -1)],
    "mse_loss": pair_loss_cases(),
    "l1_loss": pair_loss_cases(),
    "bce_with_logits": pair_loss_cases(probability),
    "nll_loss": class_loss_cases(),
    "cross_entropy": class_loss_cases(),
}
