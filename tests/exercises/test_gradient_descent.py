"""Chapter 01: right answers pass, and each typical mistake is told from the others."""

import json
from pathlib import Path

import numpy as np
import pytest

from dlcore import get_backend
from homework.exercises import gradient_descent as exercises
from homework.exercises.exercise import FunctionExercise
from homework.solutions import gradient_descent as solutions
from homework.solutions.gradient_descent import ANSWERS

CHAPTER = Path(__file__).parents[2] / "chapters" / "01_gradient_descent.ipynb"
FUNCTIONS = [e for e in exercises.EXERCISES if isinstance(e, FunctionExercise)]
TABLE = [(e, mistake) for e in FUNCTIONS for mistake in e.mistakes]


def test_every_exercise_has_a_solution_and_a_cell():
    ids = [e.id for e in exercises.EXERCISES]
    assert ids == list(ANSWERS)
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", [])]
    assert [tag for tag in tags if tag.startswith("exercise-")] == [f"exercise-{id}" for id in ids]


@pytest.mark.parametrize("id", ANSWERS)
def test_solution_is_right(id):
    feedback = exercises.check(id, ANSWERS[id])
    assert feedback.verdict == "right", feedback


@pytest.mark.parametrize("exercise", list(exercises.EXERCISES), ids=lambda e: e.id)
def test_hints_are_staged(exercise):
    assert len(exercise.hints) >= 2
    assert len(set(exercise.hints)) == len(exercise.hints)


@pytest.mark.parametrize(
    ("exercise", "mistake"), TABLE, ids=lambda x: getattr(x, "kind", None) or x.id
)
def test_each_mistake_is_recognised(exercise, mistake):
    feedback = exercise.check(lambda *arguments: mistake.answer(*arguments))
    assert (feedback.verdict, feedback.kind) == ("wrong", mistake.kind)
    assert feedback.message == mistake.message


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_different_kinds_have_different_messages(exercise):
    messages = {mistake.kind: set() for mistake in exercise.mistakes}
    for mistake in exercise.mistakes:
        messages[mistake.kind].add(mistake.message)
    assert len(messages) >= 3
    everything = [text for texts in messages.values() for text in texts]
    assert len(everything) == len(set(everything))


# Mistakes as a student would write them, in their own code: not variants of ours.
def ridge_without_transpose(X, y, theta, mu):
    return 2 / len(y) * X @ (X @ theta - y) + 2 * mu * theta


def ridge_squared_outside(X, y, theta, mu):
    return 2 * np.mean((X @ theta - y) * X[:, 0]) + 2 * mu * theta


def ridge_sum(X, y, theta, mu):
    return 2 * X.T @ (X @ theta - y) + 2 * mu * theta


def momentum_instead(gradient, theta, velocity, lr, momentum):
    velocity = momentum * velocity - lr * gradient(theta)
    return theta + velocity, velocity


def nesterov_in_place(gradient, theta, velocity, lr, momentum):
    velocity *= momentum
    velocity -= lr * gradient(theta + velocity)
    theta += velocity
    return theta, velocity


def adam_with_l2(theta, g, m, v, t, lr, beta1, beta2, eps, decay):
    return solutions.adamw_step(theta, g + decay * theta, m, v, t, lr, beta1, beta2, eps, decay=0.0)


def adamw_uncorrected(theta, g, m, v, t, lr, beta1, beta2, eps, decay):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (np.sqrt(v) + eps) + decay * theta), m, v


def adamw_from_zero(theta, g, m, v, t, lr, beta1, beta2, eps, decay):
    return solutions.adamw_step(theta, g, m, v, t - 1, lr, beta1, beta2, eps, decay)


def softmax_naive(X, y, W):
    p = np.exp(X @ W.T)
    p /= p.sum(axis=1, keepdims=True)
    return (p - np.eye(len(W))[y]).T @ X / len(y)


def softmax_turned(X, y, W):
    return solutions.softmax_gradient(X, y, W).T


def softmax_logits(X, y, W):
    return (X @ W.T - np.eye(len(W))[y]).T @ X / len(y)


def schedule_jump(t, T, warmup, peak, end):
    if t < warmup:
        return peak * t / warmup
    return end + 0.5 * (peak - end) * (1 + np.cos(np.pi * t / T))


def schedule_degrees(t, T, warmup, peak, end):
    if t <= warmup:
        return peak * t / warmup
    return end + 0.5 * (peak - end) * (1 + np.cos(180 * (t - warmup) / (T - warmup)))


def schedule_linear(t, T, warmup, peak, end):
    return peak * t / warmup if t <= warmup else peak - (peak - end) * (t - warmup) / (T - warmup)


