"""Pooling, padding, resizing and windows as functions and layers, beside PyTorch's."""

import numpy as np
import pytest

import dlcore.reference as ref

from .twins import assert_same, twins

F = ref.nn.functional
IMAGES, IMAGE, SIGNALS, SIGNAL = (2, 3, 6, 7), (3, 6, 7), (2, 3, 8), (3, 8)

LAYERS = {
    "MaxPool2d": (lambda nn: nn.MaxPool2d(2), IMAGES),
    "MaxPool2d, all": (lambda nn: nn.MaxPool2d((3, 2), (2, 1), 1, (1, 2), ceil_mode=True), IMAGE),
    "MaxPool1d": (lambda nn: nn.MaxPool1d(3, 2, 1), SIGNALS),
    "MaxPool1d, one": (lambda nn: nn.MaxPool1d(3, dilation=2, ceil_mode=True), SIGNAL),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(2), IMAGES),
    "AvgPool2d, all": (lambda nn: nn.AvgPool2d((3, 2), (2, 1), (1, 0), True, False), IMAGE),
    "AvgPool2d, divisor": (lambda nn: nn.AvgPool2d(2, divisor_override=3), IMAGES),
    "AvgPool1d": (lambda nn: nn.AvgPool1d(3, 2, 1), SIGNALS),
    "AvgPool1d, one": (lambda nn: nn.AvgPool1d(3, 2, 1, True, False), SIGNAL),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((4, None)), IMAGES),
    "AdaptiveAvgPool2d, one": (lambda nn: nn.AdaptiveAvgPool2d(1), IMAGE),
    "AdaptiveAvgPool1d": (lambda nn: nn.AdaptiveAvgPool1d(3), SIGNALS),
    "AdaptiveMaxPool2d": (lambda nn: nn.AdaptiveMaxPool2d((4, 3)), IMAGES),
    "AdaptiveMaxPool1d": (lambda nn: nn.AdaptiveMaxPool1d(3), SIGNAL),
    "ConstantPad1d": (lambda nn: nn.ConstantPad1d((1, 2), 3.5), SIGNALS),
    "ConstantPad2d": (lambda nn: nn.ConstantPad2d((1, -2, 0, 3), -1), IMAGES),
    "ZeroPad1d": (lambda nn: nn.ZeroPad1d(1), SIGNALS),
    "ZeroPad2d": (lambda nn: nn.ZeroPad2d((1, 2, 3, 0)), IMAGES),
    "ReflectionPad1d": (lambda nn: nn.ReflectionPad1d((1, 2)), SIGNALS),
    "ReflectionPad2d": (lambda nn: nn.ReflectionPad2d((1, 2, 3, 0)), IMAGE),
    "ReplicationPad1d": (lambda nn: nn.ReplicationPad1d(2), SIGNAL),
    "ReplicationPad2d": (lambda nn: nn.ReplicationPad2d((1, 2, 3, 0)), IMAGES),
    "CircularPad1d": (lambda nn: nn.CircularPad1d(2), SIGNALS),
    "CircularPad2d": (lambda nn: nn.CircularPad2d((1, 2, 3, 0)), IMAGES),
    "Upsample": (lambda nn: nn.Upsample(scale_factor=2), IMAGES),
    "Upsample, size": (lambda nn: nn.Upsample((4, 9), mode="nearest-exact"), IMAGES),
    "Upsample, factor": (lambda nn: nn.Upsample(scale_factor=(1.7, 0.6)), IMAGES),
    "Upsample, linear": (lambda nn: nn.Upsample(scale_factor=1.7, mode="linear"), SIGNALS),
    "Upsample, corners": (
        lambda nn: nn.Upsample(size=(9, 11), mode="bilinear", align_corners=True),
        IMAGES,
    ),
    "Upsample, bilinear": (lambda nn: nn.Upsample(scale_factor=1.3, mode="bilinear"), IMAGES),
    "PixelShuffle": (lambda nn: nn.PixelShuffle(2), (2, 8, 3, 4)),
    "PixelUnshuffle": (lambda nn: nn.PixelUnshuffle(2), (2, 3, 6, 4)),
    "Unfold": (lambda nn: nn.Unfold((3, 2), padding=1, stride=2), IMAGES),
    "Unfold, one": (lambda nn: nn.Unfold(2, dilation=2), IMAGE),
    "Fold": (lambda nn: nn.Fold((6, 7), (3, 2), stride=2), (2, 18, 6)),
    "Fold, one": (lambda nn: nn.Fold((4, 5), 2), (8, 12)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_agree_with_torch(name, torch):
    make, shape = LAYERS[name]
    ours, theirs = twins(make, torch)
    assert_same(ours, theirs, torch, np.random.default_rng(0).standard_normal(shape))


def test_area_is_the_adaptive_mean(torch):
    def call(t):
        return lambda x: t.nn.functional.interpolate(x, size=(4, 3), mode="area")

    assert_same(call(ref), call(torch), torch, np.random.default_rng(0).standard_normal(IMAGES))


@pytest.mark.parametrize("adaptive", [False, True])
def test_the_first_of_equal_pixels_wins_a_maximum(adaptive, torch):
    found = []
    for t in (ref, torch):
        x = t.zeros(1, 1, 4, 4, requires_grad=True)
        out = (
            t.nn.functional.adaptive_max_pool2d(x, 2)
            if adaptive
            else t.nn.functional.max_pool2d(x, 2)
        )
        out.sum().backward()
        found.append(x.grad.tolist())
    row = [1.0, 0.0, 1.0, 0.0]
    assert found == [[[[row, [0.0] * 4, row, [0.0] * 4]]]] * 2


INDEXED = {
    "max_pool2d": lambda f, x: f.max_pool2d(x, 2, return_indices=True),
    "gaps": lambda f, x: f.max_pool2d(x, (3, 2), (2, 1), 1, (1, 2), True, True),
    "max_pool1d": lambda f, x: f.max_pool1d(x[0], 3, 2, 1, return_indices=True),
    "adaptive": lambda f, x: f.adaptive_max_pool2d(x, (4, 3), return_indices=True),
    "adaptive1d": lambda f, x: f.adaptive_max_pool1d(x[0], 4, return_indices=True),
}


@pytest.mark.parametrize("name", INDEXED)
def test_where_the_maxima_stand(name, torch):
    x = np.random.default_rng(0).integers(0, 5, IMAGES).astype(float)  # with many equal pixels
    (a, i), (b, j) = (INDEXED[name](t.nn.functional, t.tensor(x)) for t in (ref, torch))
    assert i.dtype == ref.int64
    assert a.tolist() == b.tolist()
    assert i.tolist() == j.tolist()


def test_padding_never_wins_a_maximum():
    assert F.max_pool2d(-ref.ones(1, 1, 2, 2), 2, padding=1).tolist() == [[[[-1.0] * 2] * 2]]


def test_whether_the_border_counts_in_a_mean():
    x = ref.ones(1, 1, 2, 2)
    assert F.avg_pool2d(x, 2, padding=1).unique().tolist() == [0.25]
    assert F.avg_pool2d(x, 2, padding=1, count_include_pad=False).unique().tolist() == [1.0]


def test_pad_works_on_integers_and_keeps_them(torch):
    x = np.arange(6).reshape(2, 3)
    a, b = (t.nn.functional.pad(t.tensor(x), (1, 0, 0, 2), value=7) for t in (ref, torch))
    assert a.dtype == ref.int64
    assert a.tolist() == b.tolist()


X = ref.ones(2, 3, 4, 5)
REFUSED = {
    "axes": (lambda: F.max_pool2d(ref.ones(4, 5), 2), r"\(N, C, H, W\).*received 2 axes"),
    "window": (lambda: F.max_pool2d(X, 6), r"\(6, 6\) does not fit into .*\(2, 3, 4, 5\)"),
    "max padding": (lambda: F.max_pool2d(X, 2, padding=2), "at most half of the kernel"),
    "avg padding": (lambda: F.avg_pool2d(X, 2, padding=2), "at most half of the kernel"),
    "stride": (lambda: F.avg_pool2d(X, 2, stride=0), "stride must be at least 1"),
    "sizes": (lambda: F.max_pool2d(X, (2, 2, 2)), "kernel_size must be one integer or 2"),
    "divisor": (lambda: F.avg_pool2d(X, 2, divisor_override=0), "must not be 0"),
    "integers": (lambda: F.avg_pool2d(X.long(), 2), "not implemented for torch.int64"),
    "reflect": (
        lambda: F.pad(X, (5, 0, 0, 0), mode="reflect"),
        r"0 to 4 elements .* axis 3.*\(5, 0\)",
    ),
    "cut": (lambda: F.pad(X, (-3, -3)), "axis 3 has 5 elements"),
    "odd": (lambda: F.pad(X, (1, 2, 3)), "two numbers for each"),
    "value": (
        lambda: F.pad(X, (1, 1, 0, 0), mode="circular", value=1),
        "belongs to mode 'constant'",
    ),
    "shuffle": (lambda: F.pixel_shuffle(X, 2), "divisible by 2 squared, received 3"),
    "unshuffle": (lambda: F.pixel_unshuffle(X, 2), "received 4 x 5"),
    "unfold": (lambda: F.unfold(X, 6), r"\(6, 6\) does not fit into \(4, 5\)"),
    "fold": (lambda: F.fold(ref.ones(2, 8, 3), (4, 5), 2), "12, the number of places"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_said(name):
    call, message = REFUSED[name]
    with pytest.raises(RuntimeError, match=message):
        call()


@pytest.mark.parametrize(
    ("error", "options", "message"),
    [
        (ValueError, {}, "one of size and scale_factor"),
        (ValueError, {"size": 3, "scale_factor": 2}, "one of size and scale_factor"),
        (ValueError, {"size": 3, "align_corners": True}, "align_corners can only be set"),
        (ValueError, {"scale_factor": (2, 2, 2), "mode": "bilinear"}, "one number or 2"),
        (NotImplementedError, {"size": 3, "mode": "linear"}, "use 'bilinear'"),
        (NotImplementedError, {"size": 3, "mode": "bicubic"}, "mode must be one of"),
    ],
)
def test_what_resizing_refuses(error, options, message):
    with pytest.raises(error, match=message):
        F.interpolate(X, **options)


@pytest.mark.parametrize("pad", [(1, 1), (1, 1, 1, 1, 1, 1, 1, 1)])
def test_own_pixels_go_around_whole_images_only(pad, torch):
    for t in (ref, torch):
        with pytest.raises(NotImplementedError):
            t.nn.functional.pad(t.ones(2, 3, 4, 5), pad, mode="reflect")
    with pytest.raises(NotImplementedError, match="two numbers for each"):
        F.pad(X, pad, mode="reflect")
