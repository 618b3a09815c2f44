"""Programs as they were written over the years: a Wasserstein GAN, a sine by LBFGS, attention on
edges, a loop with the switches of mixed precision.

Needs: torch.FloatTensor and x.type(Tensor), Variable, p.data.clamp_, nn.BatchNorm1d(n, 0.8),
nn.DataParallel, nn.LSTMCell, split along time, optim.LBFGS with a closure, model.double(),
nn.Conv1d with dilation, scatter_reduce("amax"), index_add_, a softmax over
neighbours, torch.amp.GradScaler and autocast(enabled=False), torch.bfloat16 in a table, accumulated
gradients, clip_grad_norm_, an Optimizer of the program's own.
"""

import numpy as np

from .common import Outcome, numbers, start_alike


def program_wgan(torch):
    """Points at one place from noise, the critic's weights clipped."""
    nn, Variable = torch.nn, torch.autograd.Variable
    Tensor = torch.cuda.FloatTensor if torch.cuda.is_available() else torch.FloatTensor

    class Generator(nn.Module):
        def __init__(self):
            super(Generator, self).__init__()  # noqa: UP008

            def block(in_feat, out_feat, normalize=True):
                layers = [nn.Linear(in_feat, out_feat)]
                if normalize:
                    layers.append(nn.BatchNorm1d(out_feat, 0.8))
                layers.append(nn.LeakyReLU(0.2, inplace=True))
                return layers

            self.model = nn.Sequential(
                *block(4, 16, normalize=False), *block(16, 16), nn.Linear(16, 2), nn.Tanh()
            )

        def forward(self, z):
            return self.model(z).view(z.shape[0], *(2,))

    generator = nn.DataParallel(start_alike(torch, Generator()))
    critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2, inplace=True), nn.Linear(32, 1))
    start_alike(torch, critic, seed=1)
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=5e-3, betas=(0.5, 0.9))
    optimizer_D = torch.optim.Adam(critic.parameters(), lr=5e-3, betas=(0.5, 0.9))
    dice, losses, off = np.random.default_rng(0), [], []
    for i in range(300):
        points = torch.from_numpy(dice.normal((0.6, -0.5), 0.1, (64, 2)))
        real = Variable(points.type(Tensor))
        z = Variable(Tensor(dice.normal(0, 1, (64, 4))))
        optimizer_D.zero_grad()
        loss_D = -torch.mean(critic(real)) + torch.mean(critic(generator(z).detach()))
        loss_D.backward()
        optimizer_D.step()
        for p in critic.parameters():
            p.data.clamp_(-0.3, 0.3)
        if i % 2 == 0:
            optimizer_G.zero_grad()
            fake = generator(z)
            loss_G = -torch.mean(critic(fake))
            loss_G.backward()
            optimizer_G.step()
            off.append((fake.data.mean(0) - Tensor([0.6, -0.5])).norm().item())
        losses.append(loss_D.item())
    return Outcome(
        same={
            "losses": losses[:15],
            "names": [name.count("module.") for name in generator.state_dict()],
        },
        learnt={"points at their place": np.mean(off[-10:]) < 0.3 * off[0]},
    )


