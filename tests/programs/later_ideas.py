"""Diffusion, and learning by contrast.

Needs: linspace, cumprod, F.pad(value=1.0), gather of a schedule, sqrt, full(dtype=long),
randn_like, exp of arange, sin and cos, time[:, None], nn.SiLU, nn.GELU, F.smooth_l1_loss, deepcopy
of a model, mul_ and add_ of an average of weights, no_grad as a decorator, norm(dim=1),
nn.Conv2d(padding="same"), nn.Flatten(start_dim=1), nn.BatchNorm1d, F.normalize,
F.cosine_similarity with broadcasting,
eye(dtype=bool), roll, masked_fill, a bool mask as index, logsumexp, clip, requires_grad_(False),
inference_mode, optim.AdamW.
"""

import copy
import math

import numpy as np

from .common import Outcome, start_alike
from .vision import images


def program_diffusion(torch):
    """Points of a ring out of noise, with a schedule, an embedding of time and averaged weights."""
    nn, F = torch.nn, torch.nn.functional
    timesteps = 50
    betas = torch.linspace(1e-4, 0.2, timesteps)
    alphas = 1.0 - betas
    alphas_cumprod = torch.cumprod(alphas, dim=0)
    alphas_cumprod_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
    posterior_variance = betas * (1.0 - alphas_cumprod_prev) / (1.0 - alphas_cumprod)

    def extract(a, t, x_shape):
        out = a.gather(-1, t)
        return out.reshape(t.shape[0], *((1,) * (len(x_shape) - 1)))

    def q_sample(x_start, t, noise):
        kept = extract(torch.sqrt(alphas_cumprod), t, x_start.shape)
        return kept * x_start + extract(torch.sqrt(1 - alphas_cumprod), t, x_start.shape) * noise

    class SinusoidalPositionEmbeddings(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.dim = dim

        def forward(self, time):
            half_dim = self.dim // 2
            embeddings = math.log(10000) / (half_dim - 1)
            embeddings = torch.exp(torch.arange(half_dim, device=time.device) * -embeddings)
            embeddings = time[:, None] * embeddings[None, :]
            return torch.cat((embeddings.sin(), embeddings.cos()), dim=-1)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.time_mlp = nn.Sequential(
                SinusoidalPositionEmbeddings(16), nn.Linear(16, 64), nn.GELU()
            )
            self.first, self.second = nn.Linear(2, 64), nn.Linear(64, 64)
            self.last = nn.Linear(64, 2)
            self.act = nn.SiLU()

        def forward(self, x, t):
            h = self.act(self.first(x) + self.time_mlp(t))
            return self.last(h + self.act(self.second(h)))

    dice = np.random.default_rng(0)
    as_float = lambda a: torch.from_numpy(a.astype(np.float32))  # noqa: E731
    model = start_alike(torch, Net(), scale=0.15)
    ema = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses = []
    for _ in range(1000):
        angle = dice.uniform(0, 2 * np.pi, 128)
        x = as_float(np.stack([np.cos(angle), np.sin(angle)], 1))
        t = torch.from_numpy(dice.integers(0, timesteps, 128)).long()
        noise = as_float(dice.standard_normal((128, 2)))
        loss = F.smooth_l1_loss(model(q_sample(x, t, noise), t), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for p_ema, p in zip(ema.parameters(), model.parameters(), strict=True):
                p_ema.mul_(0.98).add_(p, alpha=0.02)
        losses.append(loss.item())

    @torch.no_grad()
    def p_sample(x, i):
        t = torch.full((x.shape[0],), i, dtype=torch.long)
        mean = extract(1 / torch.sqrt(alphas), t, x.shape) * (
            x
            - extract(betas, t, x.shape)
            * ema(x, t)
            / extract(torch.sqrt(1 - alphas_cumprod), t, x.shape)
        )
        if i == 0:
            return mean
        return mean + torch.sqrt(extract(posterior_variance, t, x.shape)) * torch.randn_like(x)

    torch.manual_seed(0)
    x = torch.randn((300, 2))
    for i in reversed(range(0, timesteps)):
        x = p_sample(x, i)
    off = (x.norm(dim=1) - 1).abs().mean().item()
    return Outcome(
        same={"losses": losses[:100], "variance": posterior_variance.numpy()},
        learnt={
            "points nearer to the ring than noise is": off < 0.4,
            "a falling loss": np.mean(losses[-50:]) < 0.3,
        },
    )


def program_contrast(torch):
    """Two views of each image are to be alike; then a linear layer reads the features."""
    nn, F = torch.nn, torch.nn.functional

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.Sequential(
                nn.Conv2d(1, 8, 3, padding="same"),
                nn.BatchNorm2d(8),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(start_dim=1),
                nn.Linear(128, 32),
            )
            self.g = nn.Sequential(nn.BatchNorm1d(32), nn.ReLU(inplace=True), nn.Linear(32, 16))

        def forward(self, x):
            feature = self.f(x)
            return F.normalize(feature, dim=-1), F.normalize(self.g(feature), dim=-1)

    def info_nce_loss(feats, temperature=0.2):
        cos_sim = F.cosine_similarity(feats[:, None, :], feats[None, :, :], dim=-1)
        self_mask = torch.eye(cos_sim.shape[0], dtype=torch.bool)
        cos_sim = cos_sim.masked_fill(self_mask, -9e15)
        pos_mask = self_mask.roll(shifts=cos_sim.shape[0] // 2, dims=0)
        cos_sim = cos_sim / temperature
        nll = -cos_sim[pos_mask] + torch.logsumexp(cos_sim, dim=-1)
        return nll.mean()

    dice = np.random.default_rng(0)

    def view(x):
        dy, dx = dice.integers(-1, 2, 2)
        x = torch.roll(x, shifts=(int(dy), int(dx)), dims=(2, 3))
        noise = torch.from_numpy(dice.standard_normal(tuple(x.shape)).astype(np.float32))
        return (x + 0.2 * noise).clip(0, 1)

    X, y, valid_X, valid_y = images(torch)
    model = start_alike(torch, Encoder(), scale=0.15)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(2):
        for i in range(0, 1280, 64):
            batch = X[i : i + 64]
            _, feats = model(torch.cat([view(batch), view(batch)], dim=0))
            loss = info_nce_loss(feats)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    probe = start_alike(torch, nn.Linear(32, 10))
    optimizer = torch.optim.Adam(probe.parameters(), lr=0.05)
    features, _ = model(X)
    for _ in range(60):
        loss = F.cross_entropy(probe(features), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.inference_mode():
        accuracy = (probe(model(valid_X)[0]).argmax(1) == valid_y).float().mean().item()
    return Outcome(
        same={"losses": losses[:20]},
        learnt={"80 % of the digits": accuracy >= 0.8, "a falling loss": losses[-1] < losses[0]},
    )
