"""The script that trains a small CNN on handwritten digits, with train() and test() per epoch.

Needs: nn.Module subclass, nn.Conv2d(in, out, 3, 1), nn.Dropout, nn.Dropout2d, F.relu,
F.max_pool2d, flatten(x, 1), F.log_softmax(dim=1), F.nll_loss with reduction="sum", nn.NLLLoss,
utils.data.TensorDataset, Dataset, Subset, DataLoader(shuffle, batch_size, generator), len(loader),
loader.dataset, device, .to(device), model.train(), model.eval(), no_grad, argmax(keepdim=True),
pred.eq(target.view_as(pred)).sum().item(), max(1)[1], optim.Adadelta, optim.SGD with nesterov and
weight decay, lr_scheduler.StepLR, get_last_lr, state_dict through save and load, Generator,
BatchNorm2d, AdaptiveAvgPool2d, nn.init.kaiming_normal_, CosineAnnealingLR, x.view(-1, n).
"""

import os
import tempfile

import numpy as np

from dlcore.data import digits as load_digits
from dlcore.data import split

from .common import Outcome, start_alike


def digits(torch):
    train, valid = split(load_digits(images=True), seed=0)
    return [
        torch.utils.data.TensorDataset(torch.from_numpy(d.X), torch.from_numpy(d.y))
        for d in (train, valid)
    ]


def make_net(torch, drop):
    nn, F = torch.nn, torch.nn.functional

    class Net(nn.Module):
        def __init__(self):
            super(Net, self).__init__()  # noqa: UP008 - as such programs write it
            self.conv1 = nn.Conv2d(1, 8, 3, 1)
            self.conv2 = nn.Conv2d(8, 16, 3, 1, padding=1)
            self.dropout1 = nn.Dropout2d(drop)
            self.dropout2 = nn.Dropout(drop)
            self.fc1 = nn.Linear(144, 32)
            self.fc2 = nn.Linear(32, 10)

        def forward(self, x):
            x = self.conv1(x)
            x = F.relu(x)
            x = self.conv2(x)
            x = F.relu(x)
            x = F.max_pool2d(x, 2)
            x = self.dropout1(x)
            x = torch.flatten(x, 1)
            x = self.fc1(x)
            x = F.relu(x)
            x = self.dropout2(x)
            x = self.fc2(x)
            output = F.log_softmax(x, dim=1)
            return output

    return Net()


def train(torch, model, device, train_loader, optimizer):
    F = torch.nn.functional
    model.train()
    losses = []
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()
        if batch_idx % 5 == 0:
            losses.append(loss.item())
    return losses


def test(torch, model, device, test_loader):
    F = torch.nn.functional
    model.eval()
    test_loss = 0
    correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            test_loss += F.nll_loss(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    test_loss /= len(test_loader.dataset)
    return test_loss, correct / len(test_loader.dataset)


def program_with_dropout(torch):
    no_cuda = True
    use_cuda = not no_cuda and torch.cuda.is_available()
    torch.manual_seed(1)
    device = torch.device("cuda" if use_cuda else "cpu")
    dataset1, dataset2 = digits(torch)
    train_loader = torch.utils.data.DataLoader(dataset1, batch_size=32, shuffle=True)
    test_loader = torch.utils.data.DataLoader(dataset2, **{"batch_size": 200})
    model = make_net(torch, drop=0.1).to(device)
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    rates = []
    for _ in range(1, 7):
        train(torch, model, device, train_loader, optimizer)
        loss, accuracy = test(torch, model, device, test_loader)
        scheduler.step()
        rates += scheduler.get_last_lr()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mnist_cnn.pt")
        torch.save(model.state_dict(), path)
        again = make_net(torch, drop=0.1)
        again.load_state_dict(torch.load(path))
    return Outcome(
        same={"rates": rates},
        learnt={
            "90 % of the digits": accuracy >= 0.9,
            "what was saved": test(torch, again, device, test_loader) == (loss, accuracy),
        },
    )


def program_without_chance(torch):
    """No dropout, the order of the file, and the same weights at the start."""
    device = torch.device("cpu")
    dataset1, dataset2 = digits(torch)
    part = torch.utils.data.Subset(dataset1, range(640))
    train_loader = torch.utils.data.DataLoader(part, batch_size=64, drop_last=True)
    test_loader = torch.utils.data.DataLoader(dataset2, batch_size=100)
    model = start_alike(torch, make_net(torch, drop=0.0), scale=0.15).to(device)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True
    )
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=5)
    losses, rates = [], []
    for _ in range(5):
        losses += train(torch, model, device, train_loader, optimizer)
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    loss, accuracy = test(torch, model, device, test_loader)
    return Outcome(
        same={"losses": losses, "test loss": [loss], "rates": rates, "accuracy": [accuracy]},
        learnt={"90 % of the digits": accuracy >= 0.9},
    )