STUDENTS = [
    ("1.1", lambda e: (1 / max(e), 1 / (min(e) + max(e))), "missing-two", "half"),
    ("1.1", lambda e: (2 / (min(e) + max(e)), 2 / max(e)), "swapped", "swapped"),
    ("1.1", lambda e: (2 / min(e), 1 / min(e)), "flattest", "flattest"),
    ("1.1", lambda e: (2 / e[-1], 2 / (e[0] + e[-1])), "order", "sorted"),
    ("1.1", lambda e: 2 / max(e), "count", "2 things"),
    ("1.2", ridge_without_transpose, "shape-error", "transpose"),
    ("1.2", ridge_sum, "missing-mean", "divide by N"),
    ("1.2", lambda X, y, t, mu: -solutions.ridge_gradient(X, y, t, mu), "sign", "downhill"),
    ("1.2", lambda X, y, t, mu: 0.5 * solutions.ridge_gradient(X, y, t, mu), "missing-two", "half"),
    ("1.2", lambda X, y, t, mu: solutions.ridge_gradient(X, y, t, 0), "no-penalty", "penalty"),
    ("1.2", ridge_squared_outside, "different", "by hand"),
    ("1.3", momentum_instead, "no-look-ahead", "plain momentum"),
    ("1.3", nesterov_in_place, "in-place", "in place"),
    ("1.3", lambda g, t, v, lr, m: t - lr * g(t), "count", "2 things"),
    ("1.4", adam_with_l2, "coupled-decay", "Adam with L2"),
    ("1.4", adamw_uncorrected, "no-correction", "bias correction"),
    ("1.4", adamw_from_zero, "early-count", "too few"),
    ("1.5", softmax_naive, "overflow", "overflows"),
    ("1.5", softmax_turned, "transposed", "transposed"),
    ("1.5", softmax_logits, "no-softmax", "softmax is missing"),
    ("1.6", schedule_jump, "whole-span", "jumps"),
    ("1.6", schedule_degrees, "degrees", "radians"),
    ("1.6", schedule_linear, "some-inputs", "wrong for"),
    ("1.7", {"optimizer": "SGD", "lr": 1e9}, "unstable", "too large"),
    ("1.7", {"optimizer": "SGD", "lr": 1e-5}, "slow", "hardly any way"),
    ("1.7", {"optimizer": "SGD", "lr": 0.1}, "close", "vary next"),
    ("1.7", {"optimizer": "sgd", "lr": 0.1}, "settings", "'sgd'"),
    ("1.7", {"optimizer": "SGD"}, "settings", "lr, is missing"),
    ("1.7", {"optimizer": "SGD", "lr": 0.1, "epochs": 9}, "settings", "epochs"),
    ("1.7", {"optimizer": "Adam", "lr": 0.1, "momentum": 0.9}, "settings", "cannot be used"),
    ("1.7", {"optimizer": "SGD", "lr": -1.0}, "settings", "cannot be used"),
    ("1.7", 0.1, "settings", "dict"),
]


@pytest.mark.parametrize(("id", "answer", "kind", "words"), STUDENTS)
def test_student_answer(id, answer, kind, words):
    feedback = exercises.check(id, answer)
    assert (feedback.verdict, feedback.kind) == ("wrong", kind), feedback
    assert words in feedback.message


def test_ridge_agrees_with_the_tape():
    backend = get_backend("numpy")
    rng = np.random.default_rng(3)
    X, y, theta = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)
    leaf = backend.tensor(theta, requires_grad=True)
    residual = backend.tensor(X) @ leaf - backend.tensor(y)
    ((residual**2).mean() + 0.7 * (leaf**2).sum()).backward()
    np.testing.assert_allclose(
        solutions.ridge_gradient(X, y, theta, 0.7), leaf.grad.numpy(), rtol=1e-12
    )


def test_softmax_agrees_with_the_tape():
    backend = get_backend("numpy")
    rng = np.random.default_rng(4)
    X, y, W = rng.normal(size=(6, 4)), rng.integers(0, 3, size=6), rng.normal(size=(3, 4))
    leaf = backend.tensor(W, requires_grad=True)
    logits = backend.tensor(X) @ leaf.T
    backend.nn.functional.cross_entropy(logits, backend.tensor(y)).backward()
    np.testing.assert_allclose(
        solutions.softmax_gradient(X, y, W), leaf.grad.numpy(), rtol=1e-12, atol=1e-15
    )


def test_adamw_agrees_with_the_library():
    backend = get_backend("numpy")
    rng = np.random.default_rng(5)
    theta = rng.normal(size=4)
    leaf = backend.tensor(theta, requires_grad=True)
    library = backend.optim.AdamW([leaf], lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.3)
    m, v = np.zeros(4), np.zeros(4)
    for t in range(1, 6):
        g = rng.normal(size=4)
        theta, m, v = solutions.adamw_step(theta, g, m, v, t, 0.1, 0.8, 0.95, 1e-6, 0.3)
        leaf.grad = backend.tensor(g)
        library.step()
    np.testing.assert_allclose(theta, leaf.detach().numpy(), rtol=1e-12)


def test_nesterov_agrees_with_the_library_at_the_look_ahead_point():
    backend = get_backend("numpy")
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    theta, velocity = np.array([1.0, -2.0]), np.zeros(2)
    leaf = backend.tensor(theta, requires_grad=True)
    library = backend.optim.SGD([leaf], lr=0.1, momentum=0.9, nesterov=True)
    for _ in range(5):
        theta, velocity = solutions.nesterov_step(lambda p: H @ p, theta, velocity, 0.1, 0.9)
        leaf.grad = backend.tensor(H @ leaf.detach().numpy())
        library.step()
    np.testing.assert_allclose(theta + 0.9 * velocity, leaf.detach().numpy(), rtol=1e-12)
