"""The Transformer's layers and stacks give PyTorch's numbers, in training and in evaluation."""

import numpy as np
import pytest

import dlcore.reference as ref

from .parity import array, compare, pair, same
from .test_attention import numbers

# PyTorch says when it has no shortcut, and that nested tensors are new.
pytestmark = [
    pytest.mark.filterwarnings("ignore:enable_nested_tensor is True"),
    pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors"),
]

N, T, S, D = 3, 4, 5, 6
SIZES = {"d_model": D, "nhead": 2, "dim_feedforward": 7}
CAUSAL = np.triu(np.ones((T, T), bool), 1)
PADDED_SRC = np.arange(S) >= np.array([5, 3, 4])[:, None]
PADDED_TGT = np.arange(T) >= np.array([2, 4, 3])[:, None]

VARIANTS = {
    "plain": {},
    "norm first": {"norm_first": True, "activation": "gelu"},
    "batch first, no bias": {"batch_first": True, "bias": False, "layer_norm_eps": 0.1},
}


def layout(x, options):
    return x if options.get("batch_first") else x.swapaxes(0, 1).copy()


@pytest.mark.parametrize("name", VARIANTS)
def test_encoder_layer(name, torch):
    options = {**SIZES, **VARIANTS[name], "dropout": 0.0}
    layers = pair(lambda nn: nn.TransformerEncoderLayer(**options), torch)
    src = layout(numbers(N, S, D), options)
    causal = np.triu(np.ones((S, S), bool), 1)
    compare(lambda t, layer, x: layer(x), layers, torch, [src])
    compare(lambda t, layer, x, m: layer(x, m), layers, torch, [src, causal])
    compare(lambda t, layer, x, m, p: layer(x, m, p), layers, torch, [src, causal, PADDED_SRC])
    compare(lambda t, layer, x, m: layer(x, m, is_causal=True), layers, torch, [src, causal])
    alone = numbers(S, D)
    compare(lambda t, layer, x, m: layer(x, m), layers, torch, [alone, causal])


@pytest.mark.parametrize("name", VARIANTS)
def test_decoder_layer(name, torch):
    options = {**SIZES, **VARIANTS[name], "dropout": 0.0}
    layers = pair(lambda nn: nn.TransformerDecoderLayer(**options), torch)
    tgt, memory = layout(numbers(N, T, D), options), layout(numbers(N, S, D), options)
    compare(lambda t, layer, x, m: layer(x, m), layers, torch, [tgt, memory])
    compare(
        lambda t, layer, x, m, causal, p, q: layer(x, m, causal, None, p, q),
        layers,
        torch,
        [tgt, memory, CAUSAL, PADDED_TGT, PADDED_SRC],
    )
    compare(
        lambda t, layer, x, m, look: layer(x, m, memory_mask=look),
        layers,
        torch,
        [tgt, memory, numbers(T, S, seed=2)],
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_transformer(name, torch):
    options = {**SIZES, **VARIANTS[name], "num_encoder_layers": 2, "num_decoder_layers": 2}
    models = pair(lambda nn: nn.Transformer(**options, dropout=0.0), torch)
    src, tgt = layout(numbers(N, S, D), options), layout(numbers(N, T, D), options)
    compare(lambda t, model, s, x: model(s, x), models, torch, [src, tgt])

    def masked(t, model, s, x, causal, p, q):
        return model(
            s,
            x,
            tgt_mask=causal,
            src_key_padding_mask=p,
            tgt_key_padding_mask=q,
            memory_key_padding_mask=p,
        )

    compare(masked, models, torch, [src, tgt, CAUSAL, PADDED_SRC, PADDED_TGT])


def test_evaluation_without_gradients_takes_no_other_path(torch):
    """PyTorch has a fused one for this; it leaves out what is padded and is otherwise the same."""

    def stack(nn):
        layer = nn.TransformerEncoderLayer(**SIZES, dropout=0.3, batch_first=True)
        return nn.TransformerEncoder(layer, 2, nn.LayerNorm(D))

    found = []
    for t, model in zip((ref, torch), pair(stack, torch), strict=True):
        model.eval()
        src = t.tensor(numbers(N, S, D))
        with t.no_grad():
            found.append(
                [
                    array(model(src)),
                    array(model(src, t.tensor(np.triu(np.ones((S, S), bool), 1)))),
                    array(model(src, src_key_padding_mask=t.tensor(PADDED_SRC)))[~PADDED_SRC],
                ]
            )
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


def test_dropout_acts_in_training_only():
    layer = ref.nn.TransformerEncoderLayer(**SIZES, dropout=0.5)
    x = ref.ones(S, 1, D)
    ref.manual_seed(0)
    assert (layer(x) != layer(x)).any()
    layer.eval()
    assert (layer(x) == layer(x)).all()


def test_activation_may_be_a_function_or_a_module(torch):
    for make in (
        lambda nn: nn.functional.silu,
        lambda nn: nn.GELU("tanh"),
        lambda nn: nn.functional.gelu,
    ):
        layers = pair(
            lambda nn, make=make: nn.TransformerEncoderLayer(
                **SIZES, dropout=0.0, activation=make(nn)
            ),
            torch,
        )
        compare(lambda t, layer, x: layer(x), layers, torch, [numbers(S, N, D)])
    for t in (ref, torch):
        with pytest.raises(RuntimeError, match="activation should be relu/gelu, not tanh"):
            t.nn.TransformerEncoderLayer(4, 2, activation="tanh")


def test_layers_of_a_stack_are_copies():
    encoder = ref.nn.TransformerEncoder(ref.nn.TransformerEncoderLayer(**SIZES), 2)
    first, second = encoder.layers
    same(first.linear1.weight, second.linear1.weight)
    with ref.no_grad():
        first.linear1.weight.zero_()
    assert second.linear1.weight.abs().sum().item() > 0


def test_custom_stacks_take_the_places(torch):
    def make(nn):
        encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**SIZES, dropout=0.0), 1)
        decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**SIZES, dropout=0.0), 1)
        return nn.Transformer(D, 2, custom_encoder=encoder, custom_decoder=decoder)

    compare(
        lambda t, model, s, x: model(s, x),
        pair(make, torch),
        torch,
        [numbers(S, N, D), numbers(T, N, D)],
    )


def test_the_causal_mask(torch):
    for kind in ("float32", "float64"):
        masks = [
            t.nn.Transformer.generate_square_subsequent_mask(3, dtype=getattr(t, kind))
            for t in (ref, torch)
        ]
        same(*masks)
    assert ref.nn.Transformer.generate_square_subsequent_mask(2).tolist() == [[0, -np.inf], [0, 0]]


@pytest.mark.parametrize(
    ("src", "tgt", "message"),
    [
        ((S, 3, D), (T, 2, D), "batch number of src and tgt must be equal"),
        ((S, 3, D), (T, 3, 5), "equal to d_model"),
        ((S, 3, 5), (T, 3, 5), "equal to d_model"),
    ],
)
def test_what_does_not_fit_is_named(src, tgt, message, torch):
    for t in (ref, torch):
        with pytest.raises(RuntimeError, match=message):
            t.nn.Transformer(**SIZES)(t.ones(*src), t.ones(*tgt))
