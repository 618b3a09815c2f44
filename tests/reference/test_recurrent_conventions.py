"""Recurrent layers: the conventions that are easy to miss, and their place in a program."""

import contextlib
import copy

import numpy as np
import pytest

import dlcore.reference as ref

from .test_recurrent import KINDS, D, H, N, T, layer


def constant_layer(kind, **rows):
    """A layer of one unit whose weights are 0 and whose biases are given, by row of bias_ih."""
    layer = getattr(ref.nn, kind)(1, 1).double()
    with ref.no_grad():
        for p in layer.parameters():
            p.zero_()
        for name, values in rows.items():
            getattr(layer, name).copy_(ref.tensor(values, dtype=ref.float64))
    return layer


def sigma(z):
    return 1 / (1 + np.exp(-z))


def test_the_gates_of_an_lstm_stand_in_the_order_i_f_g_o():
    bias = [0.1, -0.2, 0.7, 1.5]
    layer = constant_layer("LSTM", bias_ih_l0=bias)
    c0 = 2.0
    y, (h, c) = layer(
        ref.zeros(1, 1, 1).double(),
        (ref.zeros(1, 1, 1).double(), ref.full((1, 1, 1), c0).double()),
    )
    i, f, g, o = sigma(0.1), sigma(-0.2), np.tanh(0.7), sigma(1.5)
    assert c.item() == pytest.approx(f * c0 + i * g, rel=1e-12)
    assert y.item() == h.item() == pytest.approx(o * np.tanh(f * c0 + i * g), rel=1e-12)


def test_the_gates_of_a_gru_stand_in_the_order_r_z_n():
    layer = constant_layer("GRU", bias_ih_l0=[0.3, -0.4, 0.9])
    y, _ = layer(ref.zeros(1, 1, 1).double(), ref.full((1, 1, 1), 0.5).double())
    z, n = sigma(-0.4), np.tanh(0.9)
    assert y.item() == pytest.approx((1 - z) * n + z * 0.5, rel=1e-12)


def test_an_lstm_has_two_biases_that_add_up():
    """PyTorch keeps both, though one would do: their gradients are equal."""
    layer = constant_layer(
        "LSTM", bias_ih_l0=[0.1, 0.2, 0.3, 0.4], bias_hh_l0=[1.0, -1.0, 0.5, 0.0]
    )
    merged = constant_layer("LSTM", bias_ih_l0=[1.1, -0.8, 0.8, 0.4])
    x = ref.ones(3, 1, 1).double()
    expected = merged(x)[0].flatten().tolist()
    assert layer(x)[0].flatten().tolist() == pytest.approx(expected)
    layer(x)[0].sum().backward()
    assert layer.bias_ih_l0.grad.tolist() == layer.bias_hh_l0.grad.tolist()
    layer.bias_ih_l0.grad.mul_(0)
    assert any(layer.bias_hh_l0.grad.tolist()), "each bias has a gradient of its own"


def test_the_second_bias_of_a_gru_stands_inside_the_reset_gate():
    x = ref.zeros(1, 1, 1).double()
    outside = constant_layer("GRU", bias_ih_l0=[0.3, 0.0, 0.9])
    inside = constant_layer("GRU", bias_ih_l0=[0.3, 0.0, 0.0], bias_hh_l0=[0.0, 0.0, 0.9])
    assert outside(x)[0].item() == pytest.approx(0.5 * np.tanh(0.9))
    assert inside(x)[0].item() == pytest.approx(0.5 * np.tanh(sigma(0.3) * 0.9))


@pytest.mark.parametrize("kind", KINDS)
def test_last_states_are_where_each_direction_ends(kind):
    model = layer(ref, kind, bidirectional=True)
    y, last = model(ref.randn(T, N, D).double())
    h = last[0] if kind == "LSTM" else last
    assert y[-1, :, :H].tolist() == h[0].tolist()
    assert y[0, :, H:].tolist() == h[1].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_weights_start_uniform_and_small(kind):
    ref.manual_seed(0)
    model = layer(ref, kind, num_layers=2)
    every = np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])
    bound = 1 / np.sqrt(H)
    assert -bound <= every.min() < -0.9 * bound
    assert 0.9 * bound < every.max() < bound
    assert every.std() == pytest.approx(bound / np.sqrt(3), rel=0.15)


def test_dropout_acts_between_layers_and_only_in_training():
    ref.manual_seed(0)
    model = ref.nn.GRU(D, H, num_layers=2, dropout=1.0)
    x = ref.randn(T, N, D)
    y, _ = model(x)
    second = ref.nn.GRU(H, H)
    second.load_state_dict(
        {k.replace("l1", "l0"): v for k, v in model.state_dict().items() if "l1" in k}
    )
    # The second layer reads zeros; its own output is not dropped.
    assert y.tolist() == second(ref.zeros(T, N, H))[0].tolist()
    assert (model.eval()(x)[0] - y).abs().max().item() > 0
    with pytest.warns(UserWarning, match="dropout=0.5 and num_layers=1"):
        ref.nn.GRU(D, H, dropout=0.5)


