"""torch.distributions: the same densities, entropies, moments, divergences and gradients."""

import math

import numpy as np
import pytest

import dlcore.reference as ref

RNG = np.random.default_rng(0)
REAL = RNG.standard_normal((4, 3))
POSITIVE = np.abs(RNG.standard_normal((4, 3))) + 0.3
SHARE = RNG.random((4, 3)) * 0.8 + 0.1
CLASSES = RNG.integers(0, 3, (5, 4))
MATRIX = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.2], [0.1, -0.2, 1.0]])

# name -> (parameters, distribution from them, values for log_prob)
FAMILIES = {
    "Normal": ([REAL, POSITIVE], lambda d, m, s: d.Normal(m, s), REAL + 0.5),
    "Normal of a number": ([REAL], lambda d, m: d.Normal(m, 2.0), REAL + 0.5),
    "LogNormal": ([REAL, POSITIVE], lambda d, m, s: d.LogNormal(m, s), POSITIVE),
    "Laplace": ([REAL, POSITIVE], lambda d, m, s: d.Laplace(m, s), REAL + 0.5),
    "Uniform": ([REAL, POSITIVE], lambda d, m, s: d.Uniform(m - 4, m + 4 + s), REAL * 0.1),
    "Exponential": ([POSITIVE], lambda d, r: d.Exponential(r), POSITIVE + 1),
    "Bernoulli": ([SHARE], lambda d, p: d.Bernoulli(p), (SHARE > 0.5) * 1.0),
    "Bernoulli, logits": ([REAL], lambda d, x: d.Bernoulli(logits=x), (SHARE > 0.5) * 1.0),
    "Poisson": ([POSITIVE], lambda d, r: d.Poisson(r), CLASSES[:4, :3] * 2.0),
    "Categorical": ([POSITIVE], lambda d, p: d.Categorical(p), CLASSES),
    "Categorical, logits": ([REAL], lambda d, x: d.Categorical(logits=x), CLASSES),
    "OneHotCategorical": ([POSITIVE], lambda d, p: d.OneHotCategorical(p), np.eye(3)[CLASSES]),
    "Independent": (
        [REAL, POSITIVE],
        lambda d, m, s: d.Independent(d.Normal(m, s), 1),
        REAL[None] + 0.5,
    ),
    "MultivariateNormal": (
        [REAL, MATRIX],
        lambda d, m, c: d.MultivariateNormal(m, c),
        REAL[:1] + 0.5,
    ),
    "MultivariateNormal, scale_tril": (
        [REAL, np.tril(MATRIX)],
        lambda d, m, c: d.MultivariateNormal(m, scale_tril=c),
        REAL,
    ),
    "MultivariateNormal, precision": (
        [REAL[0], MATRIX],
        lambda d, m, c: d.MultivariateNormal(m, precision_matrix=c),
        REAL,
    ),
}
LOOK = {
    "log_prob": lambda p, value: p.log_prob(value),
    "entropy": lambda p, value: p.entropy(),
    "mean": lambda p, value: p.mean,
    "variance": lambda p, value: p.variance,
    "stddev": lambda p, value: p.stddev,
    "mode": lambda p, value: p.mode,
    "cdf": lambda p, value: p.cdf(value),
    "icdf": lambda p, value: p.icdf(value * 0 + 0.3),
    "perplexity": lambda p, value: p.perplexity(),
    "probs": lambda p, value: p.probs,
    "logits": lambda p, value: p.logits,
    "enumerate_support": lambda p, value: p.enumerate_support(),
    "expanded": lambda p, value: p.expand((2, *p.batch_shape)).log_prob(value[:1]),
    "shapes": lambda p, value: value.new_tensor(
        [*p.batch_shape, 99, *p.event_shape, *p.sample((2,)).shape]
    ),
}
ABSENT = (AttributeError, NotImplementedError)


@pytest.mark.filterwarnings("ignore:Can't initialize NVML")
@pytest.mark.parametrize("what", LOOK)
@pytest.mark.parametrize("name", FAMILIES)
def test_same_as_torch(name, what, torch):
    data, make, value = FAMILIES[name]
    results = []
    for t in (ref, torch):
        parameters = [t.tensor(x, requires_grad=True) for x in data]
        p = make(t.distributions, *parameters)
        try:
            y = LOOK[what](p, t.tensor(value))
        except ABSENT:
            results.append(None)
            continue
        if y.requires_grad:
            weights = t.tensor(np.random.default_rng(1).standard_normal(tuple(y.shape)))
            (y * weights).sum().backward()
        results.append((y.detach(), *(x.grad for x in parameters)))
    ours, theirs = results
    if ours is None:
        return  # what the reference leaves out answers with an error: test_what_is_left_out
    assert theirs is not None
    assert tuple(ours[0].shape) == tuple(theirs[0].shape)
    assert repr(ours[0].dtype) == repr(theirs[0].dtype)
    for a, b in zip(ours, theirs, strict=True):
        assert (a is None or not a.any()) == (b is None or not b.any())
        if a is not None and b is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-9, atol=1e-10)


