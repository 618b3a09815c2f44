"""Tools around a trained network: attacks, hooks, frozen layers, distances, a distilled student.

Needs: data.requires_grad = True, data.grad.data.sign(), clamp, max(1, keepdim=True)[1],
register_forward_hook and remove, autograd.grad, param.requires_grad = False, a layer exchanged by
index, named_children, lr_scheduler.OneCycleLR, nn.TripletMarginLoss, cdist, fill_diagonal_, argmin,
F.cosine_similarity, F.normalize, F.kl_div(reduction="batchmean"), F.one_hot, optim.RMSprop.
"""

import numpy as np

from dlcore.data import digits, iris, split, standardise

from .common import Outcome, start_alike


def program_attack_and_hooks(torch):
    """The fast gradient sign attack, features taken out with hooks, layers frozen."""
    nn, F = torch.nn, torch.nn.functional
    train, valid = split(digits(), seed=0)
    X, y = torch.from_numpy(train.X), torch.from_numpy(train.y)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    start_alike(torch, model, scale=0.15)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=30)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())

    def fgsm_attack(image, epsilon, data_grad):
        sign_data_grad = data_grad.sign()
        perturbed_image = image + epsilon * sign_data_grad
        return torch.clamp(perturbed_image, 0, 1)

    model.eval()
    accuracies = []
    for epsilon in [0, 0.1, 0.2]:
        data, target = torch.from_numpy(valid.X.copy()), torch.from_numpy(valid.y)
        data.requires_grad = True
        output = model(data)
        loss = F.nll_loss(F.log_softmax(output, dim=1), target)
        model.zero_grad()
        loss.backward()
        data_grad = data.grad.data
        final_pred = model(fgsm_attack(data, epsilon, data_grad)).max(1, keepdim=True)[1]
        accuracies.append((final_pred.squeeze() == target).float().mean().item())

    activation = {}

    def get_activation(name):
        def hook(model, input, output):
            activation[name] = output.detach()

        return hook

    handle = model[1].register_forward_hook(get_activation("relu"))
    model(data)
    handle.remove()
    saliency = torch.autograd.grad(model(data)[:, 3].sum(), data)[0]

    for param in model.parameters():
        param.requires_grad = False
    model[2] = nn.Linear(32, 2)
    start_alike(torch, model[2])
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trainable, lr=0.05)
    for _ in range(20):
        loss = F.cross_entropy(model(X), (y >= 5).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Outcome(
        same={
            "losses": losses,
            "saliency": saliency.numpy()[:5],
            "features": activation["relu"].numpy()[:5],
            "new layer": [loss.item()],
        },
        learnt={
            "the attack works": accuracies[0] > 0.9 and accuracies[2] < 0.5,
            "frozen": len(trainable) == 2 and model[0].weight.grad is not None,
            "children": [name for name, _ in model.named_children()] == ["0", "1", "2"],
        },
    )


def program_similarity(torch):
    """Triplets, a distilled student, distances and cosines."""
    nn, F = torch.nn, torch.nn.functional
    flowers = iris()
    X, y = torch.from_numpy(standardise(flowers.X)), torch.from_numpy(flowers.y)
    dice = np.random.default_rng(0)
    net = start_alike(torch, nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)))
    triplet_loss = nn.TripletMarginLoss(margin=1.0, p=2)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=0.005)
    losses = []
    for _ in range(40):
        k = dice.integers(3, size=32)
        anchor, positive = (torch.from_numpy(50 * k + dice.integers(50, size=32)) for _ in "ap")
        negative = torch.from_numpy(50 * ((k + 1) % 3) + dice.integers(50, size=32))
        loss = triplet_loss(net(X[anchor]), net(X[positive]), net(X[negative]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        distances = torch.cdist(net(X), net(X))
        distances.fill_diagonal_(float("inf"))
        nearest = distances.argmin(dim=1)
        right = (y[nearest] == y).float().mean().item()
        cosine = F.cosine_similarity(X[:50], X[50:100], dim=1)
        unit = F.normalize(X, p=2, dim=1)
    teacher = start_alike(torch, nn.Linear(4, 3), scale=1.0)
    student = start_alike(torch, nn.Linear(4, 3), seed=1)
    optimizer = torch.optim.Adam(student.parameters(), lr=0.05)
    T = 2.0
    distilled = []
    for _ in range(80):
        with torch.no_grad():
            soft = F.softmax(teacher(X) / T, dim=-1)
        loss = F.kl_div(F.log_softmax(student(X) / T, dim=-1), soft, reduction="batchmean") * T**2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        distilled.append(loss.item())
    one_hot = F.one_hot(y, num_classes=3)
    return Outcome(
        same={
            "losses": losses,
            "cosine": cosine.numpy(),
            "unit": unit.numpy(),
            "distilled": distilled,
            "one hot": one_hot.sum(0).tolist(),
        },
        learnt={"neighbours": right >= 0.9, "the teacher's answers": distilled[-1] < 0.05},
    )
