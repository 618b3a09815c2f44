"""A cubic fitted to the sine: the ladder of tutorials from arrays to ``nn`` and ``optim``.

Each rung does the same work with one more part of the library: gradients by hand on tensors,
autograd, a function with a backward of one's own, a Sequential with a loss, an optimiser, a Module,
and a Module whose graph changes from call to call.

Needs: linspace, sin, randn(()), tensor.pow, sum, item, requires_grad, backward, no_grad, in-place
``-=`` on leaves, grad = None, autograd.Function with save_for_backward and apply, unsqueeze,
nn.Linear, nn.Flatten(0, 1), nn.Sequential, nn.MSELoss(reduction="sum"), model.zero_grad,
model.parameters, layer.weight[:, 0].item, optim.RMSprop, optim.SGD with momentum, nn.Parameter.
"""

import math
import random

import numpy as np

from .common import Outcome, numbers

START = np.random.default_rng(0).standard_normal(4)


def curve(torch, dtype):
    x = torch.linspace(-math.pi, math.pi, 200, dtype=dtype)
    return x, torch.sin(x)


def program_gradients_by_hand(torch):
    dtype = torch.float
    device = torch.device("cpu")
    x = torch.linspace(-math.pi, math.pi, 200, device=device, dtype=dtype)
    y = torch.sin(x)
    torch.manual_seed(0)
    a, b, c, d = (torch.randn((), device=device, dtype=dtype) for _ in range(4))
    a, b, c, d = (torch.full_like(p, v) for p, v in zip((a, b, c, d), START, strict=True))
    losses = []
    learning_rate = 1e-5
    for t in range(1500):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum().item()
        if t % 100 == 99:
            losses.append(loss)
        grad_y_pred = 2.0 * (y_pred - y)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x**2).sum()
        grad_d = (grad_y_pred * x**3).sum()
        a -= learning_rate * grad_a
        b -= learning_rate * grad_b
        c -= learning_rate * grad_c
        d -= learning_rate * grad_d
    assert f"{a.item():.3f}"
    return Outcome(
        same={"losses": losses, "weights": [a.item(), b.item(), c.item(), d.item()]},
        learnt={"a falling loss": losses[-1] < losses[0] / 3},
    )


def program_autograd(torch):
    x, y = curve(torch, torch.double)
    a, b, c, d = (torch.tensor(v, dtype=torch.double, requires_grad=True) for v in START)
    losses = []
    learning_rate = 1e-5
    for _ in range(1000):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            a -= learning_rate * a.grad
            b -= learning_rate * b.grad
            c -= learning_rate * c.grad
            d -= learning_rate * d.grad
            a.grad = None
            b.grad = None
            c.grad = None
            d.grad = None
    return Outcome(
        same={"losses": losses, "weights": numbers([a, b, c, d])},
        learnt={"a falling loss": losses[-1] < losses[0] / 3},
    )


def program_function_of_ones_own(torch):
    class Cubic(torch.autograd.Function):
        """(5 x^3 - 3 x) / 2, the Legendre polynomial of degree 3."""

        @staticmethod
        def forward(ctx, input):
            ctx.save_for_backward(input)
            return 0.5 * (5 * input**3 - 3 * input)

        @staticmethod
        def backward(ctx, grad_output):
            (input,) = ctx.saved_tensors
            return grad_output * 1.5 * (5 * input**2 - 1)

    x, y = curve(torch, torch.float)
    a = torch.full((), 0.0, dtype=torch.float, requires_grad=True)
    b = torch.full((), -1.0, dtype=torch.float, requires_grad=True)
    c = torch.full((), 0.0, dtype=torch.float, requires_grad=True)
    d = torch.full((), 0.3, dtype=torch.float, requires_grad=True)
    losses = []
    for _ in range(1000):
        y_pred = a + b * Cubic.apply(c + d * x)
        loss = (y_pred - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p in (a, b, c, d):
                p -= 3e-5 * p.grad
                p.grad.zero_()
    return Outcome(
        same={"losses": losses, "weights": numbers([a, b, c, d])},
        learnt={"a falling loss": losses[-1] < losses[0] / 5},
    )


def program_sequential(torch):
    x, y = curve(torch, torch.float)
    p = torch.tensor([1, 2, 3])
    xx = x.unsqueeze(-1).pow(p)
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor(START[None, :3]))
        model[0].bias.fill_(START[3])
    loss_fn = torch.nn.MSELoss(reduction="sum")
    learning_rate = 1e-5
    losses = []
    for _ in range(1000):
        y_pred = model(xx)
        loss = loss_fn(y_pred, y)
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= learning_rate * param.grad
    layer = model[0]
    weights = [layer.bias.item(), layer.weight[:, 0].item(), layer.weight[:, 2].item()]
    return Outcome(
        same={"losses": losses, "weights": weights},
        learnt={"a falling loss": losses[-1] < losses[0] / 3},
    )


def program_optimizer(torch):
    x, y = curve(torch, torch.float)
    xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
    model.load_state_dict(
        {"0.weight": torch.tensor(START[None, :3]), "0.bias": torch.tensor(START[3:])}
    )
    loss_fn = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(1500):
        loss = loss_fn(model(xx), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Outcome(
        same={"losses": losses[::50]}, learnt={"a falling loss": losses[-1] < losses[0] / 20}
    )


def program_module_with_a_changing_graph(torch):
    class DynamicNet(torch.nn.Module):
        """a + b x + c x^2 + d x^3, and now and then e x^4 and e x^5."""

        def __init__(self):
            super().__init__()
            self.a = torch.nn.Parameter(torch.randn(()))
            self.b = torch.nn.Parameter(torch.randn(()))
            self.c = torch.nn.Parameter(torch.randn(()))
            self.d = torch.nn.Parameter(torch.randn(()))
            self.e = torch.nn.Parameter(torch.randn(()))

        def forward(self, x):
            y = self.a + self.b * x + self.c * x**2 + self.d * x**3
            for exp in range(4, dice.randint(4, 6)):
                y = y + self.e * x**exp
            return y

        def string(self):
            return f"y = {self.a.item():.2f} + {self.b.item():.2f} x + {self.e.item():.2f} x^4 ?"

    dice = random.Random(0)
    x, y = curve(torch, torch.float)
    model = DynamicNet()
    model.load_state_dict(
        {k: torch.tensor(0.1 * v) for k, v in zip("abcde", range(5), strict=True)}
    )
    criterion = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-8, momentum=0.9)
    losses = []
    for _ in range(1500):
        y_pred = model(x)
        loss = criterion(y_pred, y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Outcome(
        same={"losses": losses[::50], "formula": [len(model.string())]},
        learnt={"a falling loss": losses[-1] < losses[0] / 5},
    )
