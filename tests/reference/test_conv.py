"""Convolutions as functions and layers: PyTorch's numbers, names, texts and refusals."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same, twins

F = ref.nn.functional

LAYERS = {
    "plain": (lambda nn: nn.Conv2d(3, 4, 3), (2, 3, 6, 7)),
    "one image": (lambda nn: nn.Conv2d(3, 4, (3, 2), padding=1), (3, 6, 7)),
    "all numbers": (
        lambda nn: nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, bias=False),
        (2, 4, 6, 7),
    ),
    "same": (lambda nn: nn.Conv2d(3, 4, (4, 3), padding="same", dilation=(1, 2)), (2, 3, 6, 7)),
    "valid": (lambda nn: nn.Conv2d(3, 4, 3, padding="valid", stride=2), (2, 3, 6, 7)),
    "depthwise": (lambda nn: nn.Conv2d(3, 6, 3, padding=1, groups=3), (2, 3, 6, 7)),
    "reflect": (lambda nn: nn.Conv2d(3, 4, 3, padding=2, padding_mode="reflect"), (2, 3, 6, 7)),
    "replicate": (
        lambda nn: nn.Conv2d(3, 4, 4, padding="same", padding_mode="replicate"),
        (2, 3, 6, 7),
    ),
    "circular": (
        lambda nn: nn.Conv2d(3, 4, 3, stride=2, padding=(2, 1), padding_mode="circular"),
        (2, 3, 6, 7),
    ),
    "signals": (lambda nn: nn.Conv1d(3, 4, 3, padding=1), (2, 3, 8)),
    "one signal": (lambda nn: nn.Conv1d(4, 6, 3, 2, 1, 2, 2), (4, 9)),
    "signals, same": (lambda nn: nn.Conv1d(3, 4, 4, padding="same"), (2, 3, 8)),
    "signals, circular": (
        lambda nn: nn.Conv1d(3, 4, 3, padding=2, padding_mode="circular"),
        (2, 3, 8),
    ),
    "transposed": (lambda nn: nn.ConvTranspose2d(3, 4, 3), (2, 3, 4, 5)),
    "transposed, all": (
        lambda nn: nn.ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (1, 0), 2, False, (2, 1)),
        (2, 4, 3, 4),
    ),
    "transposed, doubling": (lambda nn: nn.ConvTranspose2d(3, 2, 4, 2, 1), (3, 4, 5)),
    "transposed signals": (
        lambda nn: nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=1, groups=2),
        (2, 4, 5),
    ),
    "no image": (lambda nn: nn.Conv2d(3, 4, 3), (0, 3, 6, 7)),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # PyTorch's copy
@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, torch):
    make, shape = LAYERS[name]
    ours, theirs = twins(make, torch)
    assert_same(ours, theirs, torch, np.random.default_rng(0).standard_normal(shape))
    for attribute in ("in_channels", "kernel_size", "stride", "padding", "dilation", "groups"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)


def test_a_size_among_those_that_a_stride_leaves_open(torch):
    make = lambda nn: nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1)  # noqa: E731
    ours, theirs = twins(make, torch)
    x = np.random.default_rng(0).standard_normal((2, 2, 4, 5))
    a = ours(ref.tensor(x), output_size=(8, 9))
    b = theirs(torch.tensor(x), output_size=(8, 9))
    assert tuple(a.shape) == tuple(b.shape) == (2, 3, 8, 9)
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-10)
    with pytest.raises(ValueError, match=r"between \(7, 9\) and \(8, 10\)"):
        ours(ref.tensor(x), output_size=(9, 9))


def test_by_hand():
    """A filter is laid on, not turned round first; a 3 x 3 image, a 2 x 2 filter."""
    x = ref.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    w = ref.tensor([[[[1.0, 10.0], [100.0, 1000.0]]]])
    # The first place covers 1 2 / 4 5: 1 + 20 + 400 + 5000.
    assert F.conv2d(x, w).tolist() == [[[[5421, 6532], [8754, 9865]]]]


def test_transposed_convolution_is_the_transpose():
    """<conv(x), y> = <x, conv_transpose(y)> for any x, y."""
    ref.manual_seed(0)
    x = ref.randn(2, 3, 7, 9, dtype=ref.float64)
    w = ref.randn(4, 3, 3, 2, dtype=ref.float64)
    forth = F.conv2d(x, w, stride=(2, 3), padding=1)
    y = ref.randn(*forth.shape, dtype=ref.float64)
    back = F.conv_transpose2d(y, w, stride=(2, 3), padding=1)
    assert (forth * y).sum().item() == pytest.approx((x * back).sum().item())


def test_starts_within_torchs_bounds():
    ref.manual_seed(0)
    for layer, fan_in in (
        (ref.nn.Conv2d(6, 400, 3, groups=2), 27),
        (ref.nn.ConvTranspose2d(400, 6, 3, groups=2), 27),
        (ref.nn.Conv1d(5, 400, 5), 25),
    ):
        bound = 1 / np.sqrt(fan_in)
        for p in layer.parameters():
            assert p.abs().max().item() <= bound
        assert layer.weight.std().item() == pytest.approx(bound / np.sqrt(3), rel=0.05)


def test_no_gradient_for_an_input_that_wants_none(monkeypatch):
    """The first layer of a network saves what its image's gradient would cost."""
    from dlcore.reference.kernels import conv

    def spread(*args):
        raise AssertionError("the gradient of the image was computed")

    monkeypatch.setattr(conv, "spread", spread)
    layer = ref.nn.Conv2d(1, 2, 3)
    layer(ref.ones(1, 1, 4, 4)).sum().backward()
    assert layer.weight.grad.tolist() == [[[[4.0] * 3] * 3]] * 2


