"""Cases of kernels/recurrent_packing.py."""

import numpy as np

from .draw import SEEDS, composite, one_of, shapes, whole
from .make import Case, normal


def coordinates(lengths):
    """Time and place of the rows of packed sequences, the longest first."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    pairs = [(t, i) for t in range(max(lengths)) for i in order if lengths[i] > t]
    return tuple(np.array(c) for c in zip(*pairs, strict=True))


def pack_case(T, lengths, rest, seed=0):
    def call(torch, twin, tensors, time, place):
        return twin(tensors[0], torch.tensor(lengths), enforce_sorted=False).data

    time, place = coordinates(lengths)
    x = normal(T, len(lengths), *rest, seed=seed)
    return Case((x,), {"time": time, "place": place}, call)


def unpack_case(T, lengths, rest, padding_value=0.0, seed=0):
    def call(torch, twin, tensors, time, place, shape, padding_value):
        pack = torch.nn.utils.rnn.pack_padded_sequence
        like = pack(torch.zeros(shape), torch.tensor(lengths), enforce_sorted=False)
        packed = like._replace(data=tensors[0])
        return twin(packed, padding_value=padding_value, total_length=shape[0])[0]

    time, place = coordinates(lengths)
    options = {"shape": (T, len(lengths)), "padding_value": padding_value}
    rows = normal(len(time), *rest, seed=seed)
    return Case((rows,), {"time": time, "place": place, **options}, call)


LENGTHS = [(4, [4, 3, 1]), (5, [1, 3, 2]), (2, [2, 2]), (1, [1])]

CASES = {
    "pack": [pack_case(T, n, rest) for T, n in LENGTHS for rest in ((2,), (), (2, 3))],
    "unpack": [
        unpack_case(T, n, rest, value)
        for T, n in LENGTHS
        for rest, value in (((2,), 0.0), ((), -1.5), ((2, 3), 2.0))
    ],
}


@composite
def drawn(draw, make, **options):
    lengths = [draw(whole(1, 4)) for _ in range(draw(whole(1, 4)))]
    T = max(lengths) + draw(whole(0, 2))
    chosen = {key: draw(values) for key, values in options.items()}
    return make(T, lengths, draw(shapes(max_dims=2, smallest=1)), **chosen, seed=draw(SEEDS))


GENERATED = {
    "pack": drawn(pack_case),
    "unpack": drawn(unpack_case, padding_value=one_of(0.0, -1.5)),
}
