"""Functions without a gradient, and methods that change a tensor in place: torch's values and
dtypes.
"""

import numpy as np
import pytest

import dlcore.reference as ref

DATA = np.random.default_rng(0).standard_normal((4, 3))

PLAIN = {
    "argsort": lambda t, x: x.argsort() + t.argsort(x, 1, descending=True) + x.sort(0).indices,
    "topk indices": lambda t, x: x.topk(2).indices + x.topk(2, largest=False)[1],
    "ties": lambda t, x: t.sort(t.tensor([2, 1, 2, 1, 2]), stable=True, descending=True).indices,
    "nan is largest": lambda t, x: t.sort(t.tensor([1.0, float("nan"), 2.0])).indices,
    "median of nan": lambda t, x: t.tensor([1.0, float("nan"), 2.0]).median(0).indices,
    "mode": lambda t, x: t.mode(t.tensor([[3, 1, 3, 1], [2, 2, 0, 1]]))[0],
    "unique": lambda t, x: t.cat(
        t.unique(t.tensor([[2, 1], [1, 5]]), return_inverse=True, return_counts=True)[::2]
    ),
    "unique inverse": lambda t, x: t.unique(t.tensor([[2, 1], [1, 5]]), return_inverse=True)[1],
    "unique rows": lambda t, x: t.tensor([[2, 1], [1, 5], [2, 1]]).unique(dim=0),
    "bincount": lambda t, x: t.bincount(t.tensor([1, 1, 4]), minlength=7),
    "bincount weights": lambda t, x: t.tensor([1, 1, 4]).bincount(t.tensor([0.5, 1.0, 2.0])),
    "histc": lambda t, x: t.histc(x, 5) + x.histc(5, -1, 1),
    "searchsorted": lambda t, x: t.searchsorted(
        t.tensor([1, 3, 5]), t.tensor([[0, 3], [6, 5]]), right=True
    ),
    "bucketize": lambda t, x: t.bucketize(x, t.tensor([-0.5, 0.0, 0.5], dtype=t.float64)),
    "nonzero": lambda t, x: (
        (x > 0).nonzero() + t.argwhere(x > 0) + t.nonzero(x > 0, as_tuple=False)
    ),
    "nonzero of a number": lambda t, x: t.tensor(3).nonzero(),
    "where alone": lambda t, x: t.where(x > 0)[1] + (x > 0).nonzero(as_tuple=True)[0],
    "count_nonzero": lambda t, x: t.count_nonzero(x > 0, dim=1) + (x > 0).count_nonzero(),
    "bits": lambda t, x: (
        (t.tensor([6, 3]) ^ 5)
        + (1 << t.tensor([2, 1]))
        + (t.tensor([9, 8]) >> 1)
        + (7 & t.tensor([3, 4]))
    ),
    "floor": lambda t, x: (
        t.tensor([-7, 7]) // 2
        + t.tensor([-7, 7]) % 3
        + 17 // t.tensor([3, 4])
        + 17 % t.tensor([3, 4])
    ),
    "truncating": lambda t, x: t.div(t.tensor([-7, 7, -6]), 2, rounding_mode="trunc"),
    "uint8 wraps": lambda t, x: t.tensor([1, 200], dtype=t.uint8) + 300,
    "uint8 minus": lambda t, x: t.tensor([1, 200], dtype=t.uint8) - 2,
    "uint8 compares": lambda t, x: t.tensor([1, 200], dtype=t.uint8) > 300,
    "uint8 sums": lambda t, x: t.tensor([200, 200], dtype=t.uint8).sum(),
    "logical": lambda t, x: t.logical_xor(x > 0, x < 1) | t.isinf(x) | t.isclose(x, x + 1e-9),
    "isin": lambda t, x: t.isin(t.tensor([[1, 2], [3, 4]]), t.tensor([2, 3])),
    "heaviside": lambda t, x: t.heaviside(x, x * 0 + 0.5),
    "triangles": lambda t, x: t.tril_indices(3, 4, -1)[:, :3] + t.triu_indices(3, 3)[:, :3],
    "like": lambda t, x: (
        x.new_zeros(2, 3) + x.new_ones((2, 3)) + x.new_full((3,), 4) + x.new_tensor([1, 2, 3])
    ),
    "new of a type": lambda t, x: x.new_ones(3, dtype=t.int32),
    "size by name": lambda t, x: t.zeros(size=(2, 3)) + t.ones(3),
    "ranges": lambda t, x: t.logspace(0, 2, 3) + t.arange(3.0) + t.arange(3, 0, -1),
    "conversions": lambda t, x: x.byte().short().type(t.int8).type_as(t.tensor([1.5])),
    "types": lambda t, x: t.zeros(0, dtype=t.promote_types(t.int32, t.float16)),
    "result_type": lambda t, x: t.zeros(0, dtype=t.result_type(t.tensor([1]), 1.0)),
    "limits": lambda t, x: t.tensor(
        [
            t.finfo(t.float32).eps,
            t.finfo(t.float64).max,
            t.finfo(t.float32).min,
            t.iinfo(t.int8).min,
        ]
    ),
    "svd": lambda t, x: t.linalg.svd(x, full_matrices=False).S + t.linalg.svdvals(x),
    "qr": lambda t, x: t.linalg.qr(x).R.abs(),
    "eigh": lambda t, x: t.linalg.eigh(x.T @ x).eigenvalues + t.linalg.eigvalsh(x.T @ x),
    "lstsq": lambda t, x: t.linalg.lstsq(x, x[:, :2] + 1).solution,
    "pinv, rank": lambda t, x: t.linalg.pinv(x) + t.linalg.matrix_rank(x),
    "typed by name": lambda t, x: (
        t.LongTensor([1, 2]) + t.ByteTensor([3, 4]) + t.BoolTensor([True])
    ),
    "floats by name": lambda t, x: t.FloatTensor([1, 2]) + t.IntTensor([3, 4]),
    "forced": lambda t, x: t.tensor(t.ones(2, requires_grad=True).numpy(force=True)),
    "a number's kind": lambda t, x: t.tensor(
        [x.is_cuda, x.is_floating_point(), t.is_tensor(x), t.numel(x) == 12]
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_without_gradient(name, torch):
    ours, theirs = (PLAIN[name](t, t.tensor(DATA)) for t in (ref, torch))
    assert repr(ours.dtype) == repr(theirs.dtype)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-10)


def changed(change):
    def call(t):
        x = t.tensor(DATA)
        result = change(t, x)
        assert result is x or result is None
        return x

    return call


IN_PLACE = {
    "masked_fill_": changed(lambda t, x: x.masked_fill_(x > 0, 2)),
    "scatter_": changed(lambda t, x: x.scatter_(1, t.tensor([[0], [1], [2], [0]]), 1.0)),
    "scatter_add_": changed(lambda t, x: x.scatter_add_(0, t.tensor([[0, 0, 1]]), x[:1] * 2)),
    "index_add_": changed(lambda t, x: x.index_add_(0, t.tensor([0, 0]), x[:2] * 2)),
    "index_copy_": changed(lambda t, x: x.index_copy_(0, t.tensor([1, 0]), x[:2] * 2)),
    "index_fill_": changed(lambda t, x: x.index_fill_(1, t.tensor([1]), 5)),
    "elementary": changed(lambda t, x: x.exp_().sqrt_().neg_().pow_(2).log_().sigmoid_().tanh_()),
    "rounding": changed(lambda t, x: x.mul_(10).floor_().abs_().reciprocal_().clamp_(0, 1)),
    "clamps": changed(lambda t, x: x.clamp_min_(-0.5).clamp_max_(0.5)),
    "addcmul_": changed(lambda t, x: x.addcmul_(x, x, value=0.5).addcdiv_(x, x + 9, value=-2)),
    "lerp_": changed(lambda t, x: x.lerp_(t.zeros_like(x), 0.25)),
    "triangles": changed(lambda t, x: x.triu_().tril_(1)),
    "fill_diagonal_": changed(lambda t, x: x.fill_diagonal_(9)),
    "fill_diagonal_ wrapped": changed(lambda t, x: x.fill_diagonal_(9, wrap=True)),
    "transposing": lambda t: t.tensor(DATA).t_().unsqueeze_(0).squeeze_(0).transpose_(0, 1),
    "operators": lambda t: in_place_operators(t),
    "apply_": changed(lambda t, x: x.apply_(lambda v: v * 2)),
}


def in_place_operators(t):
    x = t.tensor([7, -8, 9])
    x //= 2
    x %= 5
    x **= 2
    x ^= 3
    x <<= 2
    x >>= 1
    x |= 8
    x &= 29
    return x


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place(name, torch):
    ours, theirs = IN_PLACE[name](ref), IN_PLACE[name](torch)
    assert repr(ours.dtype) == repr(theirs.dtype)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)
