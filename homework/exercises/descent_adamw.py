"""Exercise 1.4 of chapter 01: AdamW.

Each right answer is one formula with switches, and each typical mistake is that formula with one
switch turned, so that the two cannot drift apart.
"""

import numpy as np

from .exercise import FunctionExercise, variants


def _adamw(
    theta,
    g,
    m,
    v,
    t,
    lr,
    beta1,
    beta2,
    eps,
    decay,
    *,
    corrected="mv",
    late=0,
    root="outside",
    form="decoupled",
    stored="plain",
    average="right",
    sign=1,
):
    if form == "L2":
        g = g + decay * theta
    keep1, keep2 = (beta1, beta2) if average != "swapped" else (1 - beta1, 1 - beta2)
    m = keep1 * m + (1 - keep1) * g
    v = keep2 * v + (1 - keep2) * (g if average == "unsquared" else g * g)
    m_hat = m / (1 - beta1 ** (t + late)) if "m" in corrected else m
    v_hat = v / (1 - beta2 ** (t + late)) if "v" in corrected else v
    scale = {
        "outside": np.sqrt(v_hat) + eps,
        "inside": np.sqrt(v_hat + eps),
        "none": v_hat + eps,
    }[root]
    step = sign * lr * m_hat / scale
    shrink = {"decoupled": lr * decay, "after": lr * decay, "bare": decay}.get(form, 0)
    after = 1 - shrink if form == "after" else 1
    before = 1 if form == "after" else 1 - shrink
    theta = (before * theta - step) * after
    return (theta, m_hat, v_hat) if stored == "corrected" else (theta, m, v)


def _adamw_cases(rng):
    for D, t in ((3, 1), (4, 2), (2, 7)):
        theta, g, m = rng.normal(size=(3, D))
        m = m if t > 1 else np.zeros(D)
        v = rng.uniform(0.1, 2, size=D) if t > 1 else np.zeros(D)
        yield theta, g, m, v, t, 0.1, 0.9, 0.99, 1e-3, 0.5


ADAMW = FunctionExercise(
    id="1.4",
    title="AdamW",
    outputs=("theta", "m", "v"),
    order=("m", "v", "theta"),
    cases=_adamw_cases,
    expected=_adamw,
    praise="this is the optimiser that most large networks are trained with.",
    hints=(
        "Start from the chapter's `adam`: the same two averages, with `g` as it came. Only the "
        "last line differs.",
        "The decay never meets the division: first shrink θ by the share lr · decay, then take "
        "Adam's step from there.",
        "m and v go back uncorrected. The corrected copies, divided by 1 - β to the power t, are "
        "used for this step only.",
    ),
    mistakes=variants(
        _adamw,
        [
            (
                "corrected-state",
                {"stored": "corrected"},
                "the corrected averages were returned, so the next step would correct them "
                "again. Return m and v as they are.",
            ),
            (
                "coupled-decay",
                {"form": "L2"},
                "the decay was added to the gradient: that is Adam with L2. Here m and v should "
                "see the loss's gradient alone.",
            ),
            (
                "swapped-weights",
                {"average": "swapped"},
                "the weights of the averages are swapped: β keeps the past, 1 - β lets the new in.",
            ),
            (
                "unsquared",
                {"average": "unsquared"},
                "v should average the *square* of the gradient.",
            ),
            (
                "no-correction",
                {"corrected": ""},
                "the bias correction is missing: both averages started at zero and are too small "
                "in the first steps.",
            ),
            (
                "half-correction",
                {"corrected": "m"},
                "m was corrected and v was not. Both started at zero.",
            ),
            (
                "half-correction",
                {"corrected": "v"},
                "v was corrected and m was not. Both started at zero.",
            ),
            (
                "late-count",
                {"late": 1},
                "the correction counts one step too many: t is already 1 in the first step.",
            ),
            (
                "early-count",
                {"late": -1},
                "the correction counts one step too few: in the first step t = 1, and 1 - β to "
                "the power 0 would be a division by zero.",
            ),
            (
                "epsilon-inside",
                {"root": "inside"},
                "ε was added under the root. It belongs outside, beside √v.",
            ),
            ("no-root", {"root": "none"}, "v was not put under a root: the units do not fit."),
            (
                "no-decay",
                {"form": "none"},
                "this is Adam: the weight decay is missing.",
            ),
            (
                "bare-decay",
                {"form": "bare"},
                "θ shrank by the share decay; it should be lr · decay, so that a schedule scales "
                "both.",
            ),
            (
                "decay-after",
                {"form": "after"},
                "the decay came after the step, and shrank the step as well. Shrink the old θ "
                "only.",
            ),
            ("sign", {"sign": -1}, "it walks uphill: Adam's step should be subtracted."),
        ],
    ),
)
