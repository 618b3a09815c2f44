"""Surfaces and slices of a network's loss: values, exact gradients, and an untouched model."""

import numpy as np
import pytest

from dlcore import available_backends, get_backend
from widgets.loss_slice import loss_slice
from widgets.surface import SURFACES, Surface, quadratic

BACKENDS = available_backends()

# Each written down again from its source, in NumPy.
FORMULAS = {
    "bowl": lambda x, y: (x**2 + y**2) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
    "beale": lambda x, y: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return get_backend(request.param)


@pytest.mark.parametrize("name", FORMULAS)
def test_values_are_those_of_the_formula(name, backend):
    x, y = np.random.default_rng(0).uniform(-2, 2, (2, 3, 4))
    np.testing.assert_allclose(
        SURFACES[name].value(x, y, backend), FORMULAS[name](x, y), rtol=1e-12, atol=1e-12
    )


def test_the_ravine_has_the_curvatures_1_and_its_condition_number(backend):
    for angle in (0, 20):
        curvatures = np.linalg.eigvalsh(quadratic(50, angle).hessian(0.3, -0.4, backend))
        np.testing.assert_allclose(curvatures, [1, 50], rtol=1e-6)
    # At 90 degrees the steep direction is x.
    np.testing.assert_allclose(quadratic(50, 90).value([1, 0], [0, 1], backend), [25, 0.5])


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_agree_with_differences(name, backend):
    surface = SURFACES[name]
    rng = np.random.default_rng(1)
    x, y = rng.uniform(*surface.x_range, 7), rng.uniform(*surface.y_range, 7)
    dx, dy = surface.gradient(x, y, backend)
    h = 1e-5
    np.testing.assert_allclose(
        dx, (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h), rtol=1e-6, atol=1e-5
    )
    np.testing.assert_allclose(
        dy, (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h), rtol=1e-6, atol=1e-5
    )


@pytest.mark.parametrize("name", SURFACES)
def test_known_minima_are_stationary_lowest_and_on_the_map(name):
    surface = SURFACES[name]
    x, y = np.transpose(surface.minima)
    lowest = surface.value(x, y)
    np.testing.assert_allclose(surface.gradient(x, y), 0, atol=1e-9)
    np.testing.assert_allclose(lowest, lowest[0], atol=1e-12)
    assert surface.grid(201)[2].min() >= lowest[0] - 1e-12
    assert all(surface.contains(*point) for point in surface.minima)


@pytest.mark.parametrize("name", SURFACES)
def test_gradient_descent_from_the_start_with_the_rate_goes_down(name):
    surface = SURFACES[name]
    point = np.array(surface.start)
    before = surface.value(*point)
    for _ in range(100):
        point -= surface.learning_rate * np.array(surface.gradient(*point))
    assert surface.contains(*point) and surface.value(*point) < before


def test_grid_has_rows_along_y_and_columns_along_x():
    surface = Surface(lambda x, y: x + 10 * y, (0, 4), (0, 2))
    x, y, L = surface.grid(5)
    np.testing.assert_allclose(x, [0, 1, 2, 3, 4])
    np.testing.assert_allclose(y, [0, 0.5, 1, 1.5, 2])
    assert L[2, 3] == x[3] + 10 * y[2]
    assert surface.grid(5)[2] is L


def test_a_surface_that_ignores_a_parameter_has_gradient_0_there(backend):
    dx, dy = Surface(lambda x, y: 3 * x, (0, 1), (0, 1)).gradient([1.0, 2.0], 0.0, backend)
    np.testing.assert_array_equal(dx, [3, 3])
    np.testing.assert_array_equal(dy, [0, 0])


def test_gradients_work_although_the_caller_is_under_no_grad(backend):
    with backend.no_grad():
        assert SURFACES["bowl"].gradient(2.0, 3.0, backend) == (2.0, 3.0)


def test_the_default_rate_is_stable_for_the_largest_curvature():
    surface = Surface(lambda x, y: 20 * x * x + y * y, (-1, 1), (-1, 1))
    assert surface.learning_rate == pytest.approx(0.01)  # half of 1 / 40, rounded down to 1, 2 or 5


@pytest.mark.parametrize("limits", [(1, 1), (2, 1), (0, np.inf), (0,), 3, None])
def test_a_range_that_is_none_is_refused(limits):
    with pytest.raises(ValueError, match="x_range"):
        Surface(lambda x, y: x, limits, (0, 1))


def test_other_bad_surfaces_are_refused():
    with pytest.raises(TypeError, match=r"function\(x, y\) of tensors, received 3"):
        Surface(3, (0, 1), (0, 1))
    with pytest.raises(ValueError, match=r"at least 1, received 0\.5"):
        quadratic(0.5)


def test_a_function_that_does_not_give_each_point_its_loss_is_refused(backend):
    total = Surface(lambda x, y: (x * x + y * y).sum(), (0, 1), (0, 1), "total")
    with pytest.raises(ValueError, match=r"'total' .* x and y, \(2,\), received shape \(\)"):
        total.value([0, 1], [0, 1], backend)
    with pytest.raises(ValueError, match="nothing is summed"):
        total.gradient([0, 1], [0, 1], backend)
    with pytest.raises(TypeError, match=r"a tensor .*received float: compute with the tensors"):
        Surface(lambda x, y: 1.0, (0, 1), (0, 1)).value(0, 0, backend)


# -- slices of a network's loss -------------------------------------------------------------------


def network(backend):
    """A small regression network with fixed weights, and its data."""
    rng = np.random.default_rng(0)
    nn = backend.nn
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1))
    with backend.no_grad():
        for p in model.parameters():
            p.copy_(backend.tensor(rng.standard_normal(tuple(p.shape)), dtype=backend.float32))
    X, y = rng.standard_normal((30, 4)), rng.standard_normal((30, 1))
    return model, nn.functional.mse_loss, X.astype(np.float32), y.astype(np.float32)


