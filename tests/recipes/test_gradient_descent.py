"""gradient_descent: the article's numbers, on arrays and on tensors, and its traps."""

import numpy as np
import pytest

from benchmarks.linear_regression import article
from dlcore import get_backend
from dlcore.recipes import gradient_descent

from .kinds import array


def problem(m=30, n=4, k=(), dtype=np.float64, seed=0):
    generator = np.random.default_rng(seed)
    shapes = (m, n), (m, *k), (n, *k)
    return tuple(generator.standard_normal(shape).astype(dtype) for shape in shapes)


# The second of each pair makes the Gram matrix pay, and goes across its stride.
@pytest.mark.parametrize("m, n", [(30, 4), (5, 7)])
@pytest.mark.parametrize("iterations", [0, 1, 2, 49, 50, 51, 137])
@pytest.mark.parametrize("k", [(), (1,), (3,)])
def test_it_is_the_article_step_by_step(make, m, n, k, iterations):
    X, y, theta = problem(m, n, k)
    expected = article(X, y, theta, 0.05, iterations)
    result = gradient_descent(make(X), make(y), make(theta), 0.05, iterations)
    assert type(result) is type(make(theta)) and tuple(result.shape) == (n, *k)
    np.testing.assert_allclose(array(result), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("iterations", [0, 3, 200])
def test_the_inputs_stay_as_they_are(make, iterations):
    arrays = problem()
    inputs = [make(a.copy()) for a in arrays]
    result = gradient_descent(*inputs, 0.1, iterations)
    for value, before in zip(inputs, arrays, strict=True):
        np.testing.assert_array_equal(array(value), before)
    assert not np.shares_memory(array(result), array(inputs[2]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_kept(make, dtype):
    result = gradient_descent(*map(make, problem(dtype=dtype)), 0.1, 60)
    assert array(result).dtype == dtype


def test_integers_follow_the_floats(make):
    X, _, _ = problem(dtype=np.float32)
    y, theta = np.arange(30) % 2, np.zeros(4, np.int64)
    result = gradient_descent(make(X), make(y), make(theta), 0.1, 20)
    assert array(result).dtype == np.float32
    np.testing.assert_allclose(array(result), article(X, y, theta, 0.1, 20), rtol=1e-4, atol=1e-6)


def test_mixed_precisions_take_the_wider(make):
    X, y, _ = problem(dtype=np.float32)
    result = gradient_descent(make(X), make(y), make(np.zeros(4)), 0.1, 20)
    assert array(result).dtype == np.float64


def test_integers_alone_become_the_default_precision(make):
    X = np.array([[1, 0], [0, 1], [1, 1]])
    result = gradient_descent(make(X), make(np.array([1, 2, 3])), make(np.array([0, 0])), 0.5, 500)
    assert array(result).dtype == (np.float64 if make(X) is X else np.float32)
    np.testing.assert_allclose(array(result), [1, 2], rtol=1e-5)


def test_lists_are_arrays():
    result = gradient_descent([[1.0], [2.0]], [2.0, 4.0], [0.0], 0.1, 200)
    assert isinstance(result, np.ndarray)
    np.testing.assert_allclose(result, [2.0])


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_a_result_has_no_gradient(name):
    if name == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    backend = get_backend(name)
    X, y, theta = (backend.tensor(a) for a in problem())
    result = gradient_descent(X, y, theta.requires_grad_(), 0.1, 100)
    assert not result.requires_grad and theta.grad is None


def test_converged_it_is_scikit_learns_linear_regression(make):
    from sklearn.linear_model import LinearRegression

    from dlcore import data

    d = data.diabetes()
    X, y = data.standardise(d.X.astype(np.float64)), d.y.astype(np.float64)
    with_ones = np.column_stack([np.ones(len(X)), X])
    theta = gradient_descent(make(with_ones), make(y), make(np.zeros(11)), 0.45, 20_000)
    closed = LinearRegression().fit(X, y)
    expected = np.concatenate([[closed.intercept_], closed.coef_])
    np.testing.assert_allclose(array(theta), expected, rtol=1e-6)


def test_ill_conditioned_float32_is_as_accurate_as_the_article():
    """Where A theta - X^T y / m without looks at the data would lose digits: columns far from 0."""
    generator = np.random.default_rng(4)
    X = np.column_stack([np.ones(400), 30 + generator.standard_normal(400)])
    y = X @ [50.0, -2.0] + 0.1 * generator.standard_normal(400)
    exact = article(X, y, np.zeros(2), 0.002, 3000)
    single = [a.astype(np.float32) for a in (X, y, np.zeros(2))]
    ours = np.abs(gradient_descent(*single, 0.002, 3000) - exact).max()
    articles = np.abs(article(*single, 0.002, 3000) - exact).max()
    assert ours <= 3 * articles + 1e-5


def test_new_looks_at_the_data_keep_float32_accurate_however_far_theta_moves():
    """From A alone, condition number 1000, theta would end 1e-4 from where exact steps end."""
    generator = np.random.default_rng(0)
    m, n = 200, 5
    U, V = (np.linalg.qr(generator.standard_normal((rows, n)))[0] for rows in (m, n))
    X = U * np.sqrt(m * np.geomspace(1, 1e-3, n)) @ V.T  # X^T X / m: eigenvalues from 0.001 to 1
    y = X @ generator.standard_normal(n)
    single = [a.astype(np.float32) for a in (X, y, np.zeros(n))]
    exact = article(*(a.astype(np.float64) for a in single), 1.0, 8000)
    assert np.abs(gradient_descent(*single, 1.0, 8000) - exact).max() < 1e-6


@pytest.mark.parametrize(
    "shapes, match",
    [
        (((30, 4), (30, 1), (4,)), r"would broadcast to a matrix \(30, 30\).*reshape"),
        (((30, 4), (30,), (4, 1)), r"would broadcast to a matrix \(30, 30\)"),
        (((30, 4), (30, 2), (4, 3)), "same number of columns"),
        (((30, 4), (29,), (4,)), r"y should have shape \(30,\) .*received X \(30, 4\), y \(29,\)"),
        (((30, 4), (30,), (5,)), r"theta should have shape \(4,\)"),
        (((30,), (30,), (1,)), r"X should have shape \(m, n\)"),
        (((0, 4), (0,), (4,)), "X holds no numbers"),
        (((30, 4), (), (4,)), "y should have shape"),
    ],
)
def test_shapes_that_do_not_fit(make, shapes, match):
    with pytest.raises(ValueError, match=match):
        gradient_descent(*(make(np.ones(shape)) for shape in shapes), 0.1, 1)


@pytest.mark.parametrize(
    "alpha, iterations, error, match",
    [
        (-0.1, 5, ValueError, "alpha.* not negative, received -0.1"),
        (float("nan"), 5, ValueError, "alpha.* received nan"),
        ("big", 5, TypeError, "alpha.* received 'big'"),
        (0.1, -1, ValueError, "iterations should not be negative, received -1"),
        (0.1, 2.0, TypeError, "iterations should be an integer, received 2.0"),
    ],
)
def test_alpha_and_iterations(alpha, iterations, error, match):
    with pytest.raises(error, match=match):
        gradient_descent(*problem(), alpha, iterations)


def test_kinds_may_not_be_mixed():
    X, y, theta = problem()
    tensor = get_backend("numpy").tensor
    with pytest.raises(TypeError, match=r"of one kind, received X dlcore.*y numpy\.ndarray"):
        gradient_descent(tensor(X), y, theta, 0.1, 1)
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    with pytest.raises(TypeError, match="of one kind"):
        gradient_descent(torch.tensor(X), tensor(y), torch.tensor(theta), 0.1, 1)


def test_what_is_no_number():
    with pytest.raises(TypeError, match="y should hold real numbers, received dtype <U1"):
        gradient_descent(np.ones((2, 1)), np.array(["a", "b"]), np.zeros(1), 0.1, 1)
    with pytest.raises(ValueError, match=r"X should be an array .* a list whose rows differ"):
        gradient_descent([[1.0, 2.0], [3.0]], [1.0, 2.0], [0.0, 0.0], 0.1, 1)


@pytest.mark.parametrize("m, n", [(30, 4), (4, 7)])
def test_divergence_names_the_largest_alpha_that_converges(make, m, n):
    X, y, theta = problem(m, n)
    limit = 2 / np.linalg.eigvalsh(X.T @ X / m).max()
    with pytest.raises(FloatingPointError, match=rf"alpha=50 is too large.*= {limit:.3g}\. "):
        gradient_descent(make(X), make(y), make(theta), 50.0, 3000)
    near = gradient_descent(make(X), make(y), make(theta), 0.99 * limit, 3000)
    assert np.isfinite(array(near)).all()


@pytest.mark.parametrize("name, which", [("X", 0), ("y", 1), ("theta", 2)])
def test_bad_data_are_named(make, name, which):
    arrays = list(problem())
    arrays[which].flat[0] = np.nan
    with pytest.raises(FloatingPointError, match=f"{name} holds numbers that are nan"):
        gradient_descent(*map(make, arrays), 0.1, 5)


@pytest.mark.cuda
def test_on_a_gpu():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    arrays = problem()
    X, y, theta = (torch.tensor(a, device="cuda") for a in arrays)
    result = gradient_descent(X, y, theta, 0.05, 137)
    assert result.device.type == "cuda"
    np.testing.assert_allclose(result.cpu().numpy(), article(*arrays, 0.05, 137), rtol=1e-10)
    with pytest.raises(ValueError, match="should be on one device, received X on cuda:0, y on cpu"):
        gradient_descent(X, y.cpu(), theta, 0.05, 1)
    with pytest.raises(FloatingPointError, match="too large"):
        gradient_descent(X, y, theta, 50.0, 3000)
