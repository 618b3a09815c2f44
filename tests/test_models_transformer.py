"""The Transformers: the same numbers on both backends, and what they promise."""

import pickle

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.models import attention_maps, encoder_decoder, gpt, transformer_encoder

from .models_parity import loss_of, same, twins

N, T, S, V, K, D = 3, 6, 5, 9, 4, 8
RNG = np.random.default_rng(0)
TOKENS = RNG.integers(1, V, (N, T))
PADDED = np.where(np.arange(T) < np.array([6, 1, 4])[:, None], TOKENS, 0)  # 0 is padding
SOURCE = np.where(np.arange(S) < np.array([2, 5, 3])[:, None], RNG.integers(1, V, (N, S)), 0)
AFTER = RNG.integers(0, V, (N, T))
LABELS = np.array([0, 3, 1])
SIZES = {"width": D, "layers": 2, "heads": 2}

# name: (model from backend, inputs, what the logits are compared with)
MODELS = {
    "gpt": (lambda t: gpt(t)(V, T, **SIZES), (TOKENS,), AFTER),
    "gpt not tied": (lambda t: gpt(t)(V, T + 2, **SIZES, tie=False), (TOKENS,), AFTER),
    "encoder": (lambda t: transformer_encoder(t)(V, T, K, **SIZES), (PADDED,), LABELS),
    "encoder-decoder": (
        lambda t: encoder_decoder(t)(V, V, T, **SIZES),
        (SOURCE, PADDED),
        AFTER,
    ),
}
# Largest difference to PyTorch, relative and absolute: of one step, and after twenty of AdamW.
TOLERANCE = {"float64": (1e-10, 1e-9), "float32": (1e-5, 1e-3)}


@pytest.mark.parametrize("kind", TOLERANCE)
@pytest.mark.parametrize("name", MODELS)
def test_one_step_is_torchs(name, kind, torch):
    ours, theirs, inputs, labels = twins(MODELS[name], kind, torch)
    found = []
    for t, model in (ours, theirs):
        logits, loss = loss_of(t, model, inputs, labels)
        loss.backward()
        found.append([logits, loss, *(p.grad for p in model.parameters())])
    for a, b in zip(*found, strict=True):
        same(a, b, TOLERANCE[kind][0])


@pytest.mark.parametrize("kind", TOLERANCE)
@pytest.mark.parametrize("name", MODELS)
def test_twenty_steps_are_torchs(name, kind, torch):
    ours, theirs, inputs, labels = twins(MODELS[name], kind, torch)
    losses = []
    for t, model in (ours, theirs):
        groups = model.parameter_groups(0.1) if "gpt" in name else model.parameters()
        # A bias of all keys changes no weight of attention: its gradient is 0 but for rounding, and
        # a small eps would make steps out of it.
        optimizer = t.optim.AdamW(groups, lr=0.01, eps=1e-4)
        losses.append([])
        for _ in range(20):
            optimizer.zero_grad()
            _, loss = loss_of(t, model, inputs, labels)
            loss.backward()
            optimizer.step()
            losses[-1].append(loss.item())
    assert losses[0][-1] < 0.8 * losses[0][0]
    np.testing.assert_allclose(*losses, rtol=TOLERANCE[kind][1])
    for a, b in zip(ours[1].parameters(), theirs[1].parameters(), strict=True):
        same(a, b, TOLERANCE[kind][1])


@pytest.mark.filterwarnings("ignore")  # of torch's compiler, about itself
@pytest.mark.parametrize("name", MODELS)
def test_captures_in_one_graph_and_runs_under_autocast(name, torch):
    make, inputs, _ = MODELS[name]
    model, tensors = make(torch), [torch.tensor(x) for x in inputs]
    expected = model(*tensors)
    compiled = torch.compile(model, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(*tensors), expected)
    with torch.autocast("cpu", torch.bfloat16):
        low = model(*tensors)
        low.float().square().mean().backward()
    torch.testing.assert_close(low.float(), expected, rtol=0.1, atol=0.1)
    exported = torch.export.export(model, tuple(tensors))
    torch.testing.assert_close(exported.module()(*tensors), expected)


@pytest.mark.parametrize("name", MODELS)
def test_pickles(name, torch):
    make, inputs, _ = MODELS[name]
    for t in (ref, torch):
        model = make(t)
        copy = pickle.loads(pickle.dumps(model))
        tensors = [t.tensor(x) for x in inputs]
        same(copy(*tensors), model(*tensors), 0)


# -- what they promise ---------------------------------------------------------------------------


def test_a_gpt_does_not_see_the_future():
    ref.manual_seed(0)
    model = gpt(ref)(V, T, **SIZES)
    changed = TOKENS.copy()
    changed[:, 3] = changed[:, 3] % (V - 1) + 1  # another token
    before, after = (model(ref.tensor(x)).detach().numpy() for x in (TOKENS, changed))
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert (before[:, 3:] != after[:, 3:]).any(-1).all()


def test_a_gpt_starts_as_gpt2():
    ref.manual_seed(0)
    layers = 8
    model = gpt(ref)(50, 16, width=64, layers=layers, heads=4)
    assert model.head.weight is model.tokens.weight
    std = {n: p.detach().numpy().std() for n, p in model.named_parameters()}
    assert std["tokens.weight"] == pytest.approx(0.02, rel=0.05)
    assert std["blocks.0.attention.qkv.weight"] == pytest.approx(0.02, rel=0.05)
    for last in ("attention.out", "mlp.2"):
        assert std[f"blocks.3.{last}.weight"] == pytest.approx(0.02 / (2 * layers) ** 0.5, rel=0.05)
    assert not any(value for name, value in std.items() if name.endswith("bias"))


