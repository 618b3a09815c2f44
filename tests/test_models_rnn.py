"""The recurrent models: the same numbers on both backends, and what they promise."""

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.models import char_rnn, rnn_classifier, seq2seq

from .models_parity import loss_of, same, twins

N, T, V, K = 4, 6, 9, 3
RNG = np.random.default_rng(0)
TOKENS = RNG.integers(1, V, (N, T))
LENGTHS = np.array([6, 1, 4, 6])
SOURCE = np.where(np.arange(T) < LENGTHS[:, None], TOKENS, 0)  # 0 is padding
TARGET = RNG.integers(1, V, (N, 5))
AFTER = RNG.integers(0, V, (N, 5))
LABELS = np.array([0, 2, 1, 2])

# name: (model from backend, inputs, what the logits are compared with)
MODELS = {
    **{
        f"char_rnn {cell}": (
            lambda t, cell=cell, layers=layers: char_rnn(t)(
                V, features=5, hidden=7, layers=layers, cell=cell
            ),
            (TOKENS[:, :5],),
            AFTER,
        )
        for cell, layers in (("rnn", 1), ("lstm", 2), ("gru", 3))
    },
    **{
        f"classifier {cell}{' bidirectional' * both}": (
            lambda t, cell=cell, both=both: rnn_classifier(t)(
                V, K, features=5, hidden=7, layers=2, cell=cell, bidirectional=both
            ),
            (TOKENS, LENGTHS),
            LABELS,
        )
        for cell, both in (("rnn", False), ("lstm", True), ("gru", True))
    },
    **{
        f"seq2seq of {layers}": (
            lambda t, layers=layers: seq2seq(t)(V, V, features=5, hidden=7, layers=layers),
            (SOURCE, TARGET),
            AFTER,
        )
        for layers in (1, 2)
    },
}
# Largest difference to PyTorch, relative and absolute: of one step, and after twenty of Adam.
TOLERANCE = {"float64": (1e-10, 1e-9), "float32": (1e-5, 1e-3)}


@pytest.mark.parametrize("kind", TOLERANCE)
@pytest.mark.parametrize("name", MODELS)
def test_logits_loss_and_gradients_are_torchs(name, kind, torch):
    *pair, inputs, labels = twins(MODELS[name], kind, torch)
    results = []
    for t, model in pair:
        logits, loss = loss_of(t, model, inputs, labels)
        loss.backward()
        results.append([logits, loss, *(p.grad for p in model.parameters())])
    for a, b in zip(*results, strict=True):
        same(a, b, TOLERANCE[kind][0])


@pytest.mark.parametrize("kind", TOLERANCE)
@pytest.mark.parametrize("name", MODELS)
def test_twenty_steps_end_at_the_same_weights(name, kind, torch):
    *pair, inputs, labels = twins(MODELS[name], kind, torch)
    losses = []
    for t, model in pair:
        optimizer = t.optim.Adam(model.parameters(), lr=0.03, eps=1e-4)
        losses.append([])
        for _ in range(20):
            optimizer.zero_grad()
            _, loss = loss_of(t, model, inputs, labels)
            loss.backward()
            optimizer.step()
            losses[-1].append(loss.item())
    assert losses[0][-1] < 0.8 * losses[0][0]
    (_, ours), (_, theirs) = pair
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        same(a, b, TOLERANCE[kind][1])


@pytest.mark.parametrize("name", MODELS)
def test_captured_in_one_graph(name, torch):
    _, (_, model), inputs, _ = twins(MODELS[name], "float32", torch)
    tensors = [torch.tensor(x) for x in inputs]
    expected = model(*tensors)
    torch._dynamo.reset()
    with torch._dynamo.config.patch(allow_rnn=True):
        captured = torch.compile(model, backend="eager", fullgraph=True)
        found = captured(*tensors)
    torch.testing.assert_close(found, expected)


def test_an_unknown_cell_is_named():
    for make in (lambda: char_rnn(ref)(V, cell="LSTM"), lambda: rnn_classifier(ref)(V, K, cell="")):
        with pytest.raises(ValueError, match="cell: expected one of rnn, lstm, gru, received"):
            make()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_state_carries_on_where_the_text_was_cut(cell):
    model, tokens = char_rnn(ref)(V, hidden=7, layers=2, cell=cell), ref.tensor(TOKENS)
    whole, _ = model(tokens)
    first, state = model(tokens[:, :2])
    second, _ = model(tokens[:, 2:], state)
    joined = ref.cat([first, second], dim=1)
    np.testing.assert_allclose(joined.detach().numpy(), whole.detach().numpy(), atol=1e-6)


def test_greedy_text_is_the_same_on_both_backends(torch):
    (_, ours), (_, theirs), *_ = twins(MODELS["char_rnn lstm"], "float64", torch)
    found = [
        model.generate(t.tensor(TOKENS[:, :3]), 8, temperature=0)
        for t, model in ((ref, ours), (torch, theirs))
    ]
    assert found[0].tolist() == found[1].tolist()
    assert found[0].shape == (N, 8)
    # Each token is the likeliest one after all before it.
    text = ref.cat([ref.tensor(TOKENS[:, :3]), found[0]], dim=1)
    assert ours(text)[0].argmax(dim=-1)[:, 2:-1].tolist() == found[0].tolist()


