"""Exercises 1.1, 1.3 and 1.6 of chapter 01: step sizes, momentum, schedules.

Each right answer is one formula with switches, and each typical mistake is that formula with one
switch turned, so that the two cannot drift apart. Letters: N examples, D features, K classes.
"""

import numpy as np

from .exercise import FunctionExercise, variants

# 1.1 --------------------------------------------------------------------------------


def _step_sizes(lams, limit=2.0, best=2.0, low=np.min, high=np.max, swap=False, ends="both"):
    scale = low(lams) + high(lams) if ends == "both" else high(lams)
    pair = limit / high(lams), best / scale
    return pair[::-1] if swap else pair


STEP_SIZES = FunctionExercise(
    id="1.1",
    title="Which step sizes?",
    outputs=("the limit", "the best"),
    cases=lambda rng: [(rng.permutation(rng.uniform(0.1, 9, size=n)),) for n in (4, 7, 3)],
    expected=_step_sizes,
    praise="these two numbers can be had before the first step of training.",
    hints=(
        "In a direction of curvature λ the error is multiplied by 1 - αλ. When is that below 1 "
        "in size?",
        "The limit comes from the steepest direction alone. For the best step, the flattest and "
        "the steepest direction shrink equally fast: 1 - αλ_min = αλ_max - 1.",
    ),
    mistakes=variants(
        _step_sizes,
        [
            (
                "swapped",
                {"swap": True},
                "the two are swapped: the limit comes first, and it is the larger one.",
            ),
            (
                "missing-two",
                {"limit": 1.0, "best": 1.0},
                "half of what it should be. |1 - αλ| < 1 allows αλ up to 2: between 1 and 2 the "
                "step overshoots, and still comes closer.",
            ),
            (
                "flattest",
                {"high": np.min},
                "this is what the flattest direction would allow. The steepest one diverges "
                "first: which eigenvalue belongs to it?",
            ),
            (
                "order",
                {"low": lambda a: a[0], "high": lambda a: a[-1]},
                "you took the first and the last eigenvalue. They need not come sorted.",
            ),
            (
                "one-end",
                {"best": 1.0, "ends": "steepest"},
                "1/λ_max makes the steepest direction perfect and leaves the flattest slow. The "
                "best step balances both ends.",
            ),
        ],
    ),
)

# 1.3 --------------------------------------------------------------------------------


def _nesterov(gradient, theta, velocity, lr, momentum, ahead="momentum", form="nesterov", sign=1):
    share = {"momentum": momentum, "none": 0, "behind": -momentum, "whole": 1}[ahead]
    g = sign * gradient(theta + share * velocity)
    if form == "torch":
        new = momentum * velocity + g
        return theta - lr * new, new
    new = momentum * velocity - lr * (1 - momentum if form == "average" else 1) * g
    return theta + (velocity if form == "stale" else new), new


def _nesterov_cases(rng):
    for D in (2, 3, 5):
        H, shift = rng.normal(size=(D, D)), rng.normal(size=D)

        def gradient(theta, H=H @ H.T, shift=shift):  # of a bowl
            return H @ (theta - shift)

        yield gradient, rng.normal(size=D), rng.normal(size=D), 0.1, rng.uniform(0.5, 0.95)


