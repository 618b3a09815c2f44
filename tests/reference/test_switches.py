"""What programs switch before they begin: mixed precision, threads, devices, older names."""

import numpy as np
import pytest

import dlcore.reference as ref
from dlcore.reference import nn


def test_mixed_precision_that_is_not_asked_for_changes_nothing():
    layer, x = nn.Linear(3, 2), ref.randn(4, 3)
    optimizer = ref.optim.SGD(layer.parameters(), lr=0.1)
    scaler = ref.amp.GradScaler(enabled=False)
    before = layer.weight.detach().clone()
    with ref.autocast("cpu", enabled=False):
        loss = layer(x).square().mean()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    expected = before - 0.1 * layer.weight.grad
    scaler.step(optimizer)
    scaler.update()
    assert ref.equal(layer.weight.detach(), expected)
    assert scaler.get_scale() == 1.0 and not scaler.is_enabled() and scaler.state_dict() == {}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("name", ["autocast", "GradScaler"])
def test_a_gpus_mixed_precision_is_disabled_with_a_warning(name, torch):
    libraries = [ref] if torch.cuda.is_available() else [ref, torch]
    for library in libraries:
        with pytest.warns(UserWarning, match="(?i)disabl"):
            getattr(library.amp, name)("cuda")
        with pytest.warns(UserWarning, match="(?i)disabl"):
            getattr(library.cuda.amp, name)()


def test_autocast_decorates():
    double = ref.autocast("cuda", enabled=False)(lambda x: 2 * x)
    assert double(ref.ones(2)).tolist() == [2, 2]


@pytest.mark.parametrize("make", [ref.autocast, ref.amp.GradScaler])
def test_mixed_precision_on_the_cpu_is_refused(make):
    with pytest.raises(RuntimeError, match="Pass enabled=False"):
        make("cpu")


def test_bfloat16_may_be_named_and_not_used(torch):
    kinds = {"float32": ref.float32, "bfloat16": ref.bfloat16}
    assert repr(kinds["bfloat16"]) == repr(torch.bfloat16) and ref.bfloat16.itemsize == 2
    for use in (lambda: ref.zeros(2, dtype=ref.bfloat16), lambda: ref.ones(2).to(ref.bfloat16)):
        with pytest.raises(TypeError, match="NumPy has no bfloat16"):
            use()


def test_data_parallel_without_a_gpu(torch):
    states = []
    for library in (ref, torch):
        model = library.nn.DataParallel(library.nn.Linear(2, 1), device_ids=None)
        states.append(list(model.state_dict()))
        x = library.ones(3, 2)
        assert library.equal(model(x), model.module(x))
    assert states[0] == states[1] == ["module.weight", "module.bias"]


def test_names_of_layers_one_folder_deeper():
    assert nn.modules.Linear is nn.Linear
    assert isinstance(nn.BatchNorm2d(1), nn.modules.batchnorm._BatchNorm)
    assert nn.init._calculate_fan_in_and_fan_out(ref.zeros(2, 3, 5, 5)) == (75, 50)


def test_switches_that_numpy_has_no_need_of():
    ref.use_deterministic_algorithms(True)
    assert ref.are_deterministic_algorithms_enabled()
    ref.set_float32_matmul_precision("high")
    with pytest.raises(ValueError, match="highest, high or medium"):
        ref.set_float32_matmul_precision("low")
    ref.cuda.manual_seed(0)
    ref.cuda.empty_cache()
    assert not ref.cuda.is_bf16_supported()
    ref.set_default_device("cpu")
    with pytest.raises(RuntimeError, match="NumPy"):
        ref.set_default_device("cuda")
    with pytest.warns(UserWarning, match="OMP_NUM_THREADS"):
        ref.set_num_threads(1)
    with pytest.raises(RuntimeError, match="positive"):
        ref.set_num_threads(0)


def test_the_default_type_by_its_older_name():
    try:
        ref.set_default_tensor_type("torch.DoubleTensor")
        assert ref.zeros(1).dtype is ref.Tensor(1).dtype is ref.float64
        ref.set_default_tensor_type(ref.FloatTensor)
        assert ref.zeros(1).dtype is ref.float32
    finally:
        ref.set_default_dtype(ref.float32)


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t.Tensor([1, 2]),
        lambda t: t.Tensor((1, 2)),
        lambda t: t.Tensor(t.ones(2, dtype=t.int64)),
        lambda t: t.Tensor(t.zeros(2, 3).size()).zero_(),
        lambda t: t.FloatTensor(2, 3).zero_(),
        lambda t: t.LongTensor(range(3)),
        lambda t: t.LongTensor([[1, 2]]),
        lambda t: t.HalfTensor([0.5]),
        lambda t: t.ones(2).type(t.LongTensor),
        lambda t: t.ones(2).type("torch.ByteTensor"),
        lambda t: t.Tensor(np.ones((2, 2))),
    ],
)
def test_older_ways_to_make_a_tensor(make, torch):
    ours, theirs = make(ref), make(torch)
    assert str(ours.dtype) == str(theirs.dtype) and ours.tolist() == theirs.tolist()


def test_the_older_types_know_their_tensors():
    x = ref.ones(2)
    assert isinstance(x, ref.FloatTensor) and not isinstance(x, ref.LongTensor)
    with pytest.raises(TypeError, match="int64"):
        ref.FloatTensor(ref.ones(2, dtype=ref.int64))
    with pytest.raises(TypeError, match="sequence"):
        ref.Tensor(3.0)


@pytest.mark.parametrize("name", ["zeros_like", "ones_like", "empty_like", "clone"])
def test_memory_formats(name):
    make = getattr(ref, name)
    assert make(ref.ones(2, 3), memory_format=ref.preserve_format).shape == (2, 3)
    with pytest.raises(RuntimeError, match="channels_last is not in the reference"):
        make(ref.ones(1, 2, 3, 4), memory_format=ref.channels_last)
    with pytest.raises(TypeError, match="memory_format"):
        make(ref.ones(2), memory_format="preserve_format")


def test_strides(torch):
    for library in (ref, torch):
        x = library.zeros(2, 3, 1, 4)
        answers = [
            x.stride(),
            x.permute(1, 0, 3, 2).stride(),
            x[:, ::2].stride(1),
            x[:, 1].stride(),
        ]
        assert answers == [(12, 4, 4, 1), (4, 12, 1, 4), 8, (12, 4, 1)]
    x = ref.zeros(3)
    assert x.data_ptr() == x[:2].data_ptr() != x[1:].data_ptr()
