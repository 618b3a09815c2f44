"""nn.MultiheadAttention gives PyTorch's numbers and follows its conventions about masks."""

import numpy as np
import pytest

import dlcore.reference as ref

from .parity import compare, pair, same
from .test_attention import INF, D, H, N, S, T, numbers, padding

LAYERS = {
    "plain": {},
    "no bias": {"bias": False},
    "other sizes of key and value": {"kdim": 3, "vdim": 7},
    "only vdim": {"vdim": 7, "bias": False},
    "batch first": {"batch_first": True},
}


def multihead(torch, **options):
    return pair(lambda nn: nn.MultiheadAttention(D, H, **options), torch)


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_attention_to_others(name, need_weights, torch):
    options = LAYERS[name]
    layers = multihead(torch, **options)
    inputs = [
        numbers(N, n, d)
        for n, d in [(T, D), (S, options.get("kdim", D)), (S, options.get("vdim", D))]
    ]
    if not options.get("batch_first"):
        inputs = [x.swapaxes(0, 1).copy() for x in inputs]
    for average in (True, False):
        compare(
            lambda t, layer, *x, a=average: layer(
                *x, need_weights=need_weights, average_attn_weights=a
            ),
            layers,
            torch,
            inputs,
        )
    unbatched = [x.take(0, axis=0 if options.get("batch_first") else 1) for x in inputs]
    compare(lambda t, layer, *x: layer(*x, need_weights=need_weights), layers, torch, unbatched)


MASKS = {
    "bool": np.triu(np.ones((T, T), bool), 1),
    "float": np.where(np.triu(np.ones((T, T), bool), 1), -INF, 0.0),
    "learnt": numbers(T, T, seed=3),
    "per head": numbers(N * H, T, T, seed=4),
    "bool per head": numbers(N * H, T, T, seed=5) > 2,
}


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("name", MASKS)
def test_attention_to_oneself_with_masks(name, need_weights, torch):
    layers = multihead(torch, batch_first=True)
    x, mask = numbers(N, T, D), MASKS[name]

    def call(t, layer, x, mask=None, padding=None):
        return layer(x, x, x, padding, need_weights, mask)

    compare(call, layers, torch, [x, mask])
    filled = padding()[:, :T] if mask.dtype == bool else np.where(padding()[:, :T], -INF, 0.0)
    compare(call, layers, torch, [x, mask, filled])


def test_a_padding_mask_is_true_where_not_to_look(torch):
    layers = multihead(torch, batch_first=True)
    x = numbers(N, S, D)
    changed = np.where(padding()[..., None], 100.0, x)  # what is padded makes no difference
    ours = layers[0]
    mask = ref.tensor(padding())
    a, _ = ours(ref.tensor(x), *[ref.tensor(x)] * 2, key_padding_mask=mask)
    b, weights = ours(ref.tensor(x), *[ref.tensor(changed)] * 2, key_padding_mask=mask)
    same(a, b)
    assert not weights.detach().numpy().swapaxes(1, 2)[padding()].any()


@pytest.mark.parametrize("need_weights", [True, False])
def test_a_row_that_is_masked_wholly(need_weights, torch):
    """With weights it is nan, without it is the projection of zeros: PyTorch computes both ways."""
    layers = multihead(torch, batch_first=True)
    found = []
    for t, layer in zip((ref, torch), layers, strict=True):
        x = t.tensor(numbers(N, S, D))
        mask = t.tensor(np.arange(S) >= np.array([5, 0, 1])[:, None])
        found.append(layer(x, x, x, mask, need_weights)[0])
    np.testing.assert_allclose(*(f.detach().numpy() for f in found), rtol=1e-10)
    assert found[0][1].isnan().all().item() == need_weights


@pytest.mark.filterwarnings("ignore:Support for mismatched")  # torch prefers masks of one type
def test_a_bool_and_a_float_mask_add_up(torch):
    layers = multihead(torch)
    compare(
        lambda t, layer, x, mask, padding: layer(x, x, x, padding, True, mask),
        layers,
        torch,
        [numbers(S, N, D), numbers(S, S, seed=3), padding()],
    )


def test_the_causal_hint(torch):
    layers = multihead(torch)
    compare(
        lambda t, layer, x, mask: layer(x, x, x, None, False, mask, is_causal=True),
        layers,
        torch,
        [numbers(T, N, D), MASKS["bool"]],
    )
    for t, layer in zip((ref, torch), layers, strict=True):
        x = t.tensor(numbers(T, N, D))
        with pytest.raises(RuntimeError, match="Need attn_mask if specifying the is_causal hint"):
            layer(x, x, x, is_causal=True)


def test_weights_start_as_torchs():
    layer = ref.nn.MultiheadAttention(40, 4)
    bound = (6 / (40 + 120)) ** 0.5
    largest = layer.in_proj_weight.abs().max().item()
    assert 0.9 * bound < largest <= bound
    assert not layer.in_proj_bias.detach().numpy().any()
    assert not layer.out_proj.bias.detach().numpy().any()


def test_dropout_acts_in_training_only():
    layer = ref.nn.MultiheadAttention(4, 2, dropout=0.5)
    x = ref.ones(5, 1, 4)
    ref.manual_seed(0)
    assert (layer(x, x, x)[1] == 0).any()
    first, second = (layer(x, x, x, need_weights=False)[0] for _ in range(2))
    assert (first != second).any()
    first, second = (layer.eval()(x, x, x, need_weights=False)[0] for _ in range(2))
    assert (first == second).all()


x = np.ones((N, T, D))
BAD = [
    ({"query": np.ones((N, T, 5))}, AssertionError, r"query must have 6 features.*\(3, 4, 5\)"),
    ({"query": np.ones((T, D))}, AssertionError, "received 2, 3 and 3 axes"),
    ({"value": np.ones((N, T, 5))}, AssertionError, "value must have 6 features"),
    ({"value": np.ones((N, S, D))}, AssertionError, "one value for each key"),
    ({"key_padding_mask": np.zeros((N, S), bool)}, AssertionError, r"\(3, 4\), received \(3, 5\)"),
    ({"key_padding_mask": np.zeros((N, T), int)}, AssertionError, "True where not to look"),
    ({"attn_mask": np.zeros((S, T), bool)}, RuntimeError, r"\(4, 4\) or \(6, 4, 4\), received"),
    ({"attn_mask": np.zeros((N, T, T), bool)}, RuntimeError, r"received \(3, 4, 4\)"),
    ({"attn_mask": np.zeros((T, T), int)}, AssertionError, "only bool and floating types"),
]


@pytest.mark.parametrize("case", range(len(BAD)))
def test_what_does_not_fit_is_named(case, torch):
    changes, kind, message = BAD[case]
    for t, match in ((ref, message), (torch, None)):
        layer = t.nn.MultiheadAttention(D, H, batch_first=True).double()
        arguments = {"query": x, "key": x, "value": x, **changes}
        with pytest.raises(kind, match=match):
            layer(**{k: t.tensor(a) for k, a in arguments.items()})


def test_settings_that_do_not_go_together(torch):
    for t in (ref, torch):
        with pytest.raises(AssertionError, match="embed_dim must be divisible by num_heads"):
            t.nn.MultiheadAttention(8, 3)
        with pytest.raises(ValueError, match="must be greater than 0"):
            t.nn.MultiheadAttention(0, 3)
    for name in ("add_bias_kv", "add_zero_attn"):
        with pytest.raises(NotImplementedError, match="the reference does not"):
            ref.nn.MultiheadAttention(8, 2, **{name: True})
