"""Networks as functions of a list of weights, and a textbook's helpers.

Needs: F.conv2d, F.relu, x.mm, t(), clone, clamp(min=0), grad[h < 0] = 0, a weight whose
requires_grad is set, zeros(requires_grad=True), x.to(device=..., dtype=...), no_grad with -=,
grad.zero_, scores.max(1), float(tensor), sampler.SubsetRandomSampler, normal(mean, std, size,
requires_grad), matmul, reshape, data in shuffled batches by index, nn.init.normal_ and
xavier_uniform_ in apply, type(m) == nn.Linear, optim.SGD with groups, loss(reduction="none"),
argmax(axis=1), y.type(dtype), detach.
"""

import random

import numpy as np

from dlcore.data import digits, split

from .common import Outcome, numbers


def program_bare_functions(torch):
    """Layers as functions of a list of weights, without modules; then a two-layer net by hand."""
    F = torch.nn.functional
    sampler = torch.utils.data.sampler
    train, valid = split(digits(images=True), seed=0)
    dataset = torch.utils.data.TensorDataset(torch.tensor(train.X), torch.tensor(train.y))
    loader_train = torch.utils.data.DataLoader(
        dataset, batch_size=64, sampler=sampler.SubsetRandomSampler(range(1200))
    )
    dtype, device = torch.float32, torch.device("cpu")
    torch.manual_seed(3)

    def flatten(x):
        N = x.shape[0]
        return x.view(N, -1)

    def random_weight(shape):
        fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
        w = torch.randn(shape, device=device, dtype=dtype) * np.sqrt(2.0 / fan_in)
        w.requires_grad = True
        return w

    def zero_weight(shape):
        return torch.zeros(shape, device=device, dtype=dtype, requires_grad=True)

    def three_layer_convnet(x, params):
        conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
        x = F.relu(F.conv2d(x, conv_w1, bias=conv_b1, padding=2))
        x = F.relu(F.conv2d(x, conv_w2, bias=conv_b2, padding=1))
        return flatten(x).mm(fc_w) + fc_b

    params = [
        random_weight((8, 1, 5, 5)),
        zero_weight((8,)),
        random_weight((8, 8, 3, 3)),
        zero_weight((8,)),
        random_weight((8 * 8 * 8, 10)),
        zero_weight((10,)),
    ]
    for _ in range(3):
        for x, y in loader_train:
            x = x.to(device=device, dtype=dtype)
            y = y.to(device=device, dtype=torch.long)
            scores = three_layer_convnet(x, params)
            loss = F.cross_entropy(scores, y)
            loss.backward()
            with torch.no_grad():
                for w in params:
                    w -= 0.1 * w.grad
                    w.grad.zero_()
    with torch.no_grad():
        scores = three_layer_convnet(torch.tensor(valid.X), params)
        _, preds = scores.max(1)
        num_correct = (preds == torch.tensor(valid.y)).sum()
        accuracy = float(num_correct) / preds.size(0)

    dice = np.random.default_rng(0)
    x = torch.tensor(dice.standard_normal((16, 20)))
    y = torch.tensor(dice.standard_normal((16, 3)))
    w1 = torch.tensor(dice.standard_normal((20, 12)))
    w2 = torch.tensor(dice.standard_normal((12, 3)))
    losses = []
    for _ in range(100):
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        y_pred = h_relu.mm(w2)
        losses.append((y_pred - y).pow(2).sum().item())
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.t().mm(grad_y_pred)
        grad_h_relu = grad_y_pred.mm(w2.t())
        grad_h = grad_h_relu.clone()
        grad_h[h < 0] = 0
        grad_w1 = x.t().mm(grad_h)
        w1 -= 1e-4 * grad_w1
        w2 -= 1e-4 * grad_w2
    return Outcome(
        same={"losses": losses, "weights": numbers([w1, w2])[1]},
        learnt={"8 of 10 digits": accuracy >= 0.8, "a falling loss": losses[-1] < losses[0] / 2},
    )


def program_textbook(torch):
    """Linear regression from the data on, and a classifier with its helpers."""
    nn = torch.nn
    torch.manual_seed(0)

    def synthetic_data(w, b, num_examples):
        X = torch.normal(0, 1, (num_examples, len(w)))
        y = torch.matmul(X, w) + b
        y += torch.normal(0, 0.01, y.shape)
        return X, y.reshape((-1, 1))

    true_w, true_b = torch.tensor([2, -3.4]), 4.2
    features, labels = synthetic_data(true_w, true_b, 500)

    def data_iter(batch_size, features, labels):
        num_examples = len(features)
        indices = list(range(num_examples))
        random.shuffle(indices)
        for i in range(0, num_examples, batch_size):
            batch_indices = torch.tensor(indices[i : min(i + batch_size, num_examples)])
            yield features[batch_indices], labels[batch_indices]

    def squared_loss(y_hat, y):
        return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

    def sgd(params, lr, batch_size):
        with torch.no_grad():
            for param in params:
                param -= lr * param.grad / batch_size
                param.grad.zero_()

    w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for _ in range(4):
        for X, y in data_iter(10, features, labels):
            squared_loss(torch.matmul(X, w) + b, y).sum().backward()
            sgd([w, b], 0.03, 10)
    error = (true_w - w.reshape(true_w.shape)).abs().max().item()

    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))

    def init_weights(m):
        if type(m) == nn.Linear:  # noqa: E721 - as such programs write it
            nn.init.normal_(m.weight, std=0.01)
            nn.init.zeros_(m.bias)

    def init_xavier(m):
        if type(m) == nn.Linear:  # noqa: E721
            nn.init.xavier_uniform_(m.weight)

    net.apply(init_weights)
    net[1].apply(init_xavier)
    net[3].apply(init_xavier)
    train, _ = split(digits(), seed=0)
    arrays = torch.tensor(train.X), torch.tensor(train.y)
    train_iter = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(*arrays), 50, shuffle=True
    )
    loss = nn.CrossEntropyLoss(reduction="none")
    trainer = torch.optim.SGD(
        [
            {"params": net[1].weight, "weight_decay": 1e-4},
            {"params": net[1].bias},
            {"params": net[3].parameters()},
        ],
        lr=0.3,
    )

    def accuracy(y_hat, y):
        if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
            y_hat = y_hat.argmax(axis=1)
        cmp = y_hat.type(y.dtype) == y
        return float(cmp.type(y.dtype).sum())

    for _ in range(8):
        right = total = 0
        for X, y in train_iter:
            y_hat = net(X)
            l = loss(y_hat, y)
            trainer.zero_grad()
            l.mean().backward()
            trainer.step()
            right += accuracy(y_hat, y)
            total += y.numel()

    def softmax(X):
        X_exp = torch.exp(X)
        partition = X_exp.sum(1, keepdim=True)
        return X_exp / partition

    probabilities = softmax(torch.arange(6, dtype=torch.float32).reshape(2, 3))
    x = torch.arange(4.0, requires_grad=True)
    u = (x * x).detach()
    (u * x).sum().backward()
    return Outcome(
        same={"softmax": probabilities.numpy(), "detached": x.grad.numpy()},
        learnt={"the weights": error < 0.05, "95 % of the digits": right / total >= 0.95},
    )
