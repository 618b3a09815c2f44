"""Dropout: what is dropped, what becomes of the rest, and in which mode."""

import numpy as np
import pytest

import dlcore.reference as ref

LAYERS = ["Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"]


@pytest.mark.parametrize("name", LAYERS)
def test_is_off_in_eval_and_prints_as_torchs(name, torch):
    layer = getattr(ref.nn, name)(0.3)
    assert repr(layer) == repr(getattr(torch.nn, name)(0.3))
    x = ref.randn(4, 3, 5)
    layer.eval()
    if name == "Dropout2d":
        x = x.unsqueeze(-1)
    assert layer(x) is x
    assert getattr(ref.nn, name)(0.0)(x) is x


@pytest.mark.parametrize(
    ("name", "shape"), [("Dropout1d", (2000, 3, 5)), ("Dropout2d", (1000, 6, 2, 3))]
)
def test_whole_channels_are_dropped(name, shape):
    ref.manual_seed(0)
    y = getattr(ref.nn, name)(0.25)(ref.ones(*shape)).numpy().reshape(*shape[:2], -1)
    assert set(np.unique(y)) == {0, np.float32(4 / 3)}
    assert (y == y[:, :, :1]).all()
    assert (y == 0).mean() == pytest.approx(0.25, abs=0.02)


def test_channels_without_a_batch():
    y = ref.nn.Dropout1d(0.5)(ref.ones(500, 4)).numpy()
    assert (y == y[:, :1]).all()
    assert 0 < (y == 0).mean() < 1
    with pytest.warns(UserWarning, match="taken as .N, C, L."):
        y = ref.nn.Dropout2d(0.5)(ref.ones(50, 6, 4)).numpy()
    assert (y == y[:, :, :1]).all()


def test_alpha_dropout_keeps_mean_and_variance():
    ref.manual_seed(0)
    x = ref.randn(200_000)
    y = ref.nn.AlphaDropout(0.2)(x)
    assert y.mean().item() == pytest.approx(0, abs=0.01)
    assert y.std().item() == pytest.approx(1, abs=0.01)
    a = ((1 - 0.2) * (1 + 0.2 * 1.7580993408473766**2)) ** -0.5
    floor = a * -1.7580993408473766 * (1 - 0.2)  # a * floor - a * p * floor
    assert (y.sub(floor).abs() < 1e-5).float().mean().item() == pytest.approx(0.2, abs=0.01)
    channels = ref.nn.FeatureAlphaDropout(0.2)(ref.ones(500, 4, 3)).numpy()
    assert (channels == channels[:, :, :1]).all()
    assert ref.nn.functional.alpha_dropout(x, 1.0, training=True).abs().sum().item() == 0


def test_gradient_passes_where_numbers_did():
    ref.manual_seed(0)
    x = ref.ones(1000, requires_grad=True)
    y = ref.nn.functional.dropout(x, 0.5)
    y.sum().backward()
    assert x.grad.tolist() == y.tolist()  # both are the mask / (1 - p)
    assert y.dtype is ref.float32