def test_parameter_groups_decay_matrices_only():
    model = gpt(ref)(V, T, **SIZES)
    decayed, others = model.parameter_groups(0.1)
    assert (decayed["weight_decay"], others["weight_decay"]) == (0.1, 0)
    assert {p.ndim for p in decayed["params"]} == {2}
    assert {p.ndim for p in others["params"]} == {1}
    together = {id(p) for g in (decayed, others) for p in g["params"]}
    assert together == {id(p) for p in model.parameters()}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_gpt_generates(backend, request):
    t = ref if backend == "numpy" else request.getfixturevalue("torch")
    t.manual_seed(0)
    model = gpt(t)(V, T, **SIZES)
    with t.no_grad():
        model.tokens.weight.mul_(20)  # decided opinions
    start = t.tensor(TOKENS[:, :2])
    found = model.generate(start, 7, top_k=1)
    assert tuple(found.shape) == (N, 9)
    assert found.tolist() == model.generate(start, 7, temperature=1e-3).tolist()
    for i in range(2, 9):  # each is the likeliest, after no more than the context
        expected = model(found[:, max(0, i - T) : i])[:, -1].argmax(-1)
        assert found[:, i].tolist() == expected.tolist()
    several = model.generate(start.repeat(50, 1), 1, temperature=5.0, top_k=3)[:, -1]
    likeliest = model(start).topk(3)[1][:, -1].tolist()
    assert all(x in likeliest[i % N] for i, x in enumerate(several.tolist()))
    assert len(set(several.tolist())) > 1
    assert model.training
    with pytest.raises(ValueError, match="temperature must be positive, received 0"):
        model.generate(start, 1, temperature=0)
    with pytest.raises(ValueError, match="7 tokens is longer than the context 6"):
        model(found[:, :7])


def test_padding_makes_no_difference_to_an_encoder():
    ref.manual_seed(0)
    model = transformer_encoder(ref)(V, T, K, **SIZES)
    alone = model(ref.tensor(PADDED[2:, :4])).detach().numpy()
    np.testing.assert_allclose(
        model(ref.tensor(PADDED)).detach().numpy()[2:], alone, rtol=1e-5, atol=1e-6
    )
    nothing = model(ref.zeros(1, T, dtype=ref.int64))
    np.testing.assert_allclose(nothing.detach().numpy()[0], model.head.bias.detach().numpy())


def test_padding_and_future_make_no_difference_to_a_decoder():
    ref.manual_seed(0)
    model = encoder_decoder(ref)(V, V, T, **SIZES)
    whole = model(ref.tensor(SOURCE), ref.tensor(TOKENS)).detach().numpy()
    alone = model(ref.tensor(SOURCE[:1, :2]), ref.tensor(TOKENS[:1, :4])).detach().numpy()
    np.testing.assert_allclose(whole[:1, :4], alone, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_an_encoder_decoder_learns_to_reverse(backend, request):
    t = ref if backend == "numpy" else request.getfixturevalue("torch")
    start, end, kind = 1, 2, np.int64
    t.manual_seed(0)
    model = encoder_decoder(t)(V, V, 6, width=32, layers=1, heads=2)
    rng = np.random.default_rng(0)
    source = rng.integers(3, V, (32, 3)).astype(kind)
    edge = np.ones((32, 1), kind)
    target = np.concatenate([start * edge, source[:, ::-1], end * edge], 1)
    optimizer = t.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(80):
        optimizer.zero_grad()
        loss_of(t, model, (source, target[:, :-1]), target[:, 1:])[1].backward()
        optimizer.step()
    written = model.generate(t.tensor(source), start, end, 5)
    assert tuple(written.shape) == target.shape  # all have ended, so it has stopped
    assert np.mean(written.numpy() == target) > 0.95
    assert model.training


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_attention_can_be_seen(backend, request):
    t = ref if backend == "numpy" else request.getfixturevalue("torch")
    model = encoder_decoder(t)(V, V, T, **SIZES)
    maps = attention_maps(model, t.tensor(SOURCE), t.tensor(TOKENS))
    cross = "decoder.1.cross"
    assert set(maps) == {
        *(f"encoder.{i}.attention" for i in (0, 1)),
        *(f"decoder.{i}.{kind}" for i in (0, 1) for kind in ("attention", "cross")),
    }
    assert tuple(maps[cross].shape) == (N, 2, T, S)
    weights = {name: value.numpy() for name, value in maps.items()}
    for w in weights.values():
        np.testing.assert_allclose(w.sum(-1), 1, rtol=1e-5)
    assert not np.triu(weights["decoder.0.attention"], 1).any()
    assert not weights[cross][:, :, :, :].swapaxes(1, 3)[SOURCE == 0].any()
    assert model.training
    assert model.decoder[0].cross.weights is None


def test_settings_that_do_not_go_together():
    with pytest.raises(ValueError, match="width must be divisible by heads, received width=8"):
        gpt(ref)(V, T, width=8, heads=3)
    for make in (transformer_encoder(ref)(V, 4, K), encoder_decoder(ref)(V, V, 4)):
        with pytest.raises(ValueError, match="6 tokens are more than the context of 4"):
            make(*[ref.tensor(TOKENS)] * (2 if hasattr(make, "decoder") else 1))
