"""split and standardise."""

import numpy as np
import pytest

from dlcore import data


def numbered(n=50, classes=5):
    X = np.arange(n, dtype=np.float32)[:, None]
    y = np.arange(n) % classes
    names = tuple(map(str, range(classes)))
    return data.Dataset(X, y, ("number",), names, "numbered", "here", "none")


@pytest.mark.parametrize("stratified", [False, True])
def test_split_is_a_partition_that_keeps_examples_and_targets_together(stratified):
    d = numbered()
    train, valid = data.split(d, fraction=0.7, seed=3, stratified=stratified)
    assert (len(train), len(valid)) == (35, 15)
    both = np.concatenate([train.X, valid.X])[:, 0]
    assert sorted(both) == list(range(50)) and list(both) != list(range(50))
    for part in (train, valid):
        np.testing.assert_array_equal(part.y, part.X[:, 0].astype(int) % 5)
        assert (part.name, part.features) == (d.name, d.features)


def test_seed_decides_the_split():
    first, again, other = (data.split(numbered(), seed=s)[0].X.tolist() for s in (0, 0, 1))
    assert first == again != other


def test_stratified_keeps_each_classs_share():
    d = data.breast_cancer()
    train, valid = data.split(d, fraction=0.75, stratified=True)
    share = (d.y == 0).mean()
    for part in (train, valid):
        assert abs((part.y == 0).mean() - share) < 1 / len(part)


def test_stratified_puts_each_class_on_both_sides():
    d = numbered(n=10, classes=5)
    for fraction in (0.05, 0.95):
        for part in data.split(d, fraction=fraction, stratified=True):
            assert set(part.y.tolist()) == set(range(5))


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 1.5])
def test_fraction_out_of_range(fraction):
    with pytest.raises(ValueError, match=f"between 0 and 1, received {fraction}"):
        data.split(numbered(), fraction=fraction)


def test_other_mistakes_of_split():
    with pytest.raises(ValueError, match="leaves one part empty"):
        data.split(numbered(3), fraction=0.99)
    with pytest.raises(ValueError, match="stratified is for classes"):
        data.split(data.diabetes(), stratified=True)
    with pytest.raises(ValueError, match="class 4 has a single example"):
        data.split(numbered(9), stratified=True)
    with pytest.raises(ValueError, match="seed should be an integer from 0 on, received -1"):
        data.split(numbered(), seed=-1)
    with pytest.raises(TypeError, match="seed should be an integer from 0 on, received 'a'"):
        data.split(numbered(), seed="a")
    with pytest.raises(TypeError, match="received tuple"):
        data.split((np.ones(3), np.ones(3)))


def test_standardise_by_the_first_array():
    # Worked by hand: the first column has mean 3 and standard deviation 2.
    train = np.array([[1.0, 10.0], [5.0, 10.0]])
    other = np.array([[3.0, 11.0], [7.0, 10.0]])
    a, b = data.standardise(train, other)
    np.testing.assert_array_equal(a, [[-1, 0], [1, 0]])
    np.testing.assert_array_equal(b, [[0, 1], [2, 0]])
    np.testing.assert_array_equal(train, [[1, 10], [5, 10]])


def test_standardised_columns_have_mean_0_and_deviation_1():
    scaled = data.standardise(data.wine().X)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.mean(0, dtype=np.float64), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(0, dtype=np.float64), 1, rtol=1e-6)


def test_a_constant_column_becomes_exactly_0():
    """0.1 has no exact binary form: its computed standard deviation is tiny, but not 0."""
    X = np.full((1001, 1), 0.1)
    assert X.std(axis=0) != 0
    np.testing.assert_array_equal(data.standardise(X), 0)


def test_images_are_scaled_pixel_by_pixel():
    images = data.digits(images=True).X
    scaled = data.standardise(images)
    assert scaled.shape == images.shape and np.isfinite(scaled).all()
    np.testing.assert_allclose(scaled[:, 0, 3, 3].std(), 1, rtol=1e-4)


def test_integers_become_float32():
    assert data.standardise(np.array([[1], [3]])).dtype == np.float32


def test_mistakes_of_standardise():
    X = np.ones((4, 2))
    with pytest.raises(ValueError, match=r"columns of the first, \(2,\), received shape \(4, 3\)"):
        data.standardise(X, np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"at least one example, received shape \(0, 2\)"):
        data.standardise(X[:0])
    with pytest.raises(TypeError, match=r"wants arrays, received a Dataset: pass its \.X"):
        data.standardise(numbered())
    with pytest.raises(TypeError, match="wants numbers, received an array of <U1"):
        data.standardise([["a"], ["b"]])
    X[0, 0] = np.nan
    with pytest.raises(ValueError, match="1 numbers that are nan or infinite"):
        data.standardise(X)
