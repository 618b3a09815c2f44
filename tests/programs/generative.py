"""A variational autoencoder, and two generative adversarial networks.

Needs: randn_like, exp, pow, sum, F.binary_cross_entropy(reduction="sum"), sigmoid, x.view(-1, n),
nn.BCELoss, nn.Sequential, nn.ConvTranspose2d, nn.BatchNorm2d, nn.BatchNorm1d, nn.LeakyReLU(0.2,
inplace=True), nn.ReLU(True), nn.Tanh, nn.Sigmoid, nn.init.normal_ and constant_ on weight.data,
m.__class__.__name__, apply, full, fill_, randn(n, z, 1, 1), detach, two optimisers with betas,
mean().item(), net.zero_grad, netD(x).view(-1).
"""

import numpy as np

from dlcore.data import digits

from .common import Outcome, start_alike


def program_variational_autoencoder(torch):
    nn, F = torch.nn, torch.nn.functional
    torch.manual_seed(1)
    device = torch.device("cpu")
    images = torch.from_numpy(digits(images=True).X)
    train_loader = torch.utils.data.DataLoader(images[:1400], batch_size=64, shuffle=True)
    test_loader = torch.utils.data.DataLoader(images[1400:], batch_size=64, shuffle=False)

    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(64, 48)
            self.fc21 = nn.Linear(48, 8)
            self.fc22 = nn.Linear(48, 8)
            self.fc3 = nn.Linear(8, 48)
            self.fc4 = nn.Linear(48, 64)

        def encode(self, x):
            h1 = F.relu(self.fc1(x))
            return self.fc21(h1), self.fc22(h1)

        def reparameterize(self, mu, logvar):
            std = torch.exp(0.5 * logvar)
            eps = torch.randn_like(std)
            return mu + eps * std

        def decode(self, z):
            h3 = F.relu(self.fc3(z))
            return torch.sigmoid(self.fc4(h3))

        def forward(self, x):
            mu, logvar = self.encode(x.view(-1, 64))
            z = self.reparameterize(mu, logvar)
            return self.decode(z), mu, logvar

    def loss_function(recon_x, x, mu, logvar):
        BCE = F.binary_cross_entropy(recon_x, x.view(-1, 64), reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return BCE + KLD

    model = start_alike(torch, VAE(), scale=0.15).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    x = images[:50]
    mu, logvar = model.encode(x.view(-1, 64))
    first = loss_function(model.decode(mu), x, mu, logvar)  # without chance: z is the mean
    first.backward()
    gradient = model.fc1.weight.grad.numpy().copy()
    losses = []
    for _ in range(8):
        model.train()
        train_loss = 0
        for _, data in enumerate(train_loader):
            data = data.to(device)
            optimizer.zero_grad()
            recon_batch, mu, logvar = model(data)
            loss = loss_function(recon_batch, data, mu, logvar)
            loss.backward()
            train_loss += loss.item()
            optimizer.step()
        losses.append(train_loss / len(train_loader.dataset))
    model.eval()
    test_loss = 0
    with torch.no_grad():
        for data in test_loader:
            data = data.to(device)
            recon_batch, mu, logvar = model(data)
            test_loss += loss_function(recon_batch, data, mu, logvar).item()
        sample = torch.randn(64, 8).to(device)
        sample = model.decode(sample).cpu()
    return Outcome(
        same={"first loss": [first.item()], "first gradient": gradient},
        learnt={
            "less than 30 nats an image": test_loss / len(test_loader.dataset) < 30,
            "a falling loss": losses[-1] < 0.85 * losses[0],
            "pictures": sample.view(64, 1, 8, 8).shape == (64, 1, 8, 8),
        },
    )


def program_dcgan(torch):
    """Convolutional, as for pictures of faces; the noise comes from NumPy."""
    nn = torch.nn
    nz, ngf, ndf = 8, 8, 8
    dice = np.random.default_rng(0)

    def weights_init(m):
        classname = m.__class__.__name__
        if classname.find("Conv") != -1:
            nn.init.normal_(m.weight.data, 0.0, 0.02)
        elif classname.find("BatchNorm") != -1:
            nn.init.normal_(m.weight.data, 1.0, 0.02)
            nn.init.constant_(m.bias.data, 0)

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                nn.ConvTranspose2d(nz, ngf * 2, 2, 1, 0, bias=False),
                nn.BatchNorm2d(ngf * 2),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ngf),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf, 1, 4, 2, 1, bias=False),
                nn.Tanh(),
            )

        def forward(self, input):
            return self.main(input)

    class Discriminator(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(1, ndf, 4, 2, 1, bias=False),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(ndf, ndf * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ndf * 2),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(ndf * 2, 1, 2, 1, 0, bias=False),
                nn.Sigmoid(),
            )

        def forward(self, input):
            return self.main(input)

    device = torch.device("cpu")
    netG, netD = Generator().to(device), Discriminator().to(device)
    netG.apply(weights_init)
    netD.apply(weights_init)
    start_alike(torch, netG, seed=0, scale=0.1)
    start_alike(torch, netD, seed=1, scale=0.1)
    criterion = nn.BCELoss()
    fixed_noise = torch.from_numpy(dice.standard_normal((8, nz, 1, 1)).astype(np.float32))
    optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optimizerG = torch.optim.Adam(netG.parameters(), lr=2e-3, betas=(0.5, 0.999))
    real_label, fake_label = 1.0, 0.0
    pictures = 2 * digits(images=True).X - 1
    G_losses, D_losses, confidence = [], [], []
    for i in range(12):
        real = torch.from_numpy(pictures[32 * i : 32 * (i + 1)])
        netD.zero_grad()
        b_size = real.size(0)
        label = torch.full((b_size,), real_label, dtype=torch.float, device=device)
        output = netD(real).view(-1)
        errD_real = criterion(output, label)
        errD_real.backward()
        D_x = output.mean().item()
        noise = torch.from_numpy(dice.standard_normal((b_size, nz, 1, 1)).astype(np.float32))
        fake = netG(noise)
        label.fill_(fake_label)
        output = netD(fake.detach()).view(-1)
        errD_fake = criterion(output, label)
        errD_fake.backward()
        errD = errD_real + errD_fake
        optimizerD.step()
        netG.zero_grad()
        label.fill_(real_label)
        output = netD(fake).view(-1)
        errG = criterion(output, label)
        errG.backward()
        optimizerG.step()
        G_losses.append(errG.item())
        D_losses.append(errD.item())
        confidence.append(D_x)
    with torch.no_grad():
        fake = netG(fixed_noise).detach().cpu()
    return Outcome(
        same={"generator": G_losses, "discriminator": D_losses, "pictures": fake.numpy()},
        learnt={"real from fake": D_losses[-1] < D_losses[0] and confidence[-1] > 0.5},
    )


