"""The same test body on both backends, on a problem small enough to train in milliseconds."""

import numpy as np
import pytest

from dlcore import get_backend
from dlcore.models import mlp


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    return get_backend(request.param)


@pytest.fixture
def pair():
    """X (40, 3) float32 and y (40, 1) float32, a linear function of X with a little noise."""
    generator = np.random.default_rng(1)
    X = generator.standard_normal((40, 3)).astype(np.float32)
    y = X @ np.float32([[1.0], [-2.0], [0.5]]) + 0.3
    return X, (y + 0.01 * generator.standard_normal((40, 1))).astype(np.float32)


class Task:
    """A model with its loss and optimiser, ready for ``fit(task.model, data, **task.parts)``."""

    def __init__(self, backend, sizes=(3, 1), lr=0.1, dtype=np.float32, optimizer="SGD", **options):
        self.model = mlp(backend)(sizes=sizes)
        self.model.to(getattr(backend, np.dtype(dtype).name))
        weights = np.random.default_rng(2)
        with backend.no_grad():
            for p in self.model.parameters():
                values = 0.3 * weights.standard_normal(tuple(p.shape))
                p.copy_(backend.tensor(values.astype(dtype)))
        self.optimizer = getattr(backend.optim, optimizer)(
            self.model.parameters(), lr=lr, **options
        )
        self.loss = backend.nn.MSELoss()
        self.parts = {"loss": self.loss, "optimizer": self.optimizer}

    def weights(self):
        return [p.detach().numpy().copy() for p in self.model.parameters()]


@pytest.fixture
def task(backend):
    """A function that makes a Task on the test's backend; its weights are always the same."""
    return lambda **options: Task(backend, **options)


class FakeListener:
    """Writes down what it hears; it knows nothing of ``fit`` and does not derive from Listener."""

    def __init__(self):
        self.heard, self.run, self.steps, self.validations, self.history = [], None, [], [], None

    def on_start(self, run):
        self.heard.append("start")
        self.run = run

    def on_step(self, step):
        self.heard.append("step")
        self.steps.append(step)

    def on_validation(self, validation):
        self.heard.append("validation")
        self.validations.append(validation)

    def on_end(self, history):
        self.heard.append("end")
        self.history = history


@pytest.fixture
def listener():
    return FakeListener()
