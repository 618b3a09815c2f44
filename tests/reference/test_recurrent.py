"""RNN, LSTM, GRU and their cells beside PyTorch's, and what they say to bad input."""

import itertools

import numpy as np
import pytest

import dlcore.reference as ref

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
T, N, D, H = 5, 3, 4, 6
KINDS = ["RNN", "RNN relu", "LSTM", "GRU"]
FORMS = ["batched", "batch_first", "unbatched", "packed", "packed unsorted"]


def layer(t, kind, **options):
    name, _, nonlinearity = kind.partition(" ")
    options |= {"nonlinearity": nonlinearity} if nonlinearity else {}
    return getattr(t.nn, name)(D, H, **options).double()


def twins(kind, torch, **options):
    ours, theirs = layer(ref, kind, **options), layer(torch, kind, **options)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    return (ref, ours), (torch, theirs)


def weighted(t, outs):
    """A number that depends on every element of every output."""
    rng = np.random.default_rng(5)
    return sum((o * t.tensor(np.asarray(rng.standard_normal(tuple(o.shape))))).sum() for o in outs)


def run(t, model, form, x, hx):
    """Outputs, and gradients of the input, the first states and the weights."""
    x, hx = t.tensor(x, requires_grad=True), [t.tensor(h, requires_grad=True) for h in hx]
    pair = isinstance(model, t.nn.LSTM)
    given = (tuple(hx) if pair else hx[0]) if hx else None
    rnn, given_input = t.nn.utils.rnn, x
    if form.startswith("packed"):
        lengths, sort = ([5, 3, 1], True) if form == "packed" else (t.tensor([2, 4, 4]), False)
        given_input = rnn.pack_padded_sequence(x, lengths, enforce_sorted=sort)
    y, last = model(given_input, given)
    if form.startswith("packed"):
        y, _ = rnn.pad_packed_sequence(y)
    outs = [y, *(last if pair else [last])]
    weighted(t, outs).backward()
    return outs + [x.grad] + [h.grad for h in hx] + [p.grad for p in model.parameters()]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_torch(kind, form, torch):
    rng = np.random.default_rng(0)
    x = {"unbatched": (T, D), "batch_first": (N, T, D)}.get(form, (T, N, D))
    for layers, both, bias, with_hx in itertools.product(
        (1, 2, 3), (False, True), (True, False), (True, False)
    ):
        options = {"num_layers": layers, "bidirectional": both, "bias": bias}
        options["batch_first"] = form == "batch_first"
        state = (layers * (1 + both), H) if form == "unbatched" else (layers * (1 + both), N, H)
        hx = [rng.standard_normal(state) for _ in range(1 + (kind == "LSTM"))] if with_hx else []
        array = rng.standard_normal(x)
        results = [run(t, m, form, array, hx) for t, m in twins(kind, torch, **options)]
        for a, b in zip(*results, strict=True):
            assert a.shape == tuple(b.shape)
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), **CLOSE)


@pytest.mark.parametrize("shape", [(1, 1, D), (1, N, D), (T, 1, D), (T, 0, D)])
@pytest.mark.parametrize("kind", KINDS)
def test_one_time_one_sequence_and_none(kind, shape, torch):
    x = np.random.default_rng(0).standard_normal(shape)
    results = [
        run(t, m, "batched", x, []) for t, m in twins(kind, torch, bidirectional=True, num_layers=2)
    ]
    for a, b in zip(*results, strict=True):
        assert a.shape == tuple(b.shape)
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), **CLOSE)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_cells_in_a_loop_agree_with_torch_and_with_the_layer(kind, bias, torch):
    name, _, nonlinearity = kind.partition(" ")
    options = {"bias": bias} | ({"nonlinearity": nonlinearity} if nonlinearity else {})
    whole = layer(ref, kind, bias=bias)
    state = {k.removesuffix("_l0"): v for k, v in whole.state_dict().items()}
    x = np.random.default_rng(0).standard_normal((T, N, D))
    results = []
    for t in (ref, torch):
        cell = getattr(t.nn, f"{name}Cell")(D, H, **options).double()
        cell.load_state_dict({k: t.tensor(v.numpy()) for k, v in state.items()})
        xs, h, outs = t.tensor(x, requires_grad=True), None, []
        for i in range(T):
            h = cell(xs[i], h)
            outs.append(h[0] if name == "LSTM" else h)
        weighted(t, [t.stack(outs)]).backward()
        results.append([t.stack(outs), xs.grad, *(p.grad for p in cell.parameters())])
        alone = cell(xs[0, 0])
        first = alone[0] if name == "LSTM" else alone
        np.testing.assert_allclose(first.detach().numpy(), outs[0][0].detach().numpy(), atol=1e-12)
        assert repr(cell) == repr(getattr(torch.nn, f"{name}Cell")(D, H, **options))
    xs = ref.tensor(x, requires_grad=True)
    y, _ = whole(xs)
    weighted(ref, [y]).backward()
    results.append([y, xs.grad, *(p.grad for p in whole.parameters())])
    for found in results[:1] + results[2:]:
        for a, b in zip(found, results[1], strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), **CLOSE)


