"""Cases of kernels/scan.py."""

import numpy as np

from .draw import arrays, axis, composite, flag, one_of
from .make import Case, normal, over_axes, without_dim


def with_zeros(*shape, seed=0):
    """Normal numbers with some zeros among them, at which a product may not be divided."""
    x = normal(*shape, seed=seed)
    return np.asarray(np.where(np.random.default_rng([seed, *shape]).random(shape) < 0.3, 0.0, x))


ONE_AXIS = [c for c in without_dim(over_axes()) if not isinstance(c.options["dim"], tuple)]

CASES = {
    name: [
        Case((make(*s),), {"dim": d})
        for s, d in [((5,), 0), ((2, 3, 4), 1), ((3, 1), -1), ((0, 2), 0)]
    ]
    for name, make in [("cumsum", normal), ("cumprod", with_zeros), ("logcumsumexp", normal)]
}
CASES["cumprod"] += [Case((normal(4, 3),), {"dim": 0})]
CASES["prod"] = ONE_AXIS + [
    Case((with_zeros(3, 4, seed=s),), {"dim": 1, "keepdim": False}, ONE_AXIS[0].twin)
    for s in (1, 2)
]


@composite
def running(draw, make=normal):
    x = draw(arrays(make, min_dims=1))
    return Case((x,), {"dim": draw(axis(x.ndim))})


@composite
def prod(draw):
    x = draw(arrays(draw(one_of(normal, with_zeros)), max_dims=2, smallest=1))
    dim = draw(axis(x.ndim)) if x.ndim and draw(flag()) else None
    return Case((x,), {"dim": dim, "keepdim": dim is not None and draw(flag())}, ONE_AXIS[0].twin)


GENERATED = {
    "cumsum": running(),
    "cumprod": running(with_zeros),
    "logcumsumexp": running(),
    "prod": prod(),
}