@pytest.mark.parametrize("numbers", [1, 150, 700])  # single places, parts of a row, several rows
def test_patches_some_at_a_time(numbers, monkeypatch):
    """Large images are worked through in parts; the parts make the same whole."""
    from dlcore.reference.kernels import conv

    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 4, 7, 9)), rng.standard_normal((6, 2, 3, 2))
    window = {"stride": (1, 2), "padding": (1, 0), "dilation": (1, 2), "groups": 2}
    parts = []
    whole, cache = conv.conv2d_forward(x, w, **window)
    gradients = conv.conv2d_backward(whole, cache)
    patches = conv.patches
    monkeypatch.setattr(conv, "NUMBERS", numbers)
    monkeypatch.setattr(conv, "patches", lambda *a: (parts.append(p) or p for p in patches(*a)))
    out, cache = conv.conv2d_forward(x, w, **window)
    assert len(parts) > 1
    np.testing.assert_allclose(out, whole, rtol=1e-12, atol=1e-12)
    for ours, before in zip(conv.conv2d_backward(whole, cache), gradients, strict=True):
        np.testing.assert_allclose(ours, before, rtol=1e-12, atol=1e-12)


def test_float32_stays():
    layer = ref.nn.Conv2d(2, 3, 3, padding=1)
    x = ref.ones(2, 2, 4, 4, requires_grad=True)
    out = layer(x)
    out.sum().backward()
    kinds = {t.dtype for t in (out, x.grad, layer.weight.grad, layer.bias.grad)}
    assert kinds == {ref.float32}


def test_results_may_be_reshaped_and_changed():
    """The memory of a result has the batch innermost; nothing of that is to be noticed."""
    x = ref.arange(48.0).reshape(2, 2, 3, 4)
    w = ref.eye(2).reshape(2, 2, 1, 1)
    out = F.conv2d(x, w)
    assert out.flatten(1).tolist() == x.flatten(1).tolist()
    assert out.view(2, -1).tolist() == x.view(2, -1).tolist()
    out[0] = 0
    out += 1
    assert x[0, 0, 0, 1].item() == 1
    assert out[1].tolist() == (x[1] + 1).tolist()


X, W = ref.ones(2, 3, 6, 7), ref.ones(4, 3, 3, 3)
REFUSED = {
    "channels": (lambda: F.conv2d(ref.ones(2, 5, 6, 7), W), r"axis 1 .* 3 channels.*received 5"),
    "axes": (lambda: F.conv2d(ref.ones(6, 7), W), r"\(N, C, H, W\).*received 2 axes"),
    "signal": (lambda: F.conv1d(X, ref.ones(4, 3, 3)), r"\(N, C, L\).*received 4 axes"),
    "weight": (lambda: F.conv2d(X, ref.ones(4, 3, 3)), "a weight of 4 axes"),
    "kernel": (lambda: F.conv2d(X, ref.ones(4, 3, 7, 3)), r"larger than the input, \(6, 7\)"),
    "dilation": (lambda: F.conv2d(X, W, dilation=3), "larger than the input"),
    "bias": (lambda: F.conv2d(X, W, ref.ones(3)), r"bias of shape \(4,\).*received \(3,\)"),
    "stride": (lambda: F.conv2d(X, W, stride=0), "stride must be at least 1"),
    "padding": (lambda: F.conv2d(X, W, padding=-1), "padding must be at least 0"),
    "three": (lambda: F.conv2d(X, W, padding=(1, 1, 1)), "padding must be one integer or 2"),
    "name": (lambda: F.conv2d(X, W, padding="full"), "numbers, 'valid' or 'same'"),
    "same": (lambda: F.conv2d(X, W, padding="same", stride=2), "needs stride 1"),
    "groups": (lambda: F.conv2d(X, ref.ones(4, 1, 3, 3), groups=3), "4 filters .* 3 groups"),
    "dtype": (lambda: F.conv2d(X.double(), W), "input is torch.float64 and weight is"),
    "integers": (lambda: F.conv2d(X.long(), W), "not implemented for torch.int64"),
    "output": (lambda: F.conv_transpose2d(X, ref.ones(3, 4, 3, 3), output_padding=1), "smaller"),
    "nothing": (lambda: F.conv_transpose2d(X, ref.ones(3, 4, 1, 1), padding=4), "nothing is left"),
    "transposed": (
        lambda: F.conv_transpose2d(X, W),
        r"axis 1 of the input must have 4 channels.*received 3",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_said(name):
    call, message = REFUSED[name]
    with pytest.raises(RuntimeError, match=message):
        call()


SETTINGS = {
    "groups": (lambda nn: nn.Conv2d(3, 4, 3, groups=2), "in_channels"),
    "filters": (lambda nn: nn.Conv2d(4, 3, 3, groups=2), "out_channels"),
    "no group": (lambda nn: nn.Conv2d(4, 4, 3, groups=0), "groups must be"),
    "mode": (lambda nn: nn.Conv2d(4, 4, 3, padding_mode="mirror"), "padding_mode must be one of"),
    "transposed mode": (lambda nn: nn.ConvTranspose2d(4, 4, 3, padding_mode="reflect"), "zeros"),
    "padding": (lambda nn: nn.Conv2d(4, 4, 3, padding="full"), "'same' or 'valid'"),
    "stride": (lambda nn: nn.Conv2d(4, 4, 3, padding="same", stride=2), "stride 1"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_contradict_each_other(name, torch):
    make, message = SETTINGS[name]
    with pytest.raises(ValueError, match=message):
        make(ref.nn)
    with pytest.raises(ValueError):
        make(torch.nn)
