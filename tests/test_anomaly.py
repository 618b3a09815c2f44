"""detect_anomaly names the operation and the layer in which nan or inf came into being."""

import pytest

import dlcore
from dlcore.reference.anomaly import AnomalyError


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        request.getfixturevalue("torch")
    return dlcore.get_backend(request.param)


def network(t, last):
    class Net(t.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = t.nn.Sequential(t.nn.Linear(3, 4), Last())

        def forward(self, x):
            return self.body(x)

    class Last(t.nn.Module):
        def forward(self, x):
            return last(x)

    return Net()


def test_forward(backend):
    net, x = network(backend, lambda h: backend.log(h * 0 - 1)), backend.ones(5, 3)
    net(x)
    with pytest.raises(AnomalyError, match=r"gave nan in 20 of 20 numbers in layer body.1") as e:
        with dlcore.detect_anomaly():
            net(x)
    assert (e.value.rule, e.value.layer) == ("log", "body.1 (Last)")
    assert "from -1 to -1" in str(e.value)
    net(x)  # switched off again


def test_backward(backend):
    net = network(backend, lambda h: backend.sqrt(h * 0))
    with pytest.raises(AnomalyError, match="the gradient that came in is finite") as e:
        with dlcore.detect_anomaly():
            net(backend.ones(5, 3)).sum().backward()
    assert (e.value.rule, e.value.layer) == ("sqrt", "body.1 (Last)")


def test_overflow(backend):
    with pytest.raises(AnomalyError, match=r"'exp' gave inf in 1 of 2 numbers.*from 1 to 100"):
        with dlcore.detect_anomaly():
            backend.exp(backend.tensor([1.0, 100.0]))


def test_data_that_were_nan_before(backend):
    x = backend.tensor([[1.0, float("nan"), 2.0]])
    with pytest.raises(AnomalyError, match=r"holds nan already in layer body.0.*look at the data"):
        with dlcore.detect_anomaly():
            network(backend, backend.relu)(x)


def test_a_mask_of_minus_infinity_is_no_anomaly(backend):
    mask = backend.tensor([[True, False, True], [False, True, False]])
    scores = backend.zeros(2, 3, requires_grad=True)
    with dlcore.detect_anomaly():
        p = scores.masked_fill(mask, float("-inf")).softmax(-1)
        (p * p).sum().backward()
    assert p.tolist() == [[0, 1, 0], [0.5, 0, 0.5]]
    with pytest.raises(AnomalyError, match="nan"), dlcore.detect_anomaly():
        backend.zeros(1, 3).masked_fill(backend.tensor([True] * 3), float("-inf")).softmax(-1)


def test_torchs_own_switch_works_on_the_reference():
    import dlcore.reference as ref

    x = ref.zeros(2, requires_grad=True)
    with ref.autograd.detect_anomaly(), pytest.raises(AnomalyError):
        ref.sqrt(x).sum().backward()
    ref.autograd.set_detect_anomaly(True)
    with pytest.raises(AnomalyError):
        ref.log(x)
    ref.autograd.set_detect_anomaly(False)
    ref.log(x)


def test_an_operation_in_place(backend):
    with pytest.raises(AnomalyError, match=r"'log' gave inf in 1 of 2 numbers.*from 0 to 1"):
        with dlcore.detect_anomaly():
            backend.tensor([0.0, 1.0]).log_()


def test_memory_that_nobody_has_filled_is_no_anomaly(torch):
    nn = torch.nn
    torch.use_deterministic_algorithms(True)  # torch.empty then gives nan
    try:
        with dlcore.detect_anomaly():
            assert torch.empty(3).isnan().all()
            layers = [nn.Linear(3, 3), nn.Embedding(3, 2, padding_idx=0), nn.LSTM(2, 2)]
            layers += [nn.BatchNorm1d(3), nn.MultiheadAttention(4, 2), nn.Conv2d(1, 2, 3)]
    finally:
        torch.use_deterministic_algorithms(False)
    assert all(p.isfinite().all() for layer in layers for p in layer.parameters())


def test_a_model_that_is_made_meanwhile(backend):
    with dlcore.detect_anomaly():
        embedding = backend.nn.Embedding(3, 2, padding_idx=0)
        backend.nn.init.orthogonal_(backend.nn.Linear(3, 3).weight)
    assert embedding.weight[0].tolist() == [0, 0]
