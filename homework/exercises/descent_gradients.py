"""Exercises 1.2 and 1.5 of chapter 01: gradients.

Each right answer is one formula with switches, and each typical mistake is that formula with one
switch turned, so that the two cannot drift apart. Letters: N examples, D features, K classes.
"""

import numpy as np

from .exercise import FunctionExercise, variants

# 1.2 --------------------------------------------------------------------------------


def _ridge(X, y, theta, mu, data=2.0, penalty=2.0, divide="N", shared=False):
    N, D = X.shape
    n = {"N": N, "D": D, "none": 1}[divide]
    return data / n * X.T @ (X @ theta - y) + penalty * mu * theta / (N if shared else 1)


def _ridge_cases(rng):
    for N, D in ((7, 3), (5, 4), (11, 2)):
        yield rng.normal(size=(N, D)), rng.normal(size=N), rng.normal(size=D), rng.uniform(0.2, 2)


RIDGE = FunctionExercise(
    id="1.2",
    title="The gradient of ridge regression",
    outputs=("the gradient",),
    cases=_ridge_cases,
    expected=_ridge,
    praise="and it took no loop: the transpose does the sum over the examples.",
    hints=(
        "Two terms, two gradients; they add. The first one is in section 2.",
        "With r = Xθ - y the data term is (1/N) Σ r². Its derivative has a factor 2, an average "
        "over N, and the transpose of X. And what is the derivative of μ Σ θ²?",
        "Shapes: (D, N) times (N,) gives (D,), the shape of θ.",
    ),
    mistakes=variants(
        _ridge,
        [
            (
                "sign",
                {"data": -2.0, "penalty": -2.0},
                "the sign is reversed: this points downhill. The gradient points up; the update "
                "subtracts it.",
            ),
            (
                "sign-of-data",
                {"data": -2.0},
                "the data term has the wrong sign: the residual is prediction minus target.",
            ),
            (
                "missing-mean",
                {"divide": "none"},
                "the data term is N times too large: the loss is a mean, so divide by N.",
            ),
            (
                "missing-two",
                {"data": 1.0},
                "the data term is half of what it should be: the derivative of r² is 2r.",
            ),
            (
                "missing-two",
                {"data": 1.0, "penalty": 1.0},
                "everything is half of what it should be: the derivative of a square has a "
                "factor 2. (You would be right for a loss with ½ in front.)",
            ),
            (
                "penalty-two",
                {"penalty": 1.0},
                "the penalty's part is half of what it should be: the derivative of μθ² is 2μθ.",
            ),
            (
                "no-penalty",
                {"penalty": 0.0},
                "this is the gradient of the data term alone. Where is the penalty?",
            ),
            (
                "penalty-mean",
                {"shared": True},
                "the penalty was divided by N, too. In this loss only the data term is a mean.",
            ),
            (
                "wrong-mean",
                {"divide": "D"},
                "the data term was divided by the number of features. N is the number of rows of "
                "X.",
            ),
        ],
    ),
)

# 1.5 --------------------------------------------------------------------------------


def _softmax(X, y, W, *, sign=1, mean=True, one_hot=1, squash="rows", factor=1, turned=False):
    N, K = len(y), len(W)
    z = X @ W.T
    p = z
    if squash == "overflow":
        with np.errstate(all="ignore"):
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    elif squash != "none":
        axis = 0 if squash == "columns" else 1
        p = np.exp(z - z.max(axis=axis, keepdims=True))
        p = p / p.sum(axis=axis, keepdims=True)
    error = p - one_hot * np.eye(K)[y]
    if squash == "mse":
        error = p * (error - (p * error).sum(axis=1, keepdims=True))
    gradient = sign * factor * error.T @ X / (N if mean else 1)
    return gradient.T if turned else gradient


def _softmax_cases(rng):
    for N, D, K, scale in ((8, 3, 4, 1), (6, 4, 3, 1), (5, 2, 6, 1), (7, 3, 5, 2000)):
        yield rng.normal(size=(N, D)), rng.integers(0, K, size=N), scale * rng.normal(size=(K, D))


SOFTMAX = FunctionExercise(
    id="1.5",
    title="The gradient of softmax regression",
    outputs=("the gradient",),
    cases=_softmax_cases,
    expected=_softmax,
    praise="error times input, once more, and it survives logits of any size.",
    hints=(
        "For one example, the derivative of the loss by the logits is p - onehot(y), shape (K,). "
        "What is the derivative of the logits by W?",
        "Logits Z = X Wᵀ, (N, K). Error E = (P - onehot(y)) / N, (N, K). The gradient has the "
        "shape of W, (K, D): which product of E and X has it?",
        "Softmax does not change if you subtract the same number from all logits of an example. "
        "Subtract the largest, and no exponential can overflow.",
    ),
    mistakes=variants(
        _softmax,
        [
            ("sign", {"sign": -1}, "the sign is reversed: the error is p minus one-hot."),
            (
                "missing-mean",
                {"mean": False},
                "N times too large: the loss is averaged over the examples.",
            ),
            (
                "no-softmax",
                {"squash": "none"},
                "the logits went in where the probabilities should: softmax is missing.",
            ),
            (
                "no-one-hot",
                {"one_hot": 0},
                "the labels play no part: subtract 1 from the probability of the observed class.",
            ),
            (
                "wrong-axis",
                {"squash": "columns"},
                "softmax ran over the examples. Each *row* of probabilities should sum to 1: "
                "axis=1.",
            ),
            (
                "factor-two",
                {"factor": 2},
                "twice too large: the factor 2 belongs to squares, and cross-entropy has none.",
            ),
            (
                "mse",
                {"squash": "mse"},
                "this went through the derivative of softmax a second time, as with a squared "
                "error. With cross-entropy it cancels, and p - onehot(y) is left.",
            ),
            (
                "transposed",
                {"turned": True},
                "right numbers, transposed: W is (K, D), so its gradient is (K, D).",
            ),
            (
                "overflow",
                {"squash": "overflow"},
                "right for small logits, nan for large ones: exp overflows. Subtract each row's "
                "largest logit first; softmax does not change.",
            ),
        ],
    ),
)
