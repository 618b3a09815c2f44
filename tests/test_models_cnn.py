"""Convolutional models: the same on both backends, before and after training."""

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.models import lenet, resnet

MODELS = {
    "lenet": (lenet, {"size": 28}, (4, 1, 28, 28)),
    "lenet on digits": (lenet, {"size": 8, "filters": (4, 6), "hidden": (12,)}, (5, 1, 8, 8)),
    "lenet in colour": (lenet, {"channels": 3, "size": 10, "classes": 3}, (3, 3, 10, 10)),
    "resnet": (resnet, {"widths": (4, 6, 8)}, (3, 1, 28, 28)),
    "resnet on digits": (
        resnet,
        {"widths": (4, 6), "blocks": (1, 2), "channels": 2, "classes": 4},
        (6, 2, 8, 8),
    ),
}


def pair(name, kind, torch):
    """The model on both backends with equal weights, and a batch for it."""
    definition, options, shape = MODELS[name]
    ref.manual_seed(0)
    models = []
    for t in (ref, torch):
        models.append(definition(t)(**options).to(getattr(t, kind)))
    ours, theirs = models
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    rng = np.random.default_rng(1)
    x = rng.standard_normal(shape).astype(kind)
    return models, x, rng.integers(0, options.get("classes", 10), shape[0])


def loss_of(t, model, x, y):
    logits = model(t.tensor(x))
    return logits, t.nn.functional.cross_entropy(logits, t.tensor(y))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("kind", "tolerance"), [("float64", 1e-9), ("float32", 1e-4)])
def test_logits_loss_and_gradients_are_torchs(name, kind, tolerance, torch):
    models, x, y = pair(name, kind, torch)
    assert repr(models[0]) == repr(models[1])
    found = []
    for t, model in zip((ref, torch), models, strict=True):
        logits, loss = loss_of(t, model, x, y)
        loss.backward()
        found.append([logits.detach(), loss.detach(), *(p.grad for p in model.parameters())])
    for a, b in zip(*found, strict=True):
        a, b = a.numpy(), b.numpy()
        assert a.dtype == b.dtype == kind
        # Of the largest entry: small gradients are differences of large numbers.
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * np.abs(b).max())


# Twenty steps carry a rounding error on and on. In float64 that stays small; in float32 a
# normalised network of a few images enlarges it to a thousandth of a weight.
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("kind", "tolerance"), [("float64", 1e-8), ("float32", 2e-3)])
def test_weights_after_twenty_steps_are_torchs(name, kind, tolerance, torch):
    models, x, y = pair(name, kind, torch)
    before = {k: v.numpy().copy() for k, v in models[0].state_dict().items()}
    for t, model in zip((ref, torch), models, strict=True):
        optimizer = t.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
        for _ in range(20):
            optimizer.zero_grad()
            loss_of(t, model, x, y)[1].backward()
            optimizer.step()
    ours, theirs = (m.state_dict() for m in models)
    moved = 0.0
    for key, a in ours.items():
        a, b = a.numpy(), theirs[key].numpy()
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=key)
        moved = max(moved, np.abs(a - before[key]).max())
    assert moved > 10 * tolerance


def test_a_mode_for_judging(torch):
    """In eval mode both backends use the running statistics, and agree as well."""
    models, x, y = pair("resnet", "float64", torch)
    out = []
    for t, model in zip((ref, torch), models, strict=True):
        loss_of(t, model, x, y)
        model.eval()
        with t.no_grad():
            out.append(model(t.tensor(x)).numpy())
    np.testing.assert_allclose(*out, rtol=1e-9, atol=1e-12)


def test_sizes_that_make_no_model():
    with pytest.raises(ValueError, match="at least 4; received 3"):
        lenet(ref)(size=3)
    with pytest.raises(ValueError, match=r"received \(16, 32\) and \(1,\)"):
        resnet(ref)(widths=(16, 32), blocks=(1,))
