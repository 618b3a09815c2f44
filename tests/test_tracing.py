"""trace: named activations and gradients, the same on both backends."""

import numpy as np
import pytest

import dlcore
from dlcore.models import mlp


def model_and_data(t):
    model = mlp(t)((4, 5, 2), activation="tanh").double()
    rng = np.random.default_rng(0)
    state = {name: rng.normal(size=tuple(v.shape)) for name, v in model.state_dict().items()}
    model.load_state_dict({name: t.from_numpy(v) for name, v in state.items()})
    return model, t.from_numpy(rng.normal(size=(3, 4)))


def test_equal_on_both_backends(torch):
    traces = []
    for name in ("numpy", "torch"):
        model, x = model_and_data(dlcore.get_backend(name))
        traces.append(dlcore.trace(model, x, loss=lambda out: (out * out).sum()))
        assert all(p.grad is None for p in model.parameters()), "the model is left as it was"
    ours, theirs = traces
    assert list(ours.activations) == list(ours.gradients) == ["0", "1", "2"]
    assert list(ours.weight_gradients) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
    for part in ("activations", "gradients", "weight_gradients"):
        for name, value in getattr(theirs, part).items():
            np.testing.assert_allclose(getattr(ours, part)[name], value, rtol=1e-10)
    np.testing.assert_array_equal(ours.output, ours.activations["2"])
    np.testing.assert_allclose(ours.gradients["2"], 2 * ours.output)


def test_without_a_loss_and_of_chosen_layers():
    import dlcore.reference as ref

    model, x = model_and_data(ref)
    model[0].weight.grad = ref.ones(5, 4)
    found = dlcore.trace(model, x, layers=["1"])
    assert (list(found.activations), found.gradients, found.loss) == (["1"], {}, None)
    assert model[0].weight.grad.sum().item() == 20


def test_bad_input():
    import dlcore.reference as ref

    model, x = model_and_data(ref)
    with pytest.raises(KeyError, match="no layer '7' in the model; it has: 0, 1, 2"):
        dlcore.trace(model, x, layers=["7"])
    with pytest.raises(TypeError, match="expected a module"):
        dlcore.trace(lambda x: x, x)


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_what_a_later_layer_changes_in_place_is_seen_as_it_was(name):
    if name == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    t = dlcore.get_backend(name)
    model = t.nn.Sequential(t.nn.Linear(1, 2), t.nn.ReLU(inplace=True))
    model.load_state_dict({"0.weight": t.tensor([[-2.0], [3.0]]), "0.bias": t.zeros(2)})
    x = t.ones(1, 1).requires_grad_()
    found = dlcore.trace(model, x, loss=lambda out: out.sum())
    assert found.activations["0"].tolist() == [[-2, 3]]
    assert found.activations["1"].tolist() == [[0, 3]]
    assert found.gradients["0"].tolist() == [[0, 1]]
    assert found.gradients["1"].tolist() == [[1, 1]]


def test_a_layer_that_runs_twice_shows_its_last_run():
    t = dlcore.get_backend("numpy")
    linear = t.nn.Linear(1, 1, bias=False)
    t.nn.init.constant_(linear.weight, 3.0)
    found = dlcore.trace(
        t.nn.Sequential(linear, t.nn.Identity(), linear), t.ones(1, 1), loss=lambda out: out.sum()
    )
    assert found.activations["0"].tolist() == [[9]] and found.activations["1"].tolist() == [[3]]
    assert found.gradients["0"].tolist() == [[1]] and found.gradients["1"].tolist() == [[3]]
    assert found.weight_gradients["0.weight"].tolist() == [[6]]


def test_a_loss_that_is_none():
    import dlcore.reference as ref

    model, x = model_and_data(ref)
    with pytest.raises(TypeError, match="loss should be a function of the output, received 3"):
        dlcore.trace(model, x, loss=3)
    for wrong, received in (
        (lambda out: out, r"a tensor of shape \(3, 2\)"),
        (lambda out: 1.0, "1.0"),
    ):
        with pytest.raises(TypeError, match=f"a tensor of one number, received {received}"):
            dlcore.trace(model, x, loss=wrong)
    with pytest.raises(TypeError) as e:
        dlcore.trace(model, x, loss=ref.nn.MSELoss())
    assert "loss=lambda output: criterion(output, target)" in e.value.__notes__[0]
