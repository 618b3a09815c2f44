"""Cases of kernels/conv.py."""

from .draw import composite, filled, flag, one_of, size, whole
from .make import Case, normal


def conv(x, w, bias=True, **options):
    filters = w[0] if "output_padding" not in options else w[1] * options.get("groups", 1)
    learnt = (normal(*w), normal(filters, seed=1)) if bias else (normal(*w),)
    return Case((normal(*x), *learnt), options)


CASES = {
    "conv2d": [
        conv((2, 3, 5, 6), (4, 3, 3, 2)),
        conv((2, 3, 5, 6), (4, 3, 3, 2), bias=False),
        conv((2, 8, 5, 6), (3, 8, 3, 2), padding=(1, 2)),
        conv((2, 8, 7, 6), (3, 8, 3, 2), stride=(2, 3), dilation=(2, 1)),
        conv((2, 3, 7, 8), (4, 3, 3, 2), stride=(3, 2), padding=(2, 1), dilation=(1, 2)),
        conv((2, 6, 4, 5), (4, 3, 2, 3), groups=2),
        conv((2, 3, 4, 5), (6, 1, 3, 2), groups=3, padding=(1, 1)),
        conv((2, 16, 3, 4), (5, 16, 1, 1), stride=(2, 1)),
        conv((1, 1, 1, 1), (1, 1, 1, 1)),
        conv((0, 3, 5, 6), (4, 3, 3, 2)),
        conv((2, 2, 3, 4), (3, 2, 3, 4)),
    ],
    "conv_transpose2d": [
        conv((2, 3, 4, 5), (3, 4, 3, 2), output_padding=(0, 0)),
        conv((2, 3, 4, 5), (3, 4, 3, 2), bias=False, output_padding=(0, 0)),
        conv((2, 3, 4, 5), (3, 8, 3, 2), padding=(1, 1), output_padding=(0, 0)),
        conv((2, 3, 3, 4), (3, 4, 3, 2), stride=(2, 3), output_padding=(1, 2), dilation=(1, 2)),
        conv((2, 6, 3, 4), (6, 2, 2, 3), groups=3, stride=(2, 1), output_padding=(1, 0)),
        conv((1, 1, 1, 1), (1, 1, 1, 1), output_padding=(0, 0)),
        conv((0, 3, 4, 5), (3, 4, 3, 2), output_padding=(0, 0)),
    ],
}


@composite
def convs(draw, transposed=False):
    groups, kernel = draw(whole(1, 2)), (draw(whole(1, 3)), draw(whole(1, 3)))
    inside, filters = draw(one_of(1, 2, 6)), draw(whole(1, 3)) * groups
    w = (filters, inside, *kernel)
    options = {
        "stride": (draw(whole(1, 3)), draw(whole(1, 3))),
        "padding": (draw(whole(0, 2)), draw(whole(0, 2))),
        "dilation": (draw(whole(1, 2)), draw(whole(1, 2))),
        "groups": groups,
    }
    # A window must fit into the padded image; of a transposed convolution something must be left.
    least = [
        max(1, d * (k - 1) + 1 - 2 * p)
        for k, p, d in zip(kernel, options["padding"], options["dilation"], strict=True)
    ]
    if transposed:
        options["output_padding"] = tuple(draw(whole(0, s - 1)) for s in options["stride"])
        least = [
            1 + -(-max(0, 2 * p - d * (k - 1)) // s)
            for k, p, d, s in zip(
                kernel, options["padding"], options["dilation"], options["stride"], strict=True
            )
        ]
    channels = filters if transposed else inside * groups
    x = (draw(size()), channels, *(n + draw(whole(0, 3)) for n in least))
    inputs = [draw(filled(x)), draw(filled(w))]
    if draw(flag()):
        inputs.append(draw(filled((inside * groups if transposed else filters,))))
    return Case(tuple(inputs), options)


GENERATED = {"conv2d": convs(), "conv_transpose2d": convs(transposed=True)}
