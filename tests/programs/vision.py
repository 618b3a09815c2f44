"""Later networks for images: a vision Transformer, and a U-Net that takes noise off.

Needs: nn.Conv2d with kernel_size = stride as patches, flatten(2).transpose(1, 2), nn.Parameter,
expand(n, -1, -1), nn.init.trunc_normal_, nn.MultiheadAttention(batch_first) with need_weights,
nn.LayerNorm(eps), x[:, 0], qkv.permute(...).unbind(0), nn.Identity, nn.GELU, optim.AdamW,
nn.MaxPool2d, nn.AvgPool2d, nn.ConvTranspose2d, nn.Upsample, F.interpolate, F.pad, cat on channels,
nn.BatchNorm2d, nn.GroupNorm, F.mse_loss.
"""

import numpy as np

from dlcore.data import digits, split

from .common import Outcome, start_alike


def images(torch, count=None):
    train, valid = split(digits(images=True), seed=0)
    parts = train.X[:count], train.y[:count], valid.X, valid.y
    return [torch.from_numpy(a) for a in parts]


def program_vision_transformer(torch):
    nn, F = torch.nn, torch.nn.functional

    class PatchEmbed(nn.Module):
        def __init__(self, img_size=8, patch_size=2, in_chans=1, embed_dim=24):
            super().__init__()
            self.num_patches = (img_size // patch_size) ** 2
            self.proj = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size)

        def forward(self, x):
            return self.proj(x).flatten(2).transpose(1, 2)

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.scale = (dim // num_heads) ** -0.5
            self.qkv = nn.Linear(dim, dim * 3, bias=True)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads)
            q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
            attn = (q * self.scale) @ k.transpose(-2, -1)
            attn = attn.softmax(dim=-1)
            x = (attn @ v).transpose(1, 2).reshape(B, N, C)
            return self.proj(x)

    class Block(nn.Module):
        def __init__(self, dim, num_heads, builtin):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.builtin = builtin
            if builtin:
                self.attn = nn.MultiheadAttention(dim, num_heads, batch_first=True)
            else:
                self.attn = Attention(dim, num_heads)
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))
            self.drop_path = nn.Identity()

        def forward(self, x):
            h = self.norm1(x)
            h = self.attn(h, h, h, need_weights=False)[0] if self.builtin else self.attn(h)
            x = x + self.drop_path(h)
            return x + self.drop_path(self.mlp(self.norm2(x)))

    class VisionTransformer(nn.Module):
        def __init__(self, embed_dim=24):
            super().__init__()
            self.patch_embed = PatchEmbed()
            self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dim))
            num_patches = self.patch_embed.num_patches
            self.pos_embed = nn.Parameter(torch.zeros(1, num_patches + 1, embed_dim))
            self.blocks = nn.Sequential(*[Block(embed_dim, 2, builtin) for builtin in (0, 1)])
            self.norm = nn.LayerNorm(embed_dim)
            self.head = nn.Linear(embed_dim, 10)
            nn.init.trunc_normal_(self.pos_embed, std=0.02)
            nn.init.trunc_normal_(self.cls_token, std=0.02)

        def forward(self, x):
            x = self.patch_embed(x)
            cls_tokens = self.cls_token.expand(x.shape[0], -1, -1)
            x = torch.cat((cls_tokens, x), dim=1)
            x = x + self.pos_embed
            x = self.blocks(x)
            x = self.norm(x)
            return self.head(x[:, 0])

    X, y, valid_X, valid_y = images(torch)
    model = start_alike(torch, VisionTransformer(), scale=0.15)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    losses = []
    for epoch in range(6):
        for i in range(0, 1280, 64):
            loss = F.cross_entropy(model(X[i : i + 64]), y[i : i + 64])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        optimizer.param_groups[0]["lr"] = 5e-3 * (1 - epoch / 8)
    model.eval()
    with torch.no_grad():
        accuracy = (model(valid_X).argmax(-1) == valid_y).float().mean().item()
        _, weights = model.blocks[1].attn(*3 * (model.patch_embed(valid_X[:2]),))
    return Outcome(
        same={"losses": losses[:30], "shares": weights.sum(-1).numpy()},
        learnt={"85 % of the digits": accuracy >= 0.85},
    )


def program_u_net(torch):
    """Takes the noise off images; down, up, and across."""
    nn, F = torch.nn, torch.nn.functional

    class DoubleConv(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.double_conv = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(out_channels),
                nn.ReLU(inplace=True),
                nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False),
                nn.GroupNorm(2, out_channels),
                nn.ReLU(inplace=True),
            )

        def forward(self, x):
            return self.double_conv(x)

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = DoubleConv(1, 8)
            self.down1 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(8, 16))
            self.down2 = nn.Sequential(nn.AvgPool2d(2), DoubleConv(16, 16))
            self.up1 = nn.Upsample(scale_factor=2, mode="nearest")
            self.conv1 = DoubleConv(32, 8)
            self.up2 = nn.ConvTranspose2d(8, 8, kernel_size=2, stride=2)
            self.conv2 = DoubleConv(16, 8)
            self.outc = nn.Conv2d(8, 1, kernel_size=1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(x1)
            x3 = self.down2(x2)
            x = self.up1(x3)
            diffY = x2.size()[2] - x.size()[2]
            diffX = x2.size()[3] - x.size()[3]
            x = F.pad(x, [diffX // 2, diffX - diffX // 2, diffY // 2, diffY - diffY // 2])
            x = self.conv1(torch.cat([x2, x], dim=1))
            x = self.up2(x)
            x = self.conv2(torch.cat([x1, x], dim=1))
            return self.outc(x)

    X, _, _, _ = images(torch, 512)
    noise = np.random.default_rng(0).standard_normal(tuple(X.shape)).astype(np.float32)
    noisy = X + 0.3 * torch.from_numpy(noise)
    model = start_alike(torch, UNet(), scale=0.1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(3):
        for i in range(0, 512, 64):
            loss = F.mse_loss(model(noisy[i : i + 64]), X[i : i + 64])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    small = F.interpolate(X[:2], size=(4, 4), mode="nearest")
    return Outcome(
        same={"losses": losses[:8], "small": small.numpy()},
        learnt={"less than the noise": losses[-1] < 0.6 * 0.09},
    )
