"""Cases of kernels/attention.py."""

import numpy as np

from .draw import SEEDS, composite, flag, one_of, shapes, size, whole
from .make import Case, normal


def twin(torch, function, tensors, keep=None, **options):
    """PyTorch draws its own dropout; with a given one the formula is written out."""
    if keep is None:
        return function(*tensors, **options)
    q, k, v, *mask = tensors
    scores = q @ k.mT * (options.get("scale") or q.shape[-1] ** -0.5)
    if options.get("is_causal"):
        mask = [torch.ones(scores.shape[-2:], dtype=torch.bool).tril()]
    if mask:
        bias = mask[0]
        scores = (
            scores.masked_fill(~bias, -torch.inf) if bias.dtype == torch.bool else scores + bias
        )
    return (torch.softmax(scores, -1) * torch.tensor(keep)) @ v


def qkv(batch, T, S, D, E, seed=0):
    return [
        normal(*batch, n, d, seed=seed + i) for i, (n, d) in enumerate([(T, D), (S, D), (S, E)])
    ]


def case(batch, T, S, D, E, *mask, seed=0, **options):
    return Case((*qkv(batch, T, S, D, E, seed), *mask), options, twin)


def may_look(*shape, seed=0):
    """A bool mask; every query may look at the first key, so that no row is empty."""
    mask = np.random.default_rng([seed, *shape]).random(shape) < 0.6
    mask[..., 0] = True
    return mask


NOWHERE = np.array([[True, True, False], [False, False, False]])  # the second query looks nowhere
PADDED = np.array([[0.0, 0.0, -np.inf]])

CASES = {
    "scaled_dot_product_attention": [
        case((2, 3), 4, 5, 6, 7),
        case((), 4, 5, 6, 7, scale=0.3),
        case((2,), 5, 3, 4, 2, is_causal=True),
        case((2,), 3, 5, 4, 2, is_causal=True),
        case((2, 3), 4, 5, 2, 3, may_look(4, 5)),
        case((2, 3), 4, 5, 2, 3, may_look(2, 1, 1, 5)),
        case((2, 3), 4, 5, 2, 3, normal(4, 5, seed=9)),
        case((2, 3), 4, 5, 2, 3, normal(2, 3, 4, 5, seed=9)),
        case((2, 3), 4, 5, 2, 3, normal(3, 1, 5, seed=9)),
        case((2,), 2, 3, 4, 2, NOWHERE),
        case((2, 1), 1, 1, 1, 1),
        case((0, 2), 4, 5, 6, 7),
        case((2,), 4, 5, 6, 7, keep=2.0 * may_look(2, 4, 5)),
        case((2, 2), 4, 4, 3, 3, is_causal=True, keep=2.0 * may_look(2, 2, 4, 4)),
        case((2,), 4, 3, 6, 7, may_look(4, 3), keep=1.5 * may_look(2, 4, 3, seed=1)),
    ],
}


@composite
def attention(draw):
    batch, seed = draw(shapes()), draw(SEEDS)
    T, S, D, E = (draw(size(1)) for _ in range(4))
    options, mask = {}, []
    if draw(flag()):
        options["scale"] = draw(one_of(0.5, 1.0, 2.0))
    kind = draw(one_of("none", "causal", "bool", "float"))
    if kind == "causal":
        options["is_causal"] = True
    if kind in ("bool", "float"):
        full = (*batch, T, S)
        kept = full[draw(whole(0, len(full) - 1)) :]  # axes at the front may be left out
        shape = [1 if draw(flag()) else n for n in kept]
        mask = [may_look(*shape, seed=seed) if kind == "bool" else normal(*shape, seed=seed)]
    if draw(flag()):
        options["keep"] = 1.25 * may_look(*batch, T, S, seed=seed + 1)
    return case(batch, T, S, D, E, *mask, seed=seed, **options)


GENERATED = {"scaled_dot_product_attention": attention()}
