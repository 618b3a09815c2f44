"""Functions that are made of rules: the same values, dtypes, shapes and gradients as PyTorch."""

import numpy as np
import pytest

import dlcore.reference as ref

DATA = np.random.default_rng(0).standard_normal((4, 3))
SQUARE = np.random.default_rng(1).standard_normal((3, 3)) * 0.3 + 2 * np.eye(3)

# Functions of (t, x, a): x (4, 3) and a (3, 3), both with a gradient.
SELECTING = {
    "masked_fill": lambda t, x, a: x.masked_fill(x > 0, -1) + t.masked_fill(x, x < 0, x[0, 0]),
    "causal mask": lambda t, x, a: (
        (x @ x.T).masked_fill(t.tril(t.ones(4, 4)) == 0, float("-inf")).softmax(-1)
    ),
    "masked_select": lambda t, x, a: x.masked_select(x > 0).sum() + x.masked_select(x[0] > 0),
    "tril, triu": lambda t, x, a: x.tril() + t.triu(x, 1) + x.tril(-1) - a.triu(-1).sum(),
    "where": lambda t, x, a: x.where(x > 0, x[0]) + t.where(x > 0, 1.0, x),
    "index_select": lambda t, x, a: (
        x.index_select(0, t.tensor([0, 0, 3, 1]))
        + x.index_select(1, t.tensor([2, 1, 0], dtype=t.int32))
    ),
    "take": lambda t, x, a: x.take(t.tensor([[0, 5], [5, 11]])),
    "take_along_dim": lambda t, x, a: (
        t.take_along_dim(x, x.argsort(1), 1)
        + t.take_along_dim(x, t.tensor([[1], [0], [2], [1]]), dim=1).sum()
    ),
    "scatter": lambda t, x, a: (
        x.scatter(1, t.tensor([[0, 2], [1, 0]]), a[:2, :2])
        + t.scatter(x, 0, t.tensor([[1, 0, 3]]), 2.0)
    ),
    "scatter_add": lambda t, x, a: x.scatter_add(0, t.tensor([[0, 0, 1], [0, 1, 1], [3, 0, 1]]), a),
    "scatter_reduce": lambda t, x, a: (
        x.scatter_reduce(0, t.tensor([[0, 0, 1], [0, 1, 1], [3, 0, 1]]), a, "mean")
        + x.scatter_reduce(0, t.tensor([[0, 0, 1]]), a[:1], "mean", include_self=False)
        + x.scatter_reduce(0, t.tensor([[0, 0, 1]]), a[:1], "sum", include_self=False)
    ),
    "index_add": lambda t, x, a: x.index_add(0, t.tensor([1, 1, 3]), a, alpha=2),
    "index_copy": lambda t, x, a: x.index_copy(0, t.tensor([1, 0, 3]), a),
    "index_fill": lambda t, x, a: (
        x.index_fill(1, t.tensor([0, 2]), 7) + x.index_fill(0, t.tensor([-1]), 1)
    ),
    "narrow, select": lambda t, x, a: (
        x.narrow(0, 1, 3) + x.narrow(1, -2, 2).sum() + x.select(0, -1)
    ),
}
SHAPING = {
    "split": lambda t, x, a: x.split(3)[0] * x.split(1)[3] + t.split(x, [1, 2], dim=1)[1].sum(),
    "chunk": lambda t, x, a: x.chunk(3)[1] + t.chunk(x, 2, dim=-1)[1].sum() + len(x.chunk(9)),
    "tensor_split": lambda t, x, a: x.tensor_split(3)[0].sum() + t.tensor_split(x, (1, 3))[1],
    "unbind": lambda t, x, a: x.unbind()[0] * x.unbind(0)[3] + t.unbind(x, -1)[1].sum(),
    "stacks": lambda t, x, a: (
        t.vstack([x, x[0]]).sum()
        + t.hstack([x, x]).sum() * t.dstack([x, x])[0, 0, 1]
        + t.column_stack([x[:, 0], x])
        + t.hstack((x[0], x[1])).sum()
    ),
    "repeat": lambda t, x, a: x.repeat(2, 1, 2)[1] + t.tile(x, (2,)) + x.tile(1, 2),
    "repeat_interleave": lambda t, x, a: (
        x.repeat_interleave(2, dim=0)[:6] * t.repeat_interleave(x, t.tensor([1, 0, 2, 3]), dim=0)
        + x.repeat_interleave(2).sum()
    ),
    "roll, flip": lambda t, x, a: (
        x.roll(1) + t.roll(x, (1, -1), (0, 1)) + x.flip(0, 1) + t.flip(x, [1])
    ),
    "rot90": lambda t, x, a: (
        t.rot90(x, 2) + t.rot90(x, -1).T + t.rot90(x, 1, (1, 0)).T + x.fliplr()
    ),
    "axes": lambda t, x, a: (
        x[None].movedim(0, -1).squeeze(-1)
        + t.moveaxis(x[None], (0, 2), (2, 1))[..., 0]
        + x.swapaxes(0, 1).T
        + t.swapdims(x, 0, 1).t()
        + x[None, :, None].squeeze((0, 2))
    ),
    "unflatten": lambda t, x, a: x.unflatten(0, (2, -1)).sum(1) + x.ravel()[:3],
    "unfold": lambda t, x, a: x.unfold(0, 2, 1).sum(-1),
    "broadcasting": lambda t, x, a: (
        t.broadcast_tensors(x, x[0])[1] + x[0].expand_as(x) + x.view_as(x) + x.T.reshape_as(x)
    ),
    "meshgrid": lambda t, x, a: (
        t.meshgrid(x[0], x[:, 0], indexing="ij")[0].T + t.meshgrid(x[0], x[:, 0], indexing="xy")[1]
    ),
    "diff": lambda t, x, a: x.diff(dim=0) + t.diff(x, 2, 0).sum() + x.diff()[:3, :1],
    "block_diag": lambda t, x, a: t.block_diag(x, a, x[0]),
    "cartesian_prod": lambda t, x, a: t.cartesian_prod(x[0], x[1]),
    "diagonals": lambda t, x, a: (
        a.diag().diag()
        + t.diag_embed(a[0])
        + a.diagonal(1).sum()
        + a.trace()
        + a[0].diag(1)[:3, :3]
        + t.diag_embed(a[0], 0, 0, 1)
        + x[None].diagonal(dim1=1, dim2=2).sum()
    ),
}
REDUCING = {
    "prod": lambda t, x, a: x.prod() + x.prod(1).sum() + t.prod(x, 0, keepdim=True),
    "scans": lambda t, x, a: x.cumsum(0) + x.cumprod(1) + t.cumsum(x, dim=-1) + x.logcumsumexp(0),
    "cummax": lambda t, x, a: x.cummax(0).values + t.cummin(x, 1)[0],
    "axis names": lambda t, x, a: x.sum(axis=0) + x.mean(axis=1, keepdims=True) + x.std(axis=0),
    "spread": lambda t, x, a: (
        t.var(x, 0, unbiased=False)
        + x.std(0, False)
        + x.var(dim=0, keepdim=True)
        + x.var(False)
        + t.std_mean(x, 0)[0] * t.var_mean(x, dim=0)[1]
    ),
    "extremes": lambda t, x, a: (
        t.max(x, -x) + t.min(x, a[0]) + x.aminmax(dim=0).max + t.aminmax(x)[0]
    ),
    "sort": lambda t, x, a: x.sort(0)[0] * x.sort(descending=True).values + t.sort(x, dim=1)[0],
    "topk": lambda t, x, a: x.topk(2)[0].sum(1, keepdim=True) * x.topk(1, 0, largest=False).values,
    "kthvalue, median": lambda t, x, a: (
        x.kthvalue(2, 0).values + x.median(0).values + t.median(x) + x.median(1, keepdim=True)[0]
    ),
    "quantile": lambda t, x, a: (
        x.quantile(0.3, 0)
        + t.quantile(x, t.tensor([0.1, 0.7], dtype=x.dtype), dim=1).sum()
        + x.quantile(0.5)
        + x.quantile(0.4, 0, keepdim=True, interpolation="midpoint")
        + x.quantile(0.26, 0, interpolation="nearest")
        + x.quantile(0.26, 0, interpolation="lower")
    ),
    "norms": lambda t, x, a: (
        t.linalg.norm(x)
        + t.linalg.vector_norm(x, 3, dim=0)
        + t.linalg.norm(x, dim=1)[:3]
        + t.linalg.matrix_norm(x)
        + t.linalg.norm(a, 1)
        + t.linalg.norm(a, float("inf"))
    ),
    "nansum": lambda t, x, a: t.nansum(x, 0) + t.nanmean(x),
}
PRODUCTS = {
    "einsum": lambda t, x, a: (
        t.einsum("ij,jk->ik", x, a)
        + t.einsum("ij,kj", x, a)
        + t.einsum("ii", a)
        + t.einsum("i,j->ji", x[0], x[:, 0])
        + t.einsum("...j,jk->...k", x, a)
        + t.einsum("b...,b...->...", x, x)
        + t.einsum("ij, jk, kl -> il", [x, a, a])
    ),
    "einsum of attention": lambda t, x, a: t.einsum(
        "bhqd,bhkd->bhqk", x.reshape(1, 2, 2, 3), x.reshape(1, 2, 2, 3)
    ),
    "adding": lambda t, x, a: (
        t.addmm(x, x, a, beta=0.5, alpha=2)
        + t.addmv(x[:, 0], x, a[0])[:, None]
        + t.addr(x, x[:, 0], a[0])
        + t.baddbmm(x[None], x[None], a[None])[0]
        + x.addcmul(x, x, value=2)
        + x.addcdiv(x, x * x + 1)
    ),
    "tensordot": lambda t, x, a: (
        t.tensordot(x, a, 1)
        + t.tensordot(x, x, ([0, 1], [0, 1]))
        + t.tensordot(x, x, 0).sum()
        + t.inner(x, a)
        + x[0].inner(x[1])
    ),
    "kron, cross": lambda t, x, a: (
        t.kron(a, x)[:4, :3] + t.kron(x[0], a)[0, :3] + t.cross(x, x.flip(0), dim=1)
    ),
    "distances": lambda t, x, a: (
        t.cdist(x, a)[:, :3] + t.cdist(x, a, p=1) + t.dist(x, x * 2, 3) + t.dist(x, a[0])
    ),
    "inverses": lambda t, x, a: (
        x @ t.linalg.inv(a) + t.linalg.solve(a, x.T).T + t.linalg.solve(a, x[0])
    ),
    "determinants": lambda t, x, a: (
        x * t.det(a) + t.logdet(a) + t.linalg.slogdet(a)[1] + t.slogdet(a).sign
    ),
    "cholesky": lambda t, x, a: (
        x @ t.linalg.cholesky(a @ a.mT) + t.linalg.cholesky(a @ a.T, upper=True)[0]
    ),
    "matrix_power": lambda t, x, a: (
        x @ t.matrix_power(a, 3) + x @ t.linalg.matrix_power(a, -2) + t.linalg.multi_dot([x, a, a])
    ),
}
POINTWISE = {
    "division": lambda t, x, a: (
        x % 0.7
        + t.fmod(x, 0.3)
        + t.remainder(x, a[0])
        + (-1.5) % (x.detach() + 3)
        + x.detach() // 0.5
    ),
    "rounding modes": lambda t, x, a: (
        t.div(x, 0.3, rounding_mode="floor") * x + t.div(x, a[0], rounding_mode="trunc")
    ),
    "steps": lambda t, x, a: (
        x.floor() + x.ceil() + x.trunc() * x + x.round(decimals=1) + x.sign() + x.frac()
    ),
    "reflected": lambda t, x, a: (
        2**x + 1 / (x * x + 1) + t.rsub(x, 3) + t.true_divide(x, 2) + x.pow(2)
    ),
    "lerp": lambda t, x, a: x.lerp(x * 2, 0.3) + t.lerp(x, a[0], x),
    "logs": lambda t, x, a: (
        t.logaddexp(x, a[0])
        + (x * x + 1).log2()
        + t.log10(x * x + 1)
        + x.expm1()
        + x.exp2()
        + (x * x + 1).rsqrt()
        + (x * x + 1).reciprocal()
        + t.xlogy(x, x * x + 1)
        + x.sigmoid().logit()
    ),
    "trigonometry": lambda t, x, a: (
        x.sinh()
        + x.cosh()
        + (x * 0.1).tan()
        + x.tanh().asin()
        + x.tanh().acos()
        + x.atan()
        + x.asinh()
        + (x * x + 2).acosh()
        + (x * 0.2).atanh()
        + t.atan2(x, a[0])
        + t.hypot(x, a[0])
        + t.deg2rad(x)
    ),
    "special": lambda t, x, a: x.erf() + x.erfc() + (x * 0.2).erfinv() + (x * x + 1).lgamma(),
    "clamps": lambda t, x, a: (
        x.clamp(a[0] - 1, a[0] + 1)
        + x.clip(min=-0.3)
        + t.clamp_min(x, 0.2)
        + x.clamp_max(0.4)
        + x.clamp(min=x.detach()[0])
        + t.nan_to_num(x / (x > 0), posinf=3.0, neginf=-2.0)
    ),
    "aliases": lambda t, x, a: (
        x.multiply(2) + t.subtract(x, 1) + x.divide(3) + x.absolute() + x.negative()
    ),
}
FAMILIES = {**SELECTING, **SHAPING, **REDUCING, **PRODUCTS, **POINTWISE}


@pytest.mark.parametrize("name", FAMILIES)
def test_values_and_gradients(name, torch):
    results = []
    for t in (ref, torch):
        x, a = (t.tensor(d, requires_grad=True) for d in (DATA, SQUARE))
        y = FAMILIES[name](t, x, a)
        weights = t.tensor(np.random.default_rng(2).standard_normal(tuple(y.shape)))
        finite = t.where(t.isfinite(y), y, t.zeros_like(y))
        (finite * weights).sum().backward()
        results.append((y.detach(), x.grad, a.grad))
    assert tuple(results[0][0].shape) == tuple(results[1][0].shape)
    for ours, theirs in zip(*results, strict=True):
        if theirs is None or ours is None:
            assert ours is theirs or not theirs.any()
            continue
        assert repr(ours.dtype) == repr(theirs.dtype)
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("cut", [lambda y: y.split(2), lambda y: y.unbind(), lambda y: y.chunk(2)])
def test_a_change_of_a_part_is_a_change_of_the_whole(cut, torch):
    for t in (ref, torch):
        y = t.ones(4, 3, requires_grad=True) * 1
        z = y * y
        part = cut(y.detach())[1]
        part += 1
        assert y.sum().item() > 12
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            z.sum().backward()