# -- as part of a program ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_float32_stays_float32(kind):
    model = layer(ref, kind, num_layers=2, bidirectional=True).float()
    x = ref.randn(T, N, D, requires_grad=True)
    y, _ = model(x)
    y.sum().backward()
    assert {t.dtype for t in (y, x.grad, *(p.grad for p in model.parameters()))} == {ref.float32}


def test_a_state_can_be_cut_off_and_carried_on():
    """Truncated back-propagation through time: the numbers go on, the gradient does not."""
    model = ref.nn.LSTM(D, H).double()
    x = ref.randn(T, N, D).double()
    whole, _ = model(x)
    _, state = model(x[:2])
    rest, _ = model(x[2:], tuple(s.detach() for s in state))
    np.testing.assert_allclose(rest.detach().numpy(), whole[2:].detach().numpy(), atol=1e-12)
    start = ref.zeros(1, N, H).double().requires_grad_()
    _, (h, _) = model(x[:2], (start, start))
    model(x[2:], (h.detach(), h.detach()))[0].sum().backward()
    assert start.grad is None


def test_weights_by_layer_and_direction():
    model = ref.nn.LSTM(D, H, num_layers=2, bidirectional=True)
    assert [[tuple(w.shape) for w in group] for group in model.all_weights] == [
        [(24, 4), (24, 6), (24,), (24,)],
        [(24, 4), (24, 6), (24,), (24,)],
        [(24, 12), (24, 6), (24,), (24,)],
        [(24, 12), (24, 6), (24,), (24,)],
    ]
    assert model.all_weights[3][0] is model.weight_ih_l1_reverse
    assert model.flatten_parameters() is None
    assert isinstance(model, ref.nn.RNNBase)


def test_copies_compute_the_same():
    model, x = ref.nn.GRU(D, H, num_layers=2), ref.randn(T, N, D)
    twin = copy.deepcopy(model)
    assert twin(x)[0].tolist() == model(x)[0].tolist()
    twin.weight_hh_l1.data.zero_()
    assert twin(x)[0].tolist() != model(x)[0].tolist()


def test_a_second_backward_needs_and_finds_what_the_first_kept():
    model, x = ref.nn.LSTM(D, H), ref.randn(T, N, D, requires_grad=True)
    y, _ = model(x)
    y.sum().backward(retain_graph=True)
    first = x.grad.tolist()
    x.grad = None
    y.sum().backward()
    assert x.grad.tolist() == first


def test_outputs_may_be_changed_in_place_before_backward():
    """Nothing that backward needs lies in memory that the caller holds."""
    for kind in KINDS:
        grads = []
        for change in (False, True):
            ref.manual_seed(0)
            model = layer(ref, kind)
            x = ref.randn(T, N, D).double().requires_grad_()
            y, last = model(x)
            loss = y.sum()
            if change:
                with ref.no_grad():
                    y.zero_()
                    (last[0] if kind == "LSTM" else last).zero_()
            loss.backward()
            grads.append(x.grad.tolist())
        assert grads[0] == grads[1], kind


def plain_lstm_forward(x, h, c, w_ih, w_hh, b_ih, b_hh):
    """The layer as a student writes it: one time after the other, each by the rule of one cell."""
    step, ys, caches = ref.rule("lstm_cell").forward, [], []
    for x_t in x:
        (h, c), cache = step(x_t, h, c, w_ih, w_hh, b_ih, b_hh)
        ys.append(h)
        caches.append(cache)
    return (np.stack(ys), h, c), caches


def plain_lstm_backward(dout, cache):
    dy, dh, dc = dout
    dxs, sums = [], 0
    for dy_t, one in zip(dy[::-1], cache[::-1], strict=True):
        dx, dh, dc, *dweights = ref.rule("lstm_cell").backward((dh + dy_t, dc), one)
        dxs.append(dx)
        sums = [a + b for a, b in zip(sums, dweights, strict=True)] if sums else dweights
    return np.stack(dxs[::-1]), dh, dc, *sums


def test_a_students_loop_over_time_takes_the_place_of_ours():
    results = []
    for replaced in (False, True):
        ref.manual_seed(0)
        model, x = ref.nn.LSTM(D, H, num_layers=2).double(), ref.randn(T, N, D).double()
        x.requires_grad_()
        with contextlib.ExitStack() as stack:
            if replaced:
                pair = {"forward": plain_lstm_forward, "backward": plain_lstm_backward}
                stack.enter_context(ref.rule("lstm").replaced(**pair))
            y, (h, c) = model(x)
            (y.sum() + h.square().sum() + c.cos().sum()).backward()
        results.append([y.detach(), x.grad, *(p.grad for p in model.parameters())])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-10, atol=1e-10)