PAIRS = [
    ("Normal", lambda d, a, b: (d.Normal(a, b + 0.5), d.Normal(b, 1.3))),
    ("Categorical", lambda d, a, b: (d.Categorical(logits=a), d.Categorical(b))),
    ("OneHot", lambda d, a, b: (d.OneHotCategorical(b), d.OneHotCategorical(logits=a))),
    ("Bernoulli", lambda d, a, b: (d.Bernoulli(logits=a), d.Bernoulli(logits=b))),
    ("Uniform", lambda d, a, b: (d.Uniform(a, a + 1), d.Uniform(a - b, a + b + 1))),
    ("Exponential", lambda d, a, b: (d.Exponential(b), d.Exponential(b * b + 1))),
    ("Poisson", lambda d, a, b: (d.Poisson(b), d.Poisson(b * b + 1))),
    (
        "Independent",
        lambda d, a, b: (d.Independent(d.Normal(a, b), 1), d.Independent(d.Normal(b, b), 1)),
    ),
]


@pytest.mark.parametrize(("name", "make"), PAIRS, ids=[name for name, _ in PAIRS])
def test_divergences(name, make, torch):
    results = []
    for t in (ref, torch):
        a, b = (t.tensor(x, requires_grad=True) for x in (REAL, POSITIVE))
        y = t.distributions.kl_divergence(*make(t.distributions, a, b))
        (y * t.arange(1.0, 1 + y.numel()).reshape(tuple(y.shape))).sum().backward()
        results.append((y.detach(), a.grad, b.grad))
    for x, z in zip(*results, strict=True):
        assert (x is None) == (z is None)
        if x is not None:
            np.testing.assert_allclose(x.numpy(), z.numpy(), rtol=1e-9, atol=1e-10)


def test_divergence_of_vectors(torch):
    values = []
    for t in (ref, torch):
        d = t.distributions
        p = d.MultivariateNormal(t.tensor(REAL[0]), t.tensor(MATRIX))
        q = d.MultivariateNormal(t.tensor(REAL[1]), scale_tril=t.tensor(np.tril(MATRIX)))
        values.append(d.kl_divergence(p, q).item())
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_divergence_where_q_excludes_what_p_allows(torch):
    for t in (ref, torch):
        d = t.distributions
        p, q = d.Categorical(t.tensor([0.5, 0.5, 0.0])), d.Categorical(t.tensor([1.0, 0.0, 0.0]))
        assert d.kl_divergence(p, q).item() == math.inf
        assert d.kl_divergence(q, p).item() == pytest.approx(math.log(2), rel=1e-5)
        assert d.kl_divergence(d.Bernoulli(0.5), d.Bernoulli(0.0)).item() == math.inf


