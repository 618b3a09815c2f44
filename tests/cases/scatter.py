"""Cases of kernels/scatter.py."""

import numpy as np

from .draw import axis, composite, filled, indices, one_of, shapes, size, whole
from .make import Case, apart, normal


def scatter_call(torch, twin, tensors, dim, index):
    x, src = tensors
    # PyTorch takes a src larger than the index, but only forwards: its backward fails.
    used = src[tuple(slice(n) for n in index.shape)] if torch.is_tensor(src) else src
    return twin(x, dim, torch.from_numpy(index), used)


def index_add_call(torch, twin, tensors, dim, index, alpha=1):
    return twin(tensors[0], dim, torch.from_numpy(index), tensors[1], alpha=alpha)


def scatter_extreme_call(torch, twin, tensors, dim, index, largest=True, include_self=True):
    x, src = tensors
    used = src[tuple(slice(n) for n in index.shape)]
    reduce = "amax" if largest else "amin"
    return twin(x, dim, torch.from_numpy(index), used, reduce, include_self=include_self)


def distinct(shape, below, dim, seed=0):
    """Places along ``dim`` in which no two fall on each other: PyTorch leaves open which stays."""
    rng = np.random.default_rng([seed, *shape])
    order = np.argsort(rng.random([below if i == dim else n for i, n in enumerate(shape)]), dim)
    return np.take(order, range(shape[dim]), axis=dim)


CASES = {
    "scatter": [
        Case(
            (normal(4, 3), normal(2, 3, seed=1)),
            {"dim": 0, "index": distinct((2, 3), 4, 0)},
            scatter_call,
        ),
        Case(
            (normal(4, 5), normal(4, 6, seed=1)),
            {"dim": 1, "index": distinct((3, 2), 5, 1)},
            scatter_call,
        ),
        Case((normal(4, 5), 1.5), {"dim": 1, "index": distinct((3, 2), 5, 1)}, scatter_call),
    ],
    "scatter_add": [
        Case(
            (normal(4, 3), normal(6, 3, seed=1)),
            {"dim": 0, "index": np.array([[0, 1, 2], [0, 0, 3], [2, 1, 1], [0, 3, 3]])},
            scatter_call,
        ),
        Case(
            (normal(4), normal(5, seed=1)),
            {"dim": 0, "index": np.array([1, 1, 3, 0])},
            scatter_call,
        ),
    ],
    "scatter_extreme": [
        *(
            Case(
                (apart(4, 3), apart(6, 3, seed=1) + 0.1),
                {
                    "dim": 0,
                    "index": np.array([[0, 1, 2], [0, 0, 3], [2, 1, 1], [0, 3, 3]]),
                    "largest": largest,
                    "include_self": include_self,
                },
                scatter_extreme_call,
            )
            for largest in (True, False)
            for include_self in (True, False)
        ),
        # Ties share the gradient, and so does x where it is not looked at.
        *(
            Case(
                (np.zeros(4), np.array([0.0, 1.0, 1.0, 0.0])),
                {"dim": 0, "index": np.array([0, 1, 1, 2]), "include_self": include_self},
                scatter_extreme_call,
                smooth=False,
            )
            for include_self in (True, False)
        ),
    ],
    "index_add": [
        Case(
            (normal(*x), normal(*s, seed=1)),
            {"dim": d, "index": np.array(i, np.int64), "alpha": a},
            index_add_call,
        )
        for x, s, d, i in [
            ((4, 3), (5, 3), 0, [1, 0, 1, 3, 1]),
            ((2, 4, 3), (2, 3, 3), 1, [2, 2, 0]),
            ((4,), (2,), 0, [3, 3]),
            ((4, 3), (0, 3), 0, []),
        ]
        for a in (1, 0.5)
    ],
}


@composite
def scatter(draw, twice):
    shape = draw(shapes(min_dims=1, smallest=1))
    dim = draw(whole(0, len(shape) - 1))
    places = [draw(whole(1, n)) for n in shape]
    source = [n + draw(one_of(0, 0, 1)) for n in places]
    seed = draw(whole(0, 99))
    if twice:
        places[dim] = source[dim] = draw(size())
        index = draw(indices(tuple(places), shape[dim]))
    else:
        index = distinct(tuple(places), shape[dim], dim, seed)
    return Case(
        (draw(filled(shape)), normal(*source, seed=seed)),
        {"dim": dim, "index": index},
        scatter_call,
    )


@composite
def scatter_extreme(draw):
    case = draw(scatter(twice=True))
    x, src = case.inputs
    numbers = apart(x.size + src.size)  # no tie between the two either
    x, src = numbers[: x.size].reshape(x.shape), numbers[x.size :].reshape(src.shape)
    options = {**case.options, "largest": draw(one_of(True, False))}
    options["include_self"] = draw(one_of(True, False))
    return Case((x, src), options, scatter_extreme_call)


@composite
def index_add(draw):
    shape = draw(shapes(min_dims=1, smallest=1))
    dim = draw(axis(len(shape)))
    source = list(shape)
    source[dim] = draw(size())
    index = draw(indices((source[dim],), shape[dim]))
    options = {"dim": dim, "index": index, "alpha": draw(one_of(1, -2))}
    return Case((draw(filled(shape)), draw(filled(tuple(source)))), options, index_add_call)


GENERATED = {
    "scatter": scatter(twice=False),
    "scatter_add": scatter(twice=True),
    "scatter_extreme": scatter_extreme(),
    "index_add": index_add(),
}