def flat(model):
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def loss_at(backend, weights):
    """The loss with these weights, straight from the definition."""
    model, loss, X, y = network(backend)
    with backend.no_grad():
        backend.nn.utils.vector_to_parameters(
            backend.tensor(weights, dtype=backend.float32), model.parameters()
        )
        return loss(model(backend.tensor(X)), backend.tensor(y)).item()


def test_slice_is_the_loss_along_the_directions_and_its_gradient_is_projected(backend):
    model, loss, X, y = network(backend)
    d1, d2 = np.random.default_rng(3).standard_normal((2, flat(model).size))
    surface = loss_slice(model, loss, X, y, directions=(d1, d2), radius=0.5)
    assert surface.x_range == surface.y_range == (-0.5, 0.5)
    theta = flat(model)
    for a, b in [(0.0, 0.0), (0.3, -0.2)]:
        expected = loss_at(backend, theta + a * d1 + b * d2)
        assert surface.value(a, b) == pytest.approx(expected, rel=1e-5)
    h = 1e-2
    slopes = (
        (surface.value(0.1 + h, 0.2) - surface.value(0.1 - h, 0.2)) / (2 * h),
        (surface.value(0.1, 0.2 + h) - surface.value(0.1, 0.2 - h)) / (2 * h),
    )
    np.testing.assert_allclose(surface.gradient(0.1, 0.2), slopes, rtol=5e-3)


def test_directions_may_be_given_parameter_by_parameter(backend):
    model, loss, X, y = network(backend)
    d1, d2 = np.random.default_rng(3).standard_normal((2, flat(model).size))
    whole = loss_slice(model, loss, X, y, directions=(d1, d2))
    sizes = [p.numel() for p in model.parameters()]
    parts = [
        [
            backend.tensor(part.reshape(tuple(p.shape)))
            for part, p in zip(np.split(d, np.cumsum(sizes)[:-1]), model.parameters(), strict=True)
        ]
        for d in (d1, d2)
    ]
    split = loss_slice(model, loss, X, y, directions=parts)
    assert split.value(0.2, 0.7) == whole.value(0.2, 0.7)


def test_random_directions_are_as_long_as_the_filters_and_depend_on_the_seed():
    from widgets.loss_slice import _random_directions

    theta = [np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([1.0, 2.0, 2.0])]
    first, second = _random_directions(theta, seed=0)
    assert np.linalg.norm(first[0][0]) == pytest.approx(5)
    np.testing.assert_array_equal(first[0][1], 0)
    assert np.linalg.norm(first[1]) == pytest.approx(3)
    assert not np.allclose(first[0][0], second[0][0])
    np.testing.assert_array_equal(_random_directions(theta, seed=0)[0][0], first[0])
    assert not np.allclose(_random_directions(theta, seed=1)[0][0], first[0])


