"""Exercise 1.7 of chapter 01, open-ended: train a given network in sixty steps.

There is no right answer to compare with, so the check trains with the student's settings, measures,
and tells from the losses what stood in the way.
"""

from dataclasses import dataclass

import numpy as np

from .exercise import Exercise

STEPS, TARGET = 60, 0.035
OPTIMIZERS = ("SGD", "Adagrad", "RMSprop", "Adam", "AdamW")


@dataclass(frozen=True)
class SixtySteps(Exercise):
    """Settings for `steps` steps on the breast-cancer data, judged by the worst of three starts."""

    def judge(self, settings):
        """Train from three starts on the NumPy backend and look at the worst loss."""
        problem = _problem(settings)
        if problem:
            return self.wrong("settings", problem)
        runs = [_train(settings, seed) for seed in range(3)]
        for outcome in runs:
            if isinstance(outcome, str):
                return self.wrong("settings", outcome)
        if not all(np.isfinite(end) for _, _, end in runs):
            return self.wrong(
                "diverged",
                "the loss left the finite numbers: the step size is too large for the curvature.",
            )
        start, worst, end = max(runs, key=lambda run: run[-1])
        reached = f"the worst of three starts ends at {end:.4f} (it began at {start:.3f})"
        if end < TARGET:
            return self.right(
                f"{reached}, below {TARGET}. Could it be less exotic, or lower still?"
            )
        if worst > 2 * start:
            return self.wrong(
                "unstable",
                f"{reached}, and on the way it jumped to {worst:.3g}. Which setting is too large?",
            )
        if end > 0.5 * start:
            return self.wrong(
                "slow",
                f"{reached}: hardly any way in {STEPS} steps. Larger steps, or momentum?",
            )
        return self.wrong(
            "close", f"{reached}, and the target is {TARGET}. Which setting do you vary next?"
        )


def _problem(settings):
    """What is wrong with the settings before any training, or None."""
    known = {"optimizer", "lr", "momentum", "nesterov", "batch_size", "weight_decay"}
    if not isinstance(settings, dict):
        return (
            "expected a dict such as dict(optimizer='SGD', lr=0.01), received "
            f"{type(settings).__name__}."
        )
    unknown = sorted(set(map(str, settings)) - known)
    if unknown:
        return f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}."
    if settings.get("optimizer") not in OPTIMIZERS:
        return (
            f"optimizer should be one of {', '.join(OPTIMIZERS)}, received "
            f"{settings.get('optimizer')!r}."
        )
    if "lr" not in settings:
        return "the learning rate, lr, is missing."
    return None


def _train(settings, seed):
    """(first, highest, last) loss, or a sentence if the settings cannot be used."""
    from dlcore import data, get_backend
    from dlcore import seed as seed_backend
    from dlcore.models import mlp
    from dlcore.train import NonFiniteLoss, fit

    backend = get_backend("numpy")
    cancer = data.breast_cancer()
    train, _ = data.split(cancer, fraction=0.8, seed=0)
    X, y = data.standardise(train.X), train.y.astype(np.float32)[:, None]
    loss = backend.nn.BCEWithLogitsLoss()
    seed_backend(backend, seed)
    model = mlp(backend)(sizes=(X.shape[1], 16, 1), activation="tanh")

    def loss_over_all():
        with backend.no_grad():
            return loss(model(backend.tensor(X)), backend.tensor(y)).item()

    options = {k: v for k, v in settings.items() if k not in ("optimizer", "batch_size")}
    start = loss_over_all()
    try:
        optimizer = getattr(backend.optim, settings["optimizer"])(model.parameters(), **options)
        with np.errstate(all="ignore"):
            history = fit(
                model,
                (X, y),
                loss=loss,
                optimizer=optimizer,
                steps=STEPS,
                batch_size=settings.get("batch_size"),
                seed=seed,
            )
            return start, history.loss.max(), loss_over_all()
    except NonFiniteLoss:
        return start, np.inf, np.inf
    except (TypeError, ValueError) as error:
        return f"these settings cannot be used: {error}."


SIXTY_STEPS = SixtySteps(
    id="1.7",
    title="Sixty steps",
    hints=(
        "Sixty steps are few. Section 14.4: what do small batches buy per step, and what large "
        "ones?",
        "Start with momentum 0.9 and raise lr by factors of 3 until it breaks; then go back one.",
        "Sections 8 and 9: momentum with a large step, or Adam with a step ten times its default.",
    ),
)