def program_residual_network(torch):
    nn, F = torch.nn, torch.nn.functional

    class Digits(torch.utils.data.Dataset):
        def __init__(self, part, transform=None):
            train, valid = split(load_digits(images=True), seed=0)
            self.images, self.labels = (train.X, train.y) if part == "train" else (valid.X, valid.y)
            self.transform = transform

        def __len__(self):
            return len(self.labels)

        def __getitem__(self, idx):
            image, label = self.images[idx], int(self.labels[idx])
            if self.transform:
                image = self.transform(image)
            return image, label

    class BasicBlock(nn.Module):
        expansion = 1

        def __init__(self, in_planes, planes, stride=1):
            super().__init__()
            self.conv1 = nn.Conv2d(
                in_planes, planes, kernel_size=3, stride=stride, padding=1, bias=False
            )
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.shortcut = nn.Sequential()
            if stride != 1 or in_planes != self.expansion * planes:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(in_planes, planes, kernel_size=1, stride=stride, bias=False),
                    nn.BatchNorm2d(planes),
                )

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += self.shortcut(x)
            out = F.relu(out)
            return out

    class ResNet(nn.Module):
        def __init__(self, block, num_blocks, num_classes=10):
            super().__init__()
            self.in_planes = 8
            self.conv1 = nn.Conv2d(1, 8, kernel_size=3, stride=1, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.layer1 = self._make_layer(block, 8, num_blocks[0], stride=1)
            self.layer2 = self._make_layer(block, 16, num_blocks[1], stride=2)
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            self.linear = nn.Linear(16 * block.expansion, num_classes)
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                    nn.init.constant_(m.weight, 1)
                    nn.init.constant_(m.bias, 0)

        def _make_layer(self, block, planes, num_blocks, stride):
            strides = [stride] + [1] * (num_blocks - 1)
            layers = []
            for stride in strides:
                layers.append(block(self.in_planes, planes, stride))
                self.in_planes = planes * block.expansion
            return nn.Sequential(*layers)

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.layer1(out)
            out = self.layer2(out)
            out = self.avgpool(out)
            out = out.view(out.size(0), -1)
            return self.linear(out)

    device = "cpu"
    trainset = Digits("train", transform=lambda a: torch.from_numpy((a - 0.3) / 0.4).float())
    testset = Digits("test", transform=lambda a: torch.from_numpy((a - 0.3) / 0.4).float())
    trainloader = torch.utils.data.DataLoader(
        torch.utils.data.Subset(trainset, np.arange(640).tolist()), batch_size=32, shuffle=False
    )
    testloader = torch.utils.data.DataLoader(testset, batch_size=180, shuffle=False, num_workers=0)
    net = ResNet(BasicBlock, [1, 1])
    start_alike(torch, net, scale=0.15)
    net = net.to(device)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    losses, first = [], []
    for _ in range(5):
        net.train()
        train_loss = 0
        for _, (inputs, targets) in enumerate(trainloader):
            inputs, targets = inputs.to(device), targets.to(device)
            optimizer.zero_grad()
            outputs = net(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            train_loss += loss.item()
            first.append(loss.item())
        losses.append(train_loss / len(trainloader))
    net.eval()
    correct = total = 0
    with torch.no_grad():
        for inputs, targets in testloader:
            outputs = net(inputs.to(device))
            _, predicted = outputs.max(1)
            total += targets.size(0)
            correct += predicted.eq(targets).sum().item()
    statistics = net.bn1.running_mean, net.bn1.running_var, net.bn1.num_batches_tracked
    return Outcome(
        same={
            "losses": first[:20],  # later on rounding errors have grown
            "counted": [int(statistics[2])],
            "parameters": [sum(p.numel() for p in net.parameters() if p.requires_grad)],
        },
        learnt={
            "80 % of the digits": 100.0 * correct / total >= 80,
            "a falling loss": losses[-1] < losses[0] / 2,
            "statistics": all(bool((s == s).all()) for s in statistics),
        },
    )
