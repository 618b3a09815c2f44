"""Cases of kernels/unfold.py."""

from dlcore.reference.kernels.unfold import fitting

from .draw import composite, filled, size, whole
from .make import Case, normal


def unfold(shape, **options):
    return Case((normal(*shape),), options)


CASES = {
    "im2col": [
        unfold((2, 3, 4, 5), kernel_size=(2, 3)),
        unfold((2, 3, 5, 4), kernel_size=(2, 1), dilation=(2, 1), padding=(1, 0), stride=(1, 2)),
        unfold((1, 1, 1, 1), kernel_size=(1, 1)),
        unfold((1, 3, 4, 4), kernel_size=(2, 2), stride=(2, 2)),
    ],
    "col2im": [
        unfold((2, 18, 9), output_size=(4, 5), kernel_size=(2, 3)),
        unfold((2, 6, 10), output_size=(4, 4), kernel_size=(2, 1), padding=(1, 0), stride=(1, 2)),
        unfold((1, 1, 1), output_size=(1, 1), kernel_size=(1, 1)),
        unfold((2, 4, 6), output_size=(4, 5), kernel_size=(2, 2), dilation=(2, 2)),
    ],
}


@composite
def unfolds(draw, back=False):
    window = {
        "kernel_size": (draw(whole(1, 3)), draw(whole(1, 3))),
        "dilation": (draw(whole(1, 2)), draw(whole(1, 2))),
        "padding": (draw(whole(0, 2)), draw(whole(0, 2))),
        "stride": (draw(whole(1, 2)), draw(whole(1, 2))),
    }
    image = tuple(
        max(1, d * (k - 1) + 1 - 2 * p) + draw(whole(0, 3))
        for k, d, p in zip(
            window["kernel_size"], window["dilation"], window["padding"], strict=True
        )
    )
    batch, channels = draw(size(smallest=1)), draw(whole(1, 2))
    if not back:
        return Case((draw(filled((batch, channels, *image))),), window)
    (R, S), (P, Q) = window["kernel_size"], fitting(image, **window)
    x = draw(filled((batch, channels * R * S, P * Q)))
    return Case((x,), {"output_size": image, **window})


GENERATED = {"im2col": unfolds(), "col2im": unfolds(back=True)}