def program_sine_by_lbfgs(torch):
    """The next value of a sine from two LSTM cells, in float64, by LBFGS."""
    nn = torch.nn

    class Sequence(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm1, self.lstm2 = nn.LSTMCell(1, 8), nn.LSTMCell(8, 8)
            self.linear = nn.Linear(8, 1)

        def forward(self, input, future=0):
            outputs = []
            h_t = torch.zeros(input.size(0), 8, dtype=torch.double)
            c_t, h_t2, c_t2 = (torch.zeros_like(h_t) for _ in range(3))
            for input_t in input.split(1, dim=1):
                h_t, c_t = self.lstm1(input_t, (h_t, c_t))
                h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
                output = self.linear(h_t2)
                outputs += [output]
            for _ in range(future):
                h_t, c_t = self.lstm1(output, (h_t, c_t))
                h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
                output = self.linear(h_t2)
                outputs += [output]
            return torch.cat(outputs, dim=1)

    starts = np.random.default_rng(0).integers(-20, 20, (4, 1))
    data = np.sin((np.arange(24) + starts) / 5.0)
    input, target = torch.from_numpy(data[:, :-1]), torch.from_numpy(data[:, 1:])
    seq = start_alike(torch, Sequence()).double()
    criterion, losses = nn.MSELoss(), []
    optimizer = torch.optim.LBFGS(seq.parameters(), lr=0.8, max_iter=6)
    for _ in range(5):

        def closure():
            optimizer.zero_grad()
            loss = criterion(seq(input), target)
            loss.backward()
            losses.append(loss.item())
            return loss

        optimizer.step(closure)
    with torch.no_grad():
        shape = seq(input, future=3).shape
    return Outcome(
        same={"losses": losses[:12], "shape": shape},
        learnt={"a much smaller loss": losses[-1] < 0.1 * losses[0]},
    )


def program_attention_on_edges(torch):
    """Two kinds of nodes told apart by their neighbours; edges as a list, not as a matrix."""
    nn, F = torch.nn, torch.nn.functional
    dice = np.random.default_rng(0)
    kind = dice.integers(0, 2, 40)
    edges = dice.integers(0, 40, (2, 600))
    edges = edges[:, (kind[edges[0]] == kind[edges[1]]) | (dice.random(600) < 0.1)]
    x = torch.from_numpy((dice.normal(0, 1, (40, 4)) + kind[:, None]).astype(np.float32))
    edge_index, y = torch.from_numpy(edges), torch.from_numpy(kind)

    def softmax_over_neighbours(src, index, n):
        at = index.unsqueeze(-1).expand_as(src)
        largest = torch.full((n, src.size(1)), float("-inf"))
        largest = largest.scatter_reduce(0, at, src, reduce="amax", include_self=False)
        out = (src - largest.index_select(0, index)).exp()
        total = torch.zeros(n, src.size(1)).scatter_add_(0, at, out)
        return out / (total[index] + 1e-16)

    class GAT(nn.Module):
        def __init__(self, i, o, heads):
            super().__init__()
            self.lin = nn.Linear(i, heads * o, bias=False)
            self.heads, self.o = heads, o
            self.to_src = nn.Parameter(torch.Tensor(1, heads, o))
            self.to_dst = nn.Parameter(torch.Tensor(1, heads, o))

        def forward(self, x, edge_index):
            row, col = edge_index
            h = self.lin(x).view(-1, self.heads, self.o)
            alpha = (h * self.to_src).sum(-1)[row] + (h * self.to_dst).sum(-1)[col]
            alpha = softmax_over_neighbours(F.leaky_relu(alpha, 0.2), col, x.size(0))
            out = torch.zeros_like(h, memory_format=torch.preserve_format)
            out.index_add_(0, col, h[row] * alpha.unsqueeze(-1))
            return out.mean(1)

    model = start_alike(torch, GAT(4, 2, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=5e-4)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        out = model(x, edge_index)
        loss = F.cross_entropy(out, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    right = (out.max(1)[1].type_as(y) == y).double().mean().item()
    weights = np.concatenate([w.ravel() for w in numbers(model.parameters())])
    return Outcome(
        same={"losses": losses, "weights": weights},
        learnt={"nine in ten nodes": right > 0.9},
    )


def program_switches_of_mixed_precision(torch):
    """Causal convolutions in the loop of a program made for a GPU."""
    nn, F = torch.nn, torch.nn.functional
    torch.backends.cuda.matmul.allow_tf32 = True
    use_amp, dtype = False, {"float32": torch.float32, "bfloat16": torch.bfloat16}["float32"]
    ctx = torch.amp.autocast("cpu", dtype=dtype, enabled=use_amp)
    scaler = torch.amp.GradScaler("cuda", enabled=use_amp)

    class Momentum(torch.optim.Optimizer):
        def __init__(self, params, lr=0.1, momentum=0.9):
            super().__init__(params, dict(lr=lr, momentum=momentum))

        @torch.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    if len(state) == 0:
                        state["buffer"] = torch.zeros_like(p)
                    state["buffer"].mul_(group["momentum"]).add_(p.grad)
                    p.add_(state["buffer"], alpha=-group["lr"])

    class Block(nn.Module):
        def __init__(self, i, o, dilation):
            super().__init__()
            conv = nn.Conv1d(i, o, 2, padding=dilation, dilation=dilation)
            self.conv, self.chomp = conv, dilation

        def forward(self, x):
            return F.relu(self.conv(x)[:, :, : -self.chomp].contiguous())

    model = nn.Sequential(Block(1, 6, 1), Block(6, 6, 2), Block(6, 6, 4), nn.Conv1d(6, 1, 1))
    start_alike(torch, model)
    optimizer, dice, losses = Momentum(model.parameters(), lr=0.05), np.random.default_rng(0), []
    for _ in range(100):
        for _ in range(2):
            x = torch.from_numpy(dice.normal(0, 1, (8, 1, 12)).astype(np.float32))
            y = F.pad(x, (2, 0))[:, :, :-2]
            with ctx:
                loss = F.mse_loss(model(x), y) / 2
            scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        losses.append(2 * loss.item())
    return Outcome(
        same={"losses": losses[:20]},
        learnt={"a smaller loss": np.mean(losses[-5:]) < 0.7 * np.mean(losses[:3])},
    )