def test_both_backends_give_the_same_slice():
    if len(BACKENDS) < 2:
        pytest.skip("PyTorch is not installed")
    maps = [loss_slice(*network(get_backend(name))).grid(5)[2] for name in BACKENDS]
    np.testing.assert_allclose(maps[0], maps[1], rtol=1e-5)


def test_the_model_is_never_changed_even_by_a_loss_that_fails(backend):
    model, loss, X, y = network(backend)
    before, modes = flat(model), [module.training for module in model.modules()]

    def fragile(output, target):
        if fragile.broken:
            raise RuntimeError("no loss today")
        return loss(output, target)

    fragile.broken = False
    surface = loss_slice(model, fragile, X, y)
    surface.grid(3)
    surface.gradient(0.5, 0.5)
    expected = surface.value(0.0, 0.0)
    fragile.broken = True
    with pytest.raises(RuntimeError, match="no loss today"):
        surface.value(0.9, 0.9)
    fragile.broken = False
    np.testing.assert_array_equal(flat(model), before)
    assert all(p.grad is None for p in model.parameters())
    assert [module.training for module in model.modules()] == modes
    assert surface.value(0.0, 0.0) == expected


def test_a_slice_keeps_the_weights_of_the_moment_while_the_model_goes_on_training(backend):
    model, loss, X, y = network(backend)
    surface = loss_slice(model, loss, X, y)
    before = surface.value(0.0, 0.0)
    with backend.no_grad():
        for p in model.parameters():
            p.zero_()
    assert surface.value(0.0, 0.0) == before


def test_a_slice_is_that_of_the_model_in_eval_mode(backend):
    nn = backend.nn
    model, loss, X, y = network(backend)
    dropout = nn.Sequential(model, nn.Dropout(0.5)).train()
    surface = loss_slice(dropout, loss, X, y)
    assert surface.value(0.0, 0.0) == pytest.approx(loss_at(backend, flat(model)), rel=1e-6)
    assert dropout.training


def test_of_many_examples_an_even_choice_is_used(backend):
    model, loss, X, y = network(backend)
    few = loss_slice(model, loss, X[::29], y[::29])
    chosen = loss_slice(model, loss, X, y, examples=2)
    assert chosen.value(0.1, 0.1) == few.value(0.1, 0.1)


def test_bad_slices_are_refused(backend):
    model, loss, X, y = network(backend)
    with pytest.raises(ValueError, match=r"each of the 31 weights, received the shape \(3,\)"):
        loss_slice(model, loss, X, y, directions=(np.ones(3), np.ones(31)))
    with pytest.raises(ValueError, match="2 directions, received 1"):
        loss_slice(model, loss, X, y, directions=[np.ones(31)])
    with pytest.raises(ValueError, match="shapes of the parameters"):
        loss_slice(model, loss, X, y, directions=([np.ones(31)], [np.ones(31)]))
    with pytest.raises(ValueError, match=r"radius .* positive, received 0"):
        loss_slice(model, loss, X, y, radius=0)
    with pytest.raises(ValueError, match="hold no examples"):
        loss_slice(model, loss, X[:0], y[:0])
    with pytest.raises(ValueError, match="X has 30 examples and y has 29"):
        loss_slice(model, loss, X, y[1:])
    with pytest.raises(ValueError, match="X is a single number"):
        loss_slice(model, loss, 5, y)
    with pytest.raises(TypeError, match="a number, received 'a'"):
        loss_slice(model, loss, X, y, radius="a")
    with pytest.raises(TypeError, match=r"directions should be a pair .*received 5"):
        loss_slice(model, loss, X, y, directions=5)
    with pytest.raises(TypeError, match=r"model should be an nn\.Module .*received 5"):
        loss_slice(5, loss, X, y)
    with pytest.raises(ValueError, match="ReLU has no parameters"):
        loss_slice(backend.nn.ReLU(), loss, X, y)
    with pytest.raises(TypeError, match=r"loss should be a function .*received 5"):
        loss_slice(model, 5, X, y)
    with pytest.raises(TypeError, match="seed should be an integer from 0 on, received 'a'"):
        loss_slice(model, loss, X, y, seed="a")
    with pytest.raises(TypeError, match="examples should be an integer, received 'a'"):
        loss_slice(model, loss, X, y, examples="a")