NESTEROV = FunctionExercise(
    id="1.3",
    title="Nesterov's look-ahead",
    outputs=("theta", "velocity"),
    order=("velocity", "theta"),
    cases=_nesterov_cases,
    expected=_nesterov,
    praise="the correction now comes one step before the mistake.",
    hints=(
        "Where will momentum carry you if the gradient says nothing? Ask for the gradient there.",
        "Three lines: the look-ahead point, the new velocity from the gradient at that point, "
        "and the new θ from the new velocity. The learning rate is inside the velocity.",
    ),
    mistakes=variants(
        _nesterov,
        [
            (
                "no-look-ahead",
                {"ahead": "none"},
                "this is plain momentum: the gradient was taken at θ, not at the look-ahead point.",
            ),
            (
                "look-back",
                {"ahead": "behind"},
                "the gradient was taken *behind* θ: the look-ahead point is θ plus momentum "
                "times velocity.",
            ),
            (
                "whole-velocity",
                {"ahead": "whole"},
                "the look-ahead went too far: momentum carries you by *momentum times* the "
                "velocity.",
            ),
            (
                "sign",
                {"sign": -1.0},
                "it walks uphill: the velocity should get minus the learning rate times the "
                "gradient.",
            ),
            (
                "torch-form",
                {"form": "torch", "ahead": "none"},
                "this velocity is a sum of gradients, as torch keeps it. In the form asked for, "
                "the learning rate is inside the velocity and θ moves by plus the velocity.",
            ),
            (
                "torch-form",
                {"form": "torch"},
                "this velocity is a sum of gradients, as torch keeps it. In the form asked for, "
                "the learning rate is inside the velocity and θ moves by plus the velocity.",
            ),
            (
                "average",
                {"form": "average"},
                "the gradient was weighted with 1 - momentum, as in a running average. Momentum "
                "is a sum: the gradient enters in full.",
            ),
            (
                "stale-velocity",
                {"form": "stale"},
                "θ moved by the old velocity. Compute the new one first, then move by it.",
            ),
        ],
    ),
)

# 1.6 --------------------------------------------------------------------------------


def _schedule(t, T, warmup, peak, end, *, rise="<=", span="rest", half=0.5, turn=np.pi, late=0):
    if (t + late < warmup and rise) or (t + late == warmup and rise == "<="):
        return peak * (t + late) / warmup
    done = (t + late - warmup) / (T - warmup) if span == "rest" else (t + late) / T
    return end + half * (peak - end) * (1 + np.cos(turn * done))


def _schedule_cases(rng):
    for T, warmup in ((100, 10), (37, 5)):
        peak, end = rng.uniform(0.5, 2), rng.uniform(0.01, 0.1)
        for t in (1, warmup - 1, warmup, warmup + 1, (T + warmup) // 2, T - 1, T):
            yield t, T, warmup, peak, end


SCHEDULE = FunctionExercise(
    id="1.6",
    title="Warm-up and cosine",
    outputs=("the learning rate",),
    cases=_schedule_cases,
    expected=_schedule,
    praise="no jump where the two pieces meet, and the end value exactly at T.",
    hints=(
        "Two pieces: t up to warmup, and after it. Both should give the peak at t = warmup.",
        "After the warm-up, the share of the way is s = (t - warmup) / (T - warmup), from 0 to "
        "1. Half a cosine wave goes from 1 to -1 while its angle goes from 0 to π.",
    ),
    mistakes=variants(
        _schedule,
        [
            (
                "no-warm-up",
                {"rise": ""},
                "the warm-up is missing: for t up to `warmup` the rate is peak · t / warmup.",
            ),
            (
                "whole-span",
                {"span": "all"},
                "the cosine counts from step 0, so the rate jumps at the end of the warm-up. Let "
                "it start there: (t - warmup) / (T - warmup).",
            ),
            (
                "whole-span",
                {"span": "all", "rise": "<"},
                "the cosine counts from step 0, so the rate jumps at the end of the warm-up. Let "
                "it start there: (t - warmup) / (T - warmup).",
            ),
            (
                "late-count",
                {"late": -1},
                "one step late: at t = 1 the rate is peak / warmup, not 0.",
            ),
            (
                "early-count",
                {"late": 1},
                "one step early: at t = 1 the rate is peak / warmup, and at t = warmup the peak.",
            ),
            (
                "missing-half",
                {"half": 1.0},
                "after the warm-up the rate starts near twice the peak: 1 + cos goes from 2 to "
                "0, so it needs a factor ½.",
            ),
            (
                "whole-wave",
                {"turn": 2 * np.pi},
                "a whole wave comes back up to the peak. Half a wave ends low: π, not 2π.",
            ),
            (
                "degrees",
                {"turn": 180.0},
                "the cosine got degrees. NumPy and math count angles in radians: half a turn is π.",
            ),
            (
                "missing-pi",
                {"turn": 1.0},
                "the angle goes from 0 to 1 instead of to π, so the rate hardly falls.",
            ),
        ],
    ),
)
