"""The data sets. Each function says what the numbers are, who measured them, and the licence."""

import numpy as np

from .dataset import Dataset

_UCI = "UCI Machine Learning Repository, there under CC BY 4.0; this copy comes with scikit-learn"


def diabetes():
    """Diabetes: predict how far the disease goes on, from ten measurements. N = 442, D = 10.

    X in the units of measurement, not scaled: age in years, sex (1 or 2), body-mass index in
    kg/m^2, mean blood pressure, and six blood-serum values. y: a measure of the disease's
    progression one year after the baseline, 25 to 346.
    Raises ImportError without scikit-learn.
    Source: Efron, Hastie, Johnstone, Tibshirani (2004), "Least Angle Regression",
    Annals of Statistics 32(2), 407-499.
    """
    raw = _load("load_diabetes", scaled=False)
    return Dataset(
        X=raw.data.astype(np.float32),
        y=raw.target.astype(np.float32),
        features=(
            "age (years)",
            "sex (1 or 2)",
            "body-mass index (kg/m^2)",
            "mean blood pressure",
            "total cholesterol",
            "low-density lipoproteins",
            "high-density lipoproteins",
            "total cholesterol / HDL",
            "log of serum triglycerides (possibly)",
            "blood sugar",
        ),
        target_names=("disease progression after one year",),
        name="diabetes",
        source='Efron et al. (2004), "Least Angle Regression", Annals of Statistics 32(2), 407-499',
        licence="none stated by the source; this copy comes with scikit-learn (BSD 3-Clause)",
    )


def breast_cancer():
    """Breast cancer Wisconsin (diagnostic): is a tumour benign? N = 569, D = 30, K = 2.

    X: mean, standard error and worst value of ten properties of cell nuclei in an image of a
    fine-needle aspirate; lengths and areas in the image's own unit, not scaled. y: 0 malignant
    (212), 1 benign (357).
    Raises ImportError without scikit-learn.
    Source: Street, Wolberg, Mangasarian (1993), "Nuclear feature extraction for breast tumor
    diagnosis", SPIE 1905, 861-870; given to the repository by W. N. Street in 1995.
    """
    raw = _load("load_breast_cancer")
    return _classes(
        raw,
        name="breast cancer",
        source=(
            'Street, Wolberg, Mangasarian (1993), "Nuclear feature extraction for breast tumor '
            'diagnosis", SPIE 1905, 861-870'
        ),
    )


def digits(images=False):
    """Handwritten digits of 8 x 8 pixels: which digit is it? N = 1,797, K = 10.

    images: False gives X (N, 64), row by row; True gives X (N, 1, 8, 8). A pixel is the share of
    ink in a block of 4 x 4 of the scan, 0 to 1 in steps of 1/16. y: the digit. The writers are the
    13 of the original test set.
    Raises ImportError without scikit-learn.
    Source: Alpaydin, Kaynak (1998), "Cascading classifiers", Kybernetika 34(4), 369-374.
    """
    raw = _load("load_digits")
    shape = (-1, 1, 8, 8) if images else (-1, 64)
    return Dataset(
        X=(raw.data / 16).astype(np.float32).reshape(shape),
        y=raw.target.astype(np.int64),
        features=tuple(f"ink in row {i}, column {j}" for i in range(8) for j in range(8)),
        target_names=tuple(str(k) for k in range(10)),
        name="digits",
        source='Alpaydin, Kaynak (1998), "Cascading classifiers", Kybernetika 34(4), 369-374',
        licence=_UCI,
    )


def iris():
    """Iris: three species by the size of their flowers. N = 150, D = 4, K = 3, 50 of each.

    X: lengths and widths of sepals and petals in cm. y: 0 setosa, 1 versicolor, 2 virginica.
    Raises ImportError without scikit-learn.
    Source: Fisher (1936), "The use of multiple measurements in taxonomic problems", Annals of
    Eugenics 7(2), 179-188. This copy follows the paper; the repository's differs in two flowers.
    """
    return _classes(
        _load("load_iris"),
        name="iris",
        source=(
            'Fisher (1936), "The use of multiple measurements in taxonomic problems", '
            "Annals of Eugenics 7(2), 179-188"
        ),
    )


def wine():
    """Wine: three growers of one region by chemical analysis. N = 178, D = 13, K = 3.

    X: thirteen measured quantities, not scaled: proline goes to 1,680 and others stay below 1,
    which makes the set a good example of bad conditioning. y: the grower, 0 to 2.
    Raises ImportError without scikit-learn.
    Source: Forina et al., PARVUS, an extendible package for data exploration, classification and
    correlation, Institute of Pharmaceutical and Food Analysis and Technologies, Genoa.
    """
    return _classes(
        _load("load_wine"),
        name="wine",
        source=(
            "Forina et al., PARVUS, Institute of Pharmaceutical and Food Analysis and "
            "Technologies, Genoa"
        ),
    )


def _load(function, **options):
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError(
            "the data sets come with scikit-learn, which is not installed: "
            "python -m pip install scikit-learn"
        ) from error
    return getattr(datasets, function)(**options)


def _classes(raw, name, source):
    return Dataset(
        X=raw.data.astype(np.float32),
        y=raw.target.astype(np.int64),
        features=tuple(str(f) for f in raw.feature_names),
        target_names=tuple(str(t) for t in raw.target_names),
        name=name,
        source=source,
        licence=_UCI,
    )