def test_drawn_text_follows_the_predicted_chances():
    model = char_rnn(ref)(3, features=2, hidden=2)
    with ref.no_grad():
        model.output.weight.zero_()
        model.output.bias.copy_(ref.tensor([0.0, np.log(3.0), -1e9]))
    start = ref.zeros(4000, 1, dtype=ref.int64)
    generator = ref.Generator().manual_seed(0)
    drawn = model.generate(start, 1, generator=generator)
    assert (drawn == 1).double().mean().item() == pytest.approx(0.75, abs=0.03)
    assert not (drawn == 2).any().item()
    colder = model.generate(start, 1, temperature=0.5, generator=generator)
    assert (colder == 1).double().mean().item() == pytest.approx(0.9, abs=0.03)
    assert model.generate(start, 0).shape == (4000, 0)
    with pytest.raises(ValueError, match="at least one token"):
        model.generate(start[:, :0], 1)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_stands_behind_a_length_changes_nothing(bidirectional):
    model = rnn_classifier(ref)(V, K, hidden=7, bidirectional=bidirectional).double()
    together = model(ref.tensor(TOKENS), ref.tensor(LENGTHS)).detach()
    for i, length in enumerate(LENGTHS):
        alone = model(ref.tensor(TOKENS[i : i + 1, :length])).detach()
        np.testing.assert_allclose(together[i : i + 1].numpy(), alone.numpy(), atol=1e-12)


def test_two_directions_are_those_of_a_packed_bidirectional_layer():
    """The plain way that needs no packing gives what packing gives."""
    model = rnn_classifier(ref)(V, K, hidden=7, cell="gru", bidirectional=True).double()
    both = ref.nn.GRU(32, 7, batch_first=True, bidirectional=True).double()
    state = {k: v for k, v in model.ahead.state_dict().items()}
    state |= {f"{k}_reverse": v for k, v in model.back.state_dict().items()}
    both.load_state_dict(state)
    packed = ref.nn.utils.rnn.pack_padded_sequence(
        model.embedding(ref.tensor(TOKENS)), LENGTHS, batch_first=True, enforce_sorted=False
    )
    _, h = both(packed)
    expected = model.output(ref.cat([h[0], h[1]], dim=1))
    found = model(ref.tensor(TOKENS), ref.tensor(LENGTHS))
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), atol=1e-12)


def test_nothing_attends_to_padding():
    model = seq2seq(ref)(V, V, hidden=7).double()
    memory, mask, state = model.encode(ref.tensor(SOURCE))
    logits, _, weights = model.decode(ref.tensor(TARGET), state, memory, mask)
    np.testing.assert_allclose(weights.sum(dim=-1).detach().numpy(), 1, atol=1e-12)
    for i, length in enumerate(LENGTHS):
        assert (weights[i, :, length:] == 0).all().item()
        assert (weights[i, :, :length] > 0).all().item()
        alone = model(ref.tensor(SOURCE[i : i + 1, :length]), ref.tensor(TARGET[i : i + 1]))
        np.testing.assert_allclose(
            logits[i].detach().numpy(), alone[0].detach().numpy(), atol=1e-12
        )


def test_greedy_answers_are_the_same_on_both_backends_and_end(torch):
    (_, ours), (_, theirs), *_ = twins(MODELS["seq2seq of 2"], "float64", torch)
    found = [
        model.generate(t.tensor(SOURCE), begin=1, end=2, length=7).tolist()
        for t, model in ((ref, ours), (torch, theirs))
    ]
    assert found[0] == found[1]
    # Fed back as a target, each answer is the likeliest token after those before it.
    answer = ref.tensor(found[0])
    target = ref.cat([ref.full((N, 1), 1), answer[:, :-1]], dim=1)
    again = ours(ref.tensor(SOURCE), target).argmax(dim=-1)
    ended = (answer == 2).long().cumsum(dim=1) > 0
    assert ((again == answer) | ended).all().item()
    with ref.no_grad():
        ours.output.bias[2] += 1e6
    assert ours.generate(ref.tensor(SOURCE), 1, 2, 7).tolist() == [[2]] * N
    assert ours.generate(ref.tensor(SOURCE), 1, 2, 0).shape == (N, 0)


def test_learns_to_turn_a_sequence_round():
    """A task that needs the order of the source, learnt to the last token."""
    ref.manual_seed(0)
    rng = np.random.default_rng(0)
    source = rng.integers(3, 8, (64, 4))
    answer = ref.tensor(source[:, ::-1].copy())
    target = ref.cat([ref.full((64, 1), 1), answer[:, :-1]], dim=1)
    model = seq2seq(ref)(8, 8, features=16, hidden=32)
    optimizer = ref.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(120):
        optimizer.zero_grad()
        logits = model(ref.tensor(source), target)
        ref.nn.functional.cross_entropy(logits.reshape(-1, 8), answer.reshape(-1)).backward()
        optimizer.step()
    found = model.generate(ref.tensor(source), begin=1, end=2, length=4)
    assert (found == answer).double().mean().item() > 0.98


def test_lengths_that_do_not_fit_are_named():
    model, tokens = rnn_classifier(ref)(V, K), ref.tensor(TOKENS)
    with pytest.raises(
        ValueError, match=r"a tensor of shape \(4,\), one for each .* one of \(1,\)"
    ):
        model(tokens, ref.tensor([5]))
    with pytest.raises(ValueError, match=r"one for each sequence, received list"):
        model(tokens, [5, 4, 3, 2])


def test_a_model_without_its_backend_is_explained():
    with pytest.raises(
        TypeError, match=r"char_rnn\(backend\)\(\.\.\.\): first a backend.*received 9"
    ):
        char_rnn(V)
