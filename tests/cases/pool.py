"""Cases of kernels/pool.py."""

from .draw import composite, filled, flag, size, whole
from .make import Case, apart, normal


def pool(make, *shape, **options):
    return Case((make(*shape),), options)


def windows(make):
    """Windows side by side, with gaps between them, overlapping, padded, over the end, of one."""
    return [
        pool(make, 2, 3, 4, 6, kernel_size=(2, 3), stride=(2, 3)),
        pool(make, 2, 3, 5, 7, kernel_size=(2, 1), stride=(3, 2)),
        pool(make, 2, 3, 6, 5, kernel_size=(3, 2), stride=(1, 1)),
        pool(make, 2, 3, 6, 5, kernel_size=(3, 2), stride=(2, 1), padding=(1, 1)),
        pool(make, 2, 3, 6, 6, kernel_size=(3, 3), stride=(2, 2), ceil_mode=True),
        pool(make, 2, 3, 5, 5, kernel_size=(3, 2), stride=(3, 3), padding=(1, 1), ceil_mode=True),
        pool(make, 1, 1, 1, 1, kernel_size=(1, 1), stride=(1, 1)),
        pool(make, 0, 3, 4, 6, kernel_size=(2, 3), stride=(2, 3)),
    ]


def sizes(make):
    return [
        pool(make, 2, 3, *x, output_size=out)
        for x, out in [((4, 6), (2, 3)), ((5, 7), (1, 1)), ((5, 7), (3, 2)), ((2, 3), (4, 5))]
    ]


CASES = {
    "max_pool2d": [
        *windows(apart),
        pool(apart, 2, 3, 6, 7, kernel_size=(2, 3), stride=(1, 2), dilation=(3, 2)),
    ],
    "avg_pool2d": [
        *windows(normal),
        pool(
            normal,
            *(2, 3, 5, 6),
            kernel_size=(3, 2),
            stride=(2, 2),
            padding=(1, 1),
            ceil_mode=True,
            count_include_pad=False,
        ),
        pool(normal, 2, 3, 5, 6, kernel_size=(3, 2), stride=(2, 1), divisor_override=7),
    ],
    "adaptive_avg_pool2d": sizes(normal),
    "adaptive_max_pool2d": sizes(apart),
}


@composite
def pools(draw, make, average=False):
    kernel = draw(whole(1, 3)), draw(whole(1, 3))
    dilation = (1, 1) if average else (draw(whole(1, 2)), draw(whole(1, 2)))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    # PyTorch measures the padding of a maximum by the kernel with its gaps, of a mean without.
    options = {
        "kernel_size": kernel,
        "stride": (draw(whole(1, 3)), draw(whole(1, 3))),
        "padding": tuple(draw(whole(0, span // 2)) for span in spans),
        "ceil_mode": draw(flag()),
    }
    if average:
        options["count_include_pad"] = draw(flag())
    else:
        options["dilation"] = dilation
    x = (draw(size()), draw(whole(1, 2)), *(span + draw(whole(0, 3)) for span in spans))
    return Case((draw(filled(x, make)),), options)


@composite
def adaptive(draw, make):
    x = draw(size()), draw(whole(1, 2)), draw(whole(1, 5)), draw(whole(1, 5))
    output_size = draw(whole(1, 4)), draw(whole(1, 4))
    return Case((draw(filled(x, make)),), {"output_size": output_size})


GENERATED = {
    "max_pool2d": pools(apart),
    "avg_pool2d": pools(normal, average=True),
    "adaptive_avg_pool2d": adaptive(normal),
    "adaptive_max_pool2d": adaptive(apart),
}