DRAWS = {
    "Normal": lambda d, t: d.Normal(t.tensor([0.0, 3.0]), t.tensor([1.0, 0.5])),
    "LogNormal": lambda d, t: d.LogNormal(t.tensor([0.0, 0.3]), 0.3),
    "Laplace": lambda d, t: d.Laplace(t.tensor([1.0]), 0.5),
    "Uniform": lambda d, t: d.Uniform(t.tensor([0.0, -1.0]), t.tensor([1.0, 3.0])),
    "Exponential": lambda d, t: d.Exponential(t.tensor([0.5, 2.0])),
    "Bernoulli": lambda d, t: d.Bernoulli(t.tensor([0.2, 0.7])),
    "Poisson": lambda d, t: d.Poisson(t.tensor([0.7, 4.0])),
    "OneHotCategorical": lambda d, t: d.OneHotCategorical(t.tensor([[0.2, 0.5, 0.3]])),
    "MultivariateNormal": lambda d, t: d.MultivariateNormal(t.zeros(3), t.tensor(MATRIX).float()),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_have_the_moments_of_the_distribution(name):
    ref.manual_seed(0)
    p = DRAWS[name](ref.distributions, ref)
    x = p.sample((20000,))
    assert x.shape == (20000, *p.batch_shape, *p.event_shape)
    assert not x.requires_grad
    near = 5 * (p.variance / 20000).sqrt()  # five standard errors
    assert ((x.mean(0) - p.mean).abs() <= near).all()
    assert ((x.var(0) / p.variance - 1).abs() < 0.15).all()


def test_draws_of_classes():
    ref.manual_seed(0)
    p = ref.distributions.Categorical(ref.tensor([[0.1, 0.9], [0.5, 0.5]]))
    x = p.sample((10000,))
    assert x.dtype is ref.int64
    assert x.shape == (10000, 2)
    assert x.float().mean(0).tolist() == pytest.approx([0.9, 0.5], abs=0.02)
    assert p.sample().shape == (2,)


def test_covariance_of_draws():
    ref.manual_seed(0)
    x = DRAWS["MultivariateNormal"](ref.distributions, ref).sample((20000,))
    np.testing.assert_allclose((x.T @ x).numpy() / 20000, MATRIX, atol=0.05)


@pytest.mark.parametrize("name", ["Normal", "Uniform", "Exponential", "Laplace"])
def test_gradients_flow_through_rsample(name):
    """d E[x] / d parameter, against the mean's own gradient: draws move with the parameter."""
    ref.manual_seed(0)
    a, b = ref.tensor(0.7, requires_grad=True), ref.tensor(2.0, requires_grad=True)
    family = getattr(ref.distributions, name)
    p = family(a) if name == "Exponential" else family(a, b)
    p.rsample((20000,)).mean().backward()
    drawn = [x.grad.item() for x in (a, b) if x.grad is not None]
    a.grad = b.grad = None
    p.mean.backward()
    exact = [0.0 if x.grad is None else x.grad.item() for x in (a, b)]
    assert drawn == pytest.approx(exact[: len(drawn)], abs=0.05)


def test_reinforce_learns_the_better_arm():
    """Williams' rule, as the policy programs write it: loss = -log_prob(action) * reward."""
    ref.manual_seed(0)
    logits = ref.zeros(3, requires_grad=True)
    optimiser = ref.optim.SGD([logits], lr=0.5)
    reward = ref.tensor([0.0, 0.2, 1.0])
    for _ in range(100):
        policy = ref.distributions.Categorical(logits=logits)
        action = policy.sample((16,))
        loss = -(policy.log_prob(action) * (reward[action] - reward[action].mean())).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert logits.softmax(0)[2].item() > 0.9


WRONG = {
    "negative scale": lambda d, t: d.Normal(0.0, -1.0),
    "nan": lambda d, t: d.Normal(float("nan"), 1.0),
    "probability above 1": lambda d, t: d.Bernoulli(1.5),
    "both": lambda d, t: d.Bernoulli(probs=0.5, logits=0.0),
    "neither": lambda d, t: d.Categorical(),
    "probs below 0": lambda d, t: d.Categorical(t.tensor([-0.1, 1.0])),
    "a number of classes": lambda d, t: d.Categorical(t.tensor(0.5)),
    "low above high": lambda d, t: d.Uniform(1.0, 0.0),
    "text": lambda d, t: d.Normal("0", 1.0),
    "value outside": lambda d, t: d.Bernoulli(0.5).log_prob(t.tensor(0.3)),
    "class out of range": lambda d, t: d.Categorical(t.ones(3)).log_prob(t.tensor(3)),
    "value of another shape": lambda d, t: d.Normal(t.zeros(3), 1.0).log_prob(t.zeros(2)),
    "value that is a number": lambda d, t: d.Normal(0.0, 1.0).log_prob(0.0),
    "too many axes": lambda d, t: d.Independent(d.Normal(0.0, 1.0), 1),
    "not definite": lambda d, t: d.MultivariateNormal(t.zeros(2), -t.eye(2)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_parameters_and_values(name, torch):
    for t in (ref, torch):
        with pytest.raises(ValueError):
            WRONG[name](t.distributions, t)


def test_what_is_left_out():
    d = ref.distributions
    with pytest.raises(NotImplementedError, match="rsample"):
        d.Bernoulli(0.5).rsample()
    with pytest.raises(NotImplementedError, match=r"No KL.*Normal.*Uniform.*register_kl"):
        d.kl_divergence(d.Normal(0.0, 1.0), d.Uniform(0.0, 1.0))
    with pytest.raises(AttributeError, match="not in the reference"):
        d.Dirichlet  # noqa: B018


def test_reprs_and_unchecked(torch):
    for make in (
        lambda d, t: d.Normal(0.0, 1.0),
        lambda d, t: d.Normal(t.zeros(2), 1.0),
        lambda d, t: d.Categorical(t.ones(2, 3)),
        lambda d, t: d.Bernoulli(logits=t.zeros(2)),
        lambda d, t: d.Independent(d.Normal(t.zeros(2), 1.0), 1),
    ):
        assert repr(make(ref.distributions, ref)) == repr(make(torch.distributions, torch))
    p = ref.distributions.Bernoulli(0.5, validate_args=False)
    assert p.log_prob(ref.tensor(0.3)).item() == pytest.approx(math.log(0.5))
