"""The data sets are what their docstrings say, and come without a network."""

import sys

import numpy as np
import pytest

from dlcore import data

# name: (N, D, K or None for a quantity, sum of the first column's first three rows)
SETS = {
    "diabetes": (442, 10, None),
    "breast_cancer": (569, 30, 2),
    "digits": (1797, 64, 10),
    "iris": (150, 4, 3),
    "wine": (178, 13, 3),
}


def test_every_set_has_a_case():
    helpers = {"Dataset", "Text", "python_topics", "split", "standardise"}
    assert set(data.__all__) - helpers == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_shapes_types_and_names(name):
    N, D, K = SETS[name]
    d = getattr(data, name)()
    assert d.X.shape == (N, D) and d.X.dtype == np.float32 and np.isfinite(d.X).all()
    assert d.y.shape == (N,) and len(d) == N
    assert len(d.features) == D == len(set(d.features))
    if K is None:
        assert d.y.dtype == np.float32 and not d.is_classification
        assert len(d.target_names) == 1
    else:
        assert d.y.dtype == np.int64 and d.is_classification
        assert len(d.target_names) == K and set(d.y.tolist()) == set(range(K))
    assert d.source and d.licence and str(N) in repr(d)
    doc = getattr(data, name).__doc__.replace(",", "")
    assert f"N = {N}" in doc and "Source:" in doc


def test_diabetes_is_in_units_of_measurement():
    d = data.diabetes()
    age, sex, bmi = d.X[:, 0], d.X[:, 1], d.X[:, 2]
    assert (age.min(), age.max()) == (19, 79)
    assert set(sex.tolist()) == {1, 2}
    assert 15 < bmi.min() < bmi.max() < 50
    assert (d.y.min(), d.y.max()) == (25, 346)


def test_breast_cancer_counts():
    assert np.bincount(data.breast_cancer().y).tolist() == [212, 357]
    assert data.breast_cancer().target_names == ("malignant", "benign")


def test_digits_are_ink_between_0_and_1_flat_or_as_images():
    flat, images = data.digits(), data.digits(images=True)
    assert images.X.shape == (1797, 1, 8, 8)
    np.testing.assert_array_equal(images.X.reshape(-1, 64), flat.X)
    assert flat.X.min() == 0 and flat.X.max() == 1
    np.testing.assert_array_equal(flat.X * 16, np.round(flat.X * 16))


def test_every_call_gives_arrays_of_its_own():
    first = data.iris()
    first.X[:] = 0
    assert data.iris().X.max() > 0


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        data.iris()


def test_a_dataset_with_lengths_that_differ():
    with pytest.raises(ValueError, match=r"X has 3 examples and y has 2 \(shapes \(3, 1\)"):
        data.Dataset(np.ones((3, 1)), np.ones(2), ("a",), ("b",), "n", "s", "l")