def program_gan_of_a_ring(torch):
    """Points on a ring, dense layers, batch normalisation; the networks draw their own numbers."""
    nn = torch.nn
    torch.manual_seed(0)

    class Generator(nn.Module):
        def __init__(self, latent_dim):
            super().__init__()

            def block(in_feat, out_feat, normalize=True):
                layers = [nn.Linear(in_feat, out_feat)]
                if normalize:
                    layers.append(nn.BatchNorm1d(out_feat, 0.8))
                layers.append(nn.LeakyReLU(0.2, inplace=True))
                return layers

            self.model = nn.Sequential(
                *block(latent_dim, 32, normalize=False), *block(32, 32), nn.Linear(32, 2)
            )

        def forward(self, z):
            return self.model(z)

    generator = Generator(4)
    discriminator = nn.Sequential(
        nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)
    )
    adversarial_loss = torch.nn.BCEWithLogitsLoss()
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    valid, fake = torch.ones(64, 1), torch.zeros(64, 1)

    def radius_error():
        generator.eval()
        with torch.no_grad():
            points = generator(torch.randn(500, 4))
        generator.train()
        return (points.norm(dim=1) - 2).abs().mean().item()

    before = radius_error()
    for _ in range(500):
        angle = 6.2832 * torch.rand(64)
        real = 2 * torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
        optimizer_G.zero_grad()
        gen = generator(torch.randn(64, 4))
        g_loss = adversarial_loss(discriminator(gen), valid)
        g_loss.backward()
        optimizer_G.step()
        optimizer_D.zero_grad()
        real_loss = adversarial_loss(discriminator(real), valid)
        fake_loss = adversarial_loss(discriminator(gen.detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        d_loss.backward()
        optimizer_D.step()
    return Outcome(learnt={"points come to the ring": radius_error() < 0.6 * before})
