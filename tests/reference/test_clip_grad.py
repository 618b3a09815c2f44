"""Gradient clipping where gradients are missing, infinite or no numbers, beside PyTorch's."""

import numpy as np
import pytest

import dlcore.reference as ref

NAN, INF = float("nan"), float("inf")


def parameters(t, *gradients):
    found = []
    for g in gradients:
        found.append(t.nn.Parameter(t.zeros(3)))
        found[-1].grad = None if g is None else t.tensor(g)
    return found


@pytest.mark.parametrize(
    "gradients",
    [
        ([3.0, 4.0, 0.0],),
        ([0.1, 0.0, 0.0], None),
        ([1.0, NAN, 2.0], [1.0, 1.0, 1.0]),
        ([1.0, INF, 2.0], [1.0, 1.0, 1.0]),
        (None,),
        (),
    ],
)
@pytest.mark.parametrize("norm", [1.0, 2.0, INF])
def test_every_gradient_is_torchs(gradients, norm, torch):
    results = []
    for t in (ref, torch):
        ps = parameters(t, *gradients)
        total = t.nn.utils.clip_grad_norm_(ps, 0.5, norm)
        results.append([total, *(p.grad for p in ps if p.grad is not None)])
    for a, b in zip(*results, strict=True):
        assert str(a.dtype) == str(b.dtype)
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)


def test_the_norm_and_the_scaling_can_be_had_apart(torch):
    for t in (ref, torch):
        utils, (p,) = t.nn.utils, parameters(t, [3.0, 4.0, 0.0])
        total = utils.get_total_norm([p.grad])
        assert total.item() == 5
        utils.clip_grads_with_norm_(p, 2.5, total)
        assert p.grad.tolist() == pytest.approx([1.5, 2, 0])
        utils.clip_grads_with_norm_([p], 100.0, total)
        assert p.grad.tolist() == pytest.approx([1.5, 2, 0])
        with pytest.raises(RuntimeError, match="non-finite"):
            utils.get_total_norm([t.tensor([NAN])], error_if_nonfinite=True)
