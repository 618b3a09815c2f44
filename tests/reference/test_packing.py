"""Padded and packed sequences beside PyTorch's."""

import numpy as np
import pytest

import dlcore.reference as ref

R = ref.nn.utils.rnn
LENGTHS = [([4, 3, 3, 1], True), ([2, 4, 1, 4], False), ([4, 4, 4, 4], True), ([1, 1, 2, 3], False)]


def same(a, b):
    """Equal tensors of both backends, or None twice."""
    if b is None:
        assert a is None
        return
    assert str(a.dtype) == str(b.dtype)
    assert a.shape == tuple(b.shape)
    np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())


@pytest.mark.parametrize("rest", [(), (2,), (2, 3)])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(("lengths", "in_order"), LENGTHS)
def test_packing_and_back_is_torchs(lengths, in_order, batch_first, rest, torch):
    x = np.random.default_rng(0).standard_normal((4, 4, *rest))
    results = []
    for t in (ref, torch):
        rnn, xs = t.nn.utils.rnn, t.tensor(x, requires_grad=True)
        packed = rnn.pack_padded_sequence(xs, t.tensor(lengths), batch_first, in_order)
        squared = packed._replace(data=packed.data * packed.data)
        padded, found = rnn.pad_packed_sequence(
            squared, batch_first, padding_value=-1.5, total_length=6
        )
        weights = np.random.default_rng(1).standard_normal(tuple(padded.shape))
        (padded * t.tensor(weights)).sum().backward()
        results.append([*packed, padded, found, xs.grad])
        assert found.tolist() == lengths
        assert isinstance(packed, rnn.PackedSequence)
    for a, b in zip(*results, strict=True):
        same(a, b)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("batch_first", [False, True])
def test_lists_of_sequences(batch_first, side, torch):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((n, 2)) for n in (3, 1, 4)]
    results = []
    for t in (ref, torch):
        rnn = t.nn.utils.rnn
        xs = [t.tensor(a, requires_grad=True) for a in arrays]
        padded = rnn.pad_sequence(xs, batch_first, 0.5, side)
        weights = np.random.default_rng(1).standard_normal(tuple(padded.shape))
        (padded * t.tensor(weights)).sum().backward()
        packed = rnn.pack_sequence(xs, enforce_sorted=False)
        back = rnn.unpack_sequence(packed)
        lengths = t.tensor([3, 1, 4])
        plain = rnn.pad_sequence(xs, batch_first)
        again = rnn.unpad_sequence(plain, lengths, batch_first)
        results.append([padded, *(x.grad for x in xs), *packed, *back, *again])
    for a, b in zip(*results, strict=True):
        same(a, b)
    for a, b in zip(results[0][-3:], arrays, strict=True):
        np.testing.assert_array_equal(a.detach().numpy(), b)


def test_integers_are_padded_as_integers(torch):
    for t in (ref, torch):
        tokens = [t.tensor([3, 1, 2]), t.tensor([5])]
        padded = t.nn.utils.rnn.pad_sequence(tokens, batch_first=True, padding_value=9)
        assert padded.tolist() == [[3, 1, 2], [5, 9, 9]]
        assert str(padded.dtype) == "torch.int64"


def test_a_packed_sequence_made_by_hand(torch):
    for t in (ref, torch):
        packed = t.nn.utils.rnn.PackedSequence(
            t.arange(6.0), t.tensor([3, 2, 1]), sorted_indices=t.tensor([2, 0, 1])
        )
        assert packed.unsorted_indices.tolist() == [1, 2, 0]
        assert packed.double().data.dtype == t.float64
        assert packed.to(t.float64).data.dtype == t.float64
        assert packed.double().float().data.dtype == t.float32
        assert packed.is_cuda is False
        padded, lengths = t.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
        assert padded.tolist() == [[1, 4, 0], [2, 0, 0], [0, 3, 5]]
        assert lengths.tolist() == [2, 1, 3]
        data, sizes, _, _ = packed
        assert (data is packed.data, sizes.tolist()) == (True, [3, 2, 1])
        assert t.nn.utils.rnn.invert_permutation(None) is None


def test_packed_rows_through_an_embedding_and_an_lstm_reach_the_table(torch):
    """The way a program for texts of different lengths goes, gradients included."""
    tokens = [[1, 4, 2], [3], [4, 4, 4, 1]]
    results = []
    for t in (ref, torch):
        embedding, lstm = t.nn.Embedding(5, 3), t.nn.LSTM(3, 4, bidirectional=True)
        rng = np.random.default_rng(0)
        with t.no_grad():
            for p in [*embedding.parameters(), *lstm.parameters()]:
                p.copy_(t.tensor(rng.standard_normal(tuple(p.shape)).astype(np.float32)))
        padded = t.nn.utils.rnn.pad_sequence([t.tensor(x) for x in tokens])
        packed = t.nn.utils.rnn.pack_padded_sequence(
            embedding(padded), [3, 1, 4], enforce_sorted=False
        )
        _, (h, _) = lstm(packed)
        h.square().sum().backward()
        results.append([h, embedding.weight.grad, lstm.weight_hh_l0_reverse.grad])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-4, atol=1e-5)
    assert not results[0][1][0].any().item(), "padding is token 0, and nothing reads it"


def test_what_cannot_be_packed_is_answered():
    x = ref.ones(4, 3, 2)
    for call, error, text in [
        (lambda: R.pack_padded_sequence(x, [4, 2]), RuntimeError, r"got 2 \(batch_size=3\)"),
        (lambda: R.pack_padded_sequence(x, [4, 2, 3]), RuntimeError, r"\[4, 2, 3\]; pass enforce"),
        (lambda: R.pack_padded_sequence(x, [4, 2, 0]), RuntimeError, r"<= 0: \[4, 2, 0\]"),
        (lambda: R.pack_padded_sequence(x, [5, 2, 1]), RuntimeError, "longest is 5, .* only 4"),
        (lambda: R.pack_padded_sequence(x, [[4, 2, 1]]), RuntimeError, r"shape \(1, 3\)"),
        (lambda: R.pack_padded_sequence(x[:, :0], []), RuntimeError, "Cannot pack empty"),
        (lambda: R.pack_padded_sequence(x[0, 0], [2]), RuntimeError, "two axes or more"),
        (lambda: R.pad_packed_sequence(x), TypeError, "PackedSequence, received Tensor"),
        (
            lambda: R.pad_packed_sequence(R.pack_padded_sequence(x, [4, 2, 1]), total_length=3),
            ValueError,
            "total_length=3 and max sequence length being 4",
        ),
        (lambda: R.pad_sequence([]), RuntimeError, "empty list of sequences"),
        (lambda: R.pad_sequence([x], padding_side="top"), RuntimeError, "left or right, but got"),
        (lambda: R.pad_sequence(5), RuntimeError, "a list of tensors, received int"),
        (lambda: R.PackedSequence(x), ValueError, "batch_sizes is missing"),
        (
            lambda: ref.nn.LSTM(5, 2)(R.pack_padded_sequence(x, [4, 2, 1])),
            RuntimeError,
            r"LSTM: the last axis .* input_size=5 features, received 2",
        ),
        (
            lambda: ref.nn.LSTM(2, 2)(R.pack_padded_sequence(x[..., 0], [4, 2, 1])),
            RuntimeError,
            r"rows of a packed sequence should be \(M, features\), received shape \(7,\)",
        ),
    ]:
        with pytest.raises(error, match=text):
            call()
