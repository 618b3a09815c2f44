"""The first hour with the library: a first network, a tour of tensors, checkpoints.

Needs: Dataset subclass, random_split with a Generator, DataLoader, nn.Flatten, nn.Sequential in a
Module, str(model), type(float).sum().item(), tensor(list), from_numpy and numpy() that share
memory, ones_like, rand_like(dtype), tensor[:, 1] = 0, T, matmul(out=), add_, backward with a
gradient and retain_graph, equal, einsum, chunk, stack, tolist, deepcopy of a state,
optimizer.state_dict and load_state_dict, ReduceLROnPlateau, BCEWithLogitsLoss(pos_weight), save and
load(weights_only=True), y.bool().
"""

import copy
import os
import tempfile

import numpy as np

from dlcore.data import breast_cancer, iris, standardise

from .common import Outcome, numbers, start_alike


def program_quickstart(torch):
    nn = torch.nn

    class IrisDataset(torch.utils.data.Dataset):
        def __init__(self, transform=None, target_transform=None):
            flowers = iris()
            self.X, self.y = standardise(flowers.X), flowers.y
            self.transform = transform
            self.target_transform = target_transform

        def __len__(self):
            return len(self.y)

        def __getitem__(self, idx):
            x, y = self.X[idx], self.y[idx]
            if self.transform:
                x = self.transform(x)
            if self.target_transform:
                y = self.target_transform(y)
            return x, y

    class NeuralNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.flatten = nn.Flatten()
            self.linear_relu_stack = nn.Sequential(
                nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3)
            )

        def forward(self, x):
            x = self.flatten(x)
            logits = self.linear_relu_stack(x)
            return logits

    torch.manual_seed(0)
    device = "cpu"
    whole = IrisDataset(transform=torch.from_numpy)
    training_data, test_data = torch.utils.data.random_split(
        whole, [110, 40], generator=torch.Generator().manual_seed(42)
    )
    train_dataloader = torch.utils.data.DataLoader(training_data, batch_size=16, shuffle=True)
    test_dataloader = torch.utils.data.DataLoader(test_data, batch_size=16)
    for X, y in test_dataloader:
        shapes = [*X.shape, *y.shape]
        assert y.dtype == torch.int64 and X.dtype == torch.float32
        break
    model = NeuralNetwork().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-1)

    def train(dataloader):
        model.train()
        for batch, (X, y) in enumerate(dataloader):
            X, y = X.to(device), y.to(device)
            pred = model(X)
            loss = loss_fn(pred, y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if batch % 100 == 0:
                loss, current = loss.item(), (batch + 1) * len(X)
                assert f"loss: {loss:>7f}  [{current:>5d}/{len(dataloader.dataset):>5d}]"

    def test(dataloader):
        size = len(dataloader.dataset)
        num_batches = len(dataloader)
        model.eval()
        test_loss, correct = 0, 0
        with torch.no_grad():
            for X, y in dataloader:
                X, y = X.to(device), y.to(device)
                pred = model(X)
                test_loss += loss_fn(pred, y).item()
                correct += (pred.argmax(1) == y).type(torch.float).sum().item()
        return test_loss / num_batches, correct / size

    for _ in range(30):
        train(train_dataloader)
        _, accuracy = test(test_dataloader)
    x, y = test_data[0][0], test_data[0][1]
    with torch.no_grad():
        pred = model(x.unsqueeze(0))
        predicted = pred[0].argmax(0)
    return Outcome(
        same={"shapes": shapes},
        learnt={
            "9 of 10 flowers": accuracy >= 0.9,
            "one flower": int(predicted) in (0, 1, 2) and int(y) in (0, 1, 2),
            "its layers": "(linear_relu_stack): Sequential(" in str(model),
        },
    )


def program_tensors(torch):
    """The tour of tensors: making, indexing, joining, arithmetic, the bridge to NumPy."""
    data = [[1, 2], [3, 4]]
    x_data = torch.tensor(data)
    np_array = np.array(data)
    x_np = torch.from_numpy(np_array)
    x_ones = torch.ones_like(x_data)
    x_rand = torch.rand_like(x_data, dtype=torch.float)
    shape = (2, 3)
    tensor = torch.ones(4, 4)
    assert f"{tensor.shape} {tensor.dtype} {tensor.device}"
    tensor[:, 1] = 0
    t1 = torch.cat([tensor, tensor, tensor], dim=1)
    y1 = tensor @ tensor.T
    y2 = tensor.matmul(tensor.T)
    z1 = tensor * tensor
    z2 = tensor.mul(tensor)
    agg = tensor.sum()
    agg_item = agg.item()
    tensor.add_(5)
    t = torch.ones(5)
    n = t.numpy()
    t.add_(1)
    shared = n.copy()
    n = np.ones(5)
    t = torch.from_numpy(n)
    np.add(n, 1, out=n)
    x = torch.ones(5)
    y = torch.zeros(3)
    w = torch.full((5, 3), 0.3, requires_grad=True)
    b = torch.full((3,), -0.1, requires_grad=True)
    z = torch.matmul(x, w) + b
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
    loss.backward()
    inp = torch.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    out.backward(torch.ones_like(out), retain_graph=True)
    first = inp.grad.numpy().copy()
    out.backward(torch.ones_like(out), retain_graph=True)
    A = torch.arange(6.0).reshape(2, 3)
    B = torch.arange(12.0).reshape(3, 4)
    return Outcome(
        same={
            "joined": t1.numpy(),
            "product": y1.numpy(),
            "sum": [agg_item],
            "in place": tensor.numpy(),
            "shared": [*shared, *t.tolist()],
            "gradients": numbers([w.grad])[0],
            "twice": inp.grad.numpy() / first,
            "einsum": torch.einsum("ij,jk->ik", A, B).numpy(),
            "parts": torch.stack(torch.chunk(A, 3, dim=1)).squeeze(-1).numpy(),
            "empty": list(torch.zeros(shape).shape) + list(x_rand.shape) + x_ones.tolist()[0],
        },
        learnt={
            "equal products": bool((y1 == y2).all()) and torch.equal(z1, z2),
            "no graph": not z.detach().requires_grad and z.requires_grad,
            "the array's numbers": x_np.tolist() == data,
        },
    )


def program_results_into_given_memory(torch):
    """The tour's third way to multiply: the result goes into a tensor that is there."""
    tensor = torch.arange(6.0).view(2, 3)
    y3 = torch.zeros(2, 2)
    torch.matmul(tensor, tensor.T, out=y3)
    z3 = torch.zeros_like(tensor)
    torch.mul(tensor, tensor, out=z3)
    return Outcome(
        same={"product": y3.numpy(), "squares": z3.numpy()},
        learnt={"the same as without": torch.equal(y3, tensor @ tensor.T)},
    )


def program_checkpoints(torch):
    """Saving the state in the middle, and going on as if nothing had happened."""
    nn = torch.nn
    cancer = breast_cancer()
    X = torch.from_numpy(standardise(cancer.X))
    y = torch.tensor(cancer.y, dtype=torch.float32).unsqueeze(1)

    def fresh():
        model = nn.Sequential(nn.Linear(30, 16), nn.Tanh(), nn.Linear(16, 1))
        start_alike(torch, model, scale=0.2)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
        return model, optimizer, scheduler

    def epoch(model, optimizer, scheduler):
        criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([0.8]))
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        scheduler.step(loss.item())
        return loss.item()

    model, optimizer, scheduler = fresh()
    losses = [epoch(model, optimizer, scheduler) for _ in range(30)]
    model, optimizer, scheduler = fresh()
    for i in range(15):
        loss = epoch(model, optimizer, scheduler)
        last = i
    kept = copy.deepcopy(
        {"model": model.state_dict(), "optim": optimizer.state_dict(), "epoch": last, "loss": loss}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.pt")
        torch.save(kept["model"], path)
        state = torch.load(path, weights_only=True)
    model, optimizer, scheduler = fresh()
    model.load_state_dict(state)
    optimizer.load_state_dict(kept["optim"])
    resumed = [epoch(model, optimizer, scheduler) for _ in range(kept["epoch"] + 1, 30)]
    accuracy = ((torch.sigmoid(model(X)) > 0.5) == y.bool()).float().mean().item()
    return Outcome(
        same={"losses": losses},
        learnt={
            "the same as unbroken": np.allclose(resumed, losses[15:], rtol=1e-5),
            "95 %": accuracy > 0.95,
        },
    )
