"""Right answers to the exercises of chapter 01."""

import numpy as np


def step_sizes(eigenvalues):
    """1.1: the step size above which gradient descent diverges, and the best one."""
    low, high = np.min(eigenvalues), np.max(eigenvalues)
    return 2 / high, 2 / (low + high)


def ridge_gradient(X, y, theta, mu):
    """1.2: the gradient of mean squared error plus mu times the squared length of theta."""
    residual = X @ theta - y  # (N,)
    return 2 / len(y) * X.T @ residual + 2 * mu * theta  # (D,)


def nesterov_step(gradient, theta, velocity, lr, momentum):
    """1.3: one step of Nesterov's method, in the form with the look-ahead point."""
    ahead = theta + momentum * velocity
    velocity = momentum * velocity - lr * gradient(ahead)
    return theta + velocity, velocity


def adamw_step(theta, g, m, v, t, lr, beta1, beta2, eps, decay):
    """1.4: one step of AdamW, the t-th, counted from 1."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    theta = (1 - lr * decay) * theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m, v


def softmax_gradient(X, y, W):
    """1.5: the gradient of the mean cross-entropy of softmax regression."""
    logits = X @ W.T  # (N, K)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p.T @ X / len(y)  # (K, D)


def learning_rate(t, T, warmup, peak, end):
    """1.6: warm-up in a straight line, then half a cosine."""
    if t <= warmup:
        return peak * t / warmup
    share = (t - warmup) / (T - warmup)
    return end + (peak - end) * (1 + np.cos(np.pi * share)) / 2


settings = {"optimizer": "SGD", "lr": 0.3, "momentum": 0.9}  # 1.7: one answer of many

ANSWERS = {
    "1.1": step_sizes,
    "1.2": ridge_gradient,
    "1.3": nesterov_step,
    "1.4": adamw_step,
    "1.5": softmax_gradient,
    "1.6": learning_rate,
    "1.7": settings,
}
