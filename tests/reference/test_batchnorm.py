"""Normalising layers: PyTorch's numbers in training and in eval mode, and running averages."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same, twins


def data(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape) * 2 + 1


BATCH = {
    "1d": (lambda nn: nn.BatchNorm1d(3), (5, 3)),
    "1d over time": (lambda nn: nn.BatchNorm1d(3), (4, 3, 6)),
    "2d": (lambda nn: nn.BatchNorm2d(3), (4, 3, 2, 5)),
    "one image": (lambda nn: nn.BatchNorm2d(3), (1, 3, 4, 2)),
    "momentum": (lambda nn: nn.BatchNorm2d(3, momentum=0.3, eps=0.1), (4, 3, 2, 2)),
    "plain average": (lambda nn: nn.BatchNorm1d(3, momentum=None), (5, 3)),
    "not affine": (lambda nn: nn.BatchNorm2d(3, affine=False), (4, 3, 2, 2)),
    "no bias": (lambda nn: nn.BatchNorm2d(3, bias=False), (4, 3, 2, 2)),
    "no running averages": (lambda nn: nn.BatchNorm1d(3, track_running_stats=False), (5, 3)),
}
INSTANCE = {
    "1d": (lambda nn: nn.InstanceNorm1d(3), (4, 3, 5)),
    "1d, one": (lambda nn: nn.InstanceNorm1d(3, affine=True), (3, 5)),
    "2d": (lambda nn: nn.InstanceNorm2d(3, affine=True), (4, 3, 2, 5)),
    "2d, one": (lambda nn: nn.InstanceNorm2d(3), (3, 2, 5)),
    "tracked": (lambda nn: nn.InstanceNorm2d(3, track_running_stats=True), (4, 3, 2, 5)),
}


@pytest.mark.parametrize("name", [*BATCH, *(f"instance {name}" for name in INSTANCE)])
def test_training_and_eval_agree_with_torch(name, torch):
    table = INSTANCE if name.startswith("instance") else BATCH
    make, shape = table[name.removeprefix("instance ")]
    ours, theirs = twins(make, torch)
    for seed in range(3):  # the running averages move on with every batch
        assert_same(ours, theirs, torch, data(*shape, seed=seed))
    ours.eval(), theirs.eval()
    assert_same(ours, theirs, torch, data(*shape, seed=7))


OF_EXAMPLES = {
    "layer": (lambda nn: nn.LayerNorm(4), (2, 3, 4)),
    "layer, two axes": (lambda nn: nn.LayerNorm((3, 4), eps=0.1), (2, 3, 4)),
    "layer, no bias": (lambda nn: nn.LayerNorm(4, bias=False), (2, 4)),
    "layer, not affine": (lambda nn: nn.LayerNorm(4, elementwise_affine=False), (2, 4)),
    "rms": (lambda nn: nn.RMSNorm(4), (2, 3, 4)),
    "rms, two axes": (lambda nn: nn.RMSNorm((3, 4), eps=0.1), (2, 3, 4)),
    "rms, not affine": (lambda nn: nn.RMSNorm(4, elementwise_affine=False), (2, 4)),
    "group": (lambda nn: nn.GroupNorm(2, 6), (3, 6, 2, 4)),
    "group of all": (lambda nn: nn.GroupNorm(1, 6, eps=0.1), (3, 6, 2)),
    "group, no bias": (lambda nn: nn.GroupNorm(3, 6, bias=False), (3, 6)),
    "group, not affine": (lambda nn: nn.GroupNorm(3, 6, affine=False), (3, 6, 4)),
    "local response": (lambda nn: nn.LocalResponseNorm(3, alpha=0.5, k=2.0), (2, 5, 3, 2)),
    "local response, even": (lambda nn: nn.LocalResponseNorm(4, beta=1.5), (2, 3, 4)),
}


@pytest.mark.parametrize("name", OF_EXAMPLES)
def test_normalising_each_example_agrees_with_torch(name, torch):
    make, shape = OF_EXAMPLES[name]
    ours, theirs = twins(make, torch)
    assert_same(ours, theirs, torch, data(*shape))
    ours.eval(), theirs.eval()  # makes no difference to these
    assert_same(ours, theirs, torch, data(*shape, seed=1))


def test_batch_variance_is_biased_and_running_variance_is_not():
    layer = ref.nn.BatchNorm1d(1, eps=0.0, momentum=1.0)
    y = layer(ref.tensor([[1.0], [3.0]]))
    assert y.tolist() == [[-1.0], [1.0]]  # mean 2, variance ((1-2)^2 + (3-2)^2) / 2 = 1
    assert layer.running_mean.tolist() == [2.0]
    assert layer.running_var.tolist() == [2.0]  # the same sum of squares over 2 - 1
    assert layer.num_batches_tracked.item() == 1
    assert layer.num_batches_tracked.dtype is ref.int64


def test_counting_goes_on_in_training_only():
    layer = ref.nn.BatchNorm1d(2)
    for _ in range(3):
        layer(ref.randn(4, 2))
    layer.eval()(ref.randn(4, 2))
    assert layer.num_batches_tracked.item() == 3
    kept = layer.running_mean.tolist()
    layer(ref.randn(4, 2))
    assert layer.running_mean.tolist() == kept
    layer.reset_running_stats()
    assert layer.running_mean.tolist() == [0, 0]
    assert layer.running_var.tolist() == [1, 1]
    assert layer.num_batches_tracked.item() == 0


def test_a_batch_last_in_memory_gives_the_same_and_stays_so():
    """A convolution leaves (N, C, H, W) in memory as (C, H, W, N); nothing should copy it."""
    x = data(4, 3, 2, 5)
    plain, moved = (ref.tensor(a) for a in (x, x))
    moved._array = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
    results = []
    for a in (plain, moved):
        a.requires_grad_()
        y = ref.nn.functional.batch_norm(a, None, None, training=True)
        (y * y * y).sum().backward()
        results.append((y, a.grad))
    for mine, other in zip(*results, strict=True):
        np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=1e-9)
    assert results[1][0]._array.strides == moved._array.strides


def test_functions_take_torchs_arguments(torch):
    x, w, b = data(4, 3, 2), data(3, seed=1), data(3, seed=2)
    for t in (ref, torch):
        F = t.nn.functional
        mean, var = t.zeros(3, dtype=t.float64), t.ones(3, dtype=t.float64)
        call = F.batch_norm(t.tensor(x), mean, var, t.tensor(w), t.tensor(b), True, 0.5, 1e-3)
        late = F.batch_norm(t.tensor(x), mean, var, bias=t.tensor(b))
        one = F.instance_norm(t.tensor(x), mean, var, use_input_stats=False)
        own = F.instance_norm(t.tensor(x), weight=t.tensor(w))
        layer = F.layer_norm(t.tensor(x), (2,), None, t.tensor(b[:2]))
        found = [v.numpy() for v in (call, late, one, own, layer, mean, var)]
        if t is ref:
            ours = found
    for mine, other in zip(ours, found, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10)


BAD = [
    (lambda nn, t: nn.BatchNorm1d(3)(t.ones(2, 4)), RuntimeError, r"axis 1 .* 3 features .* 4"),
    (lambda nn, t: nn.BatchNorm2d(3)(t.ones(2, 4, 5, 5)), RuntimeError, r"3 channels.*received 4"),
    (lambda nn, t: nn.BatchNorm1d(3)(t.ones(2, 3, 4, 5)), ValueError, "2D or 3D input .got 4D"),
    (lambda nn, t: nn.BatchNorm2d(3)(t.ones(2, 3)), ValueError, "expected 4D input .got 2D"),
    (lambda nn, t: nn.BatchNorm1d(3)(t.ones(1, 3)), ValueError, "more than 1 value per channel"),
    (lambda nn, t: nn.BatchNorm2d(3)(t.ones(1, 3, 1, 1)), ValueError, "more than 1 value"),
    (lambda nn, t: nn.BatchNorm1d(3)(t.ones(2, 3, dtype=t.int64)), RuntimeError, "implemented for"),
    (lambda nn, t: nn.InstanceNorm2d(3)(t.ones(2, 3)), ValueError, "3D or 4D input"),
    (lambda nn, t: nn.InstanceNorm2d(3)(t.ones(2, 3, 1, 1)), ValueError, "more than 1 spatial"),
    (lambda nn, t: nn.GroupNorm(2, 3), ValueError, "divisible by num_groups"),
    (lambda nn, t: nn.GroupNorm(2, 6)(t.ones(1, 4, 5)), RuntimeError, r"axis 1 .* 4 channels"),
    (lambda nn, t: nn.LayerNorm(3)(t.ones(2, 4)), RuntimeError, r"last axes .* \(3,\).* \(2, 4\)"),
    (lambda nn, t: nn.RMSNorm((2, 3))(t.ones(2, 4)), RuntimeError, r"last axes .* \(2, 3\)"),
    (lambda nn, t: nn.LocalResponseNorm(2)(t.ones(2, 4)), ValueError, "3D or higher"),
    (
        lambda nn, t: nn.functional.batch_norm(t.ones(2, 3), None, None),
        RuntimeError,
        "needed when training=False",
    ),
    (
        lambda nn, t: nn.functional.layer_norm(t.ones(2, 3), (3,), t.ones(2)),
        RuntimeError,
        "weight should have the shape",
    ),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_bad_input_is_an_error_of_torchs_type(case, torch):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call(ref.nn, ref)
    with pytest.raises(kind):
        call(torch.nn, torch)


def test_types_are_not_mixed():
    with pytest.raises(RuntimeError, match=r"input is torch.float64 and weight is torch.float32"):
        ref.nn.LayerNorm(3)(ref.ones(2, 3, dtype=ref.float64))
    with pytest.raises(RuntimeError, match=r"input is torch.float64"):
        ref.nn.BatchNorm1d(3)(ref.ones(2, 3, dtype=ref.float64))


def test_an_empty_batch_leaves_the_averages_alone():
    layer = ref.nn.BatchNorm2d(3)
    assert tuple(layer(ref.ones(0, 3, 2, 2)).shape) == (0, 3, 2, 2)
    assert layer.running_var.tolist() == [1, 1, 1]
