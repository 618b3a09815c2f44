"""ModuleList, ModuleDict, ParameterList, ParameterDict and Sequential, beside PyTorch's."""

import pytest

import dlcore.reference as ref


def build(t):
    nn = t.nn
    blocks = nn.ModuleList([nn.Linear(2, 3), nn.Linear(2, 3), nn.ReLU()])
    blocks.insert(1, nn.Tanh())
    blocks += [nn.Sigmoid()]
    blocks[-1] = nn.Identity()
    named = nn.ModuleDict({"first": nn.Linear(2, 2), "blocks": blocks})
    named.update([("last", nn.Sequential(nn.Linear(3, 1), nn.ReLU()))])
    named["last"].append(nn.Tanh())
    del named["last"][1]
    return named


def test_names_order_and_text_are_torchs(torch):
    ours, theirs = build(ref), build(torch)
    assert list(ours) == list(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    assert repr(ours) == repr(theirs)
    assert ("first" in ours, "second" in ours, len(ours)) == (True, False, 3)


def test_slices_sums_and_taking_out(torch):
    for t in (ref, torch):
        layers = t.nn.ModuleList(t.nn.Linear(n, 1) for n in (1, 2, 3))
        assert isinstance(layers[1:], t.nn.ModuleList)
        assert [m.in_features for m in layers[1:]] == [2, 3]
        assert layers.pop(0).in_features == 1
        assert list(layers.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
        both = layers + t.nn.ModuleList([t.nn.ReLU()])
        assert (len(both), len(layers)) == (3, 2)
        with pytest.raises(IndexError, match="out of range"):
            layers[2]
        table = t.nn.ModuleDict({"a": t.nn.ReLU()})
        assert isinstance(table.pop("a"), t.nn.ReLU)
        assert len(table) == 0


def test_parameters_are_found_and_trained(torch):
    for t in (ref, torch):

        class Net(t.nn.Module):
            def __init__(self, t=t):
                super().__init__()
                self.rows = t.nn.ParameterList([t.ones(2), t.nn.Parameter(t.zeros(3))])
                self.named = t.nn.ParameterDict({"scale": t.ones(1)})

        net = Net()
        net.rows.append(t.ones(1))
        assert [n for n, _ in net.named_parameters()] == [
            "rows.0",
            "rows.1",
            "rows.2",
            "named.scale",
        ]
        assert len(net.rows) == 3
        assert all(p.requires_grad for p in net.parameters())
        assert net.named["scale"] is dict(net.named.items())["scale"]


def test_what_is_no_module_is_refused(torch):
    for t in (ref, torch):
        with pytest.raises(TypeError, match="not a Module subclass"):
            t.nn.ModuleList([lambda x: x])


def test_paths(torch):
    for t in (ref, torch):
        net = build(t)
        assert net.get_submodule("blocks.0").in_features == 2
        assert net.get_submodule("") is net
        assert net.get_parameter("last.0.bias").shape == (1,)
        with pytest.raises(AttributeError, match="no attribute `nowhere`"):
            net.get_submodule("blocks.nowhere")
        shared = t.nn.Linear(2, 2)
        twice = t.nn.Sequential(shared, shared)
        assert len(list(twice.parameters())) == 2
        assert len(list(twice.named_parameters(remove_duplicate=False))) == 4
        assert [n for n, _ in twice.named_parameters(recurse=False)] == []
        assert str(twice.load_state_dict(twice.state_dict())) == "<All keys matched successfully>"