# -- bad input -----------------------------------------------------------------------------------


def test_sizes_that_make_no_layer():
    nn = ref.nn
    for make, error, text in [
        (lambda: nn.LSTM(D, 0), ValueError, "LSTM: hidden_size must be greater than zero, rec"),
        (lambda: nn.GRU(D, 2.5), TypeError, "hidden_size should be of type int, got: float"),
        (lambda: nn.GRU(D, H, 0), ValueError, "num_layers must be greater than zero, received 0"),
        (lambda: nn.RNN(0, H), ValueError, "RNN: input_size must be greater than zero"),
        (lambda: nn.RNN(D, H, dropout=2), ValueError, r"in range \[0, 1\].*received 2"),
        (lambda: nn.RNN(D, H, nonlinearity="elu"), ValueError, "Unknown nonlinearity 'elu'"),
        (lambda: nn.LSTM(D, H, proj_size=2), NotImplementedError, "proj_size=2: PyTorch's LSTM"),
        (lambda: nn.RNNBase("LSTN", D, H), ValueError, "Unrecognized RNN mode: LSTN"),
    ]:
        with pytest.raises(error, match=text):
            make()


def test_inputs_that_do_not_fit_are_answered_in_the_layers_words():
    lstm, gru = ref.nn.LSTM(D, H), ref.nn.GRU(D, H, 2, batch_first=True, bidirectional=True)
    x, h = ref.ones(T, N, D), ref.zeros(1, N, H)
    for call, error, text in [
        (
            lambda: lstm(ref.ones(T, N, 9)),
            RuntimeError,
            r"LSTM: the last axis .* input_size=4 features, received 9 \(shape \(5, 3, 9\)\); the "
            r"axes are \(times, batch, features\), as batch_first=False",
        ),
        (lambda: lstm(ref.ones(D)), ValueError, "LSTM: Expected input to be 2D or 3D, got 1D"),
        (lambda: lstm(x.double()), ValueError, "input dtype .*float64.* weight dtype .*float32"),
        (lambda: lstm(ref.ones(0, N, D)), RuntimeError, "sequence length to be larger than 0"),
        (lambda: lstm([1.0]), TypeError, "LSTM: expected a tensor, received list"),
        (lambda: lstm(x, h), TypeError, r"hx should be a pair \(h_0, c_0\).*received Tensor"),
        (
            lambda: lstm(x, (h, ref.zeros(1, 2, H))),
            RuntimeError,
            r"LSTM: Expected hidden size c_0 \(1, 3, 6\) .*batch.*, got \(1, 2, 6\)",
        ),
        (
            lambda: gru(ref.ones(N, T, D), ref.zeros(2, N, H)),
            RuntimeError,
            r"GRU: Expected hidden size h_0 \(4, 3, 6\) \(layers x directions",
        ),
        (
            lambda: gru(ref.ones(T, D), ref.zeros(4, 1, H)),
            RuntimeError,
            r"h_0 \(4, 6\) .*the input is unbatched.*, got \(4, 1, 6\)",
        ),
        (lambda: lstm(x, (h, h.double())), RuntimeError, "c_0 is torch.float64"),
        (lambda: lstm(x, (h, None)), TypeError, "c_0 should be a tensor, received NoneType"),
    ]:
        with pytest.raises(error, match=text):
            call()


def test_cells_answer_in_their_words():
    cell = ref.nn.LSTMCell(D, H)
    x, h = ref.ones(N, D), ref.zeros(N, H)
    for call, error, text in [
        (lambda: cell(ref.ones(N, 9)), RuntimeError, "LSTMCell: .*input_size=4 features, rec.* 9"),
        (lambda: cell(ref.ones(1, N, D)), ValueError, "Expected input to be 1D or 2D, got 3D"),
        (lambda: cell(x, (h, h[:2])), RuntimeError, r"\(3, 6\) .*received \(2, 6\)"),
        (lambda: cell(x.double()), RuntimeError, "input is torch.float64"),
        (lambda: cell(x, (h,)), RuntimeError, r"a pair \(h, c\), received 1"),
        (lambda: ref.nn.RNNCell(D, H, nonlinearity="elu")(x), RuntimeError, "nonlinearity: elu"),
    ]:
        with pytest.raises(error, match=text):
            call()
