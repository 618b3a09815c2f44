"""A lecture's notebooks on letters in names: tables of counts, then every layer by hand.

Needs: zeros(dtype=int32), N[i, j] += 1 on ints, sum(1, keepdims=True), /=,
Generator().manual_seed, randn(shape, generator, requires_grad), randint(low, high, shape,
generator), multinomial(replacement, generator), nelement, F.one_hot().float(), exp, log, log10,
indexing with [arange(n), ys] and [range(n), ys] -= 1, C[X] with X (N, T), view(shape[0], -1),
mean(0, keepdim=True), std(0, keepdim=True), requires_grad as an attribute, p.data += -lr * p.grad,
p.grad = None, retain_grad, allclose, 10 ** linspace.
"""

import keyword
import random

import numpy as np

from .common import Outcome

WORDS = sorted(w.lower() for w in keyword.kwlist)


def program_bigrams_counted_and_learnt(torch):
    F = torch.nn.functional
    chars = sorted(list(set("".join(WORDS))))
    stoi = {s: i + 1 for i, s in enumerate(chars)}
    stoi["."] = 0
    itos = {i: s for s, i in stoi.items()}
    V = len(stoi)
    N = torch.zeros((V, V), dtype=torch.int32)
    xs, ys = [], []
    for w in WORDS:
        chs = [".", *w, "."]
        for ch1, ch2 in zip(chs, chs[1:]):  # noqa: B905, RUF007 - as such programs write it
            N[stoi[ch1], stoi[ch2]] += 1
            xs.append(stoi[ch1])
            ys.append(stoi[ch2])
    P = (N + 1).float()
    P /= P.sum(1, keepdims=True)
    g = torch.Generator().manual_seed(2147483647)
    out, ix = [], 0
    while len(out) < 30:
        p = P[ix]
        ix = torch.multinomial(p, num_samples=1, replacement=True, generator=g).item()
        out.append(itos[ix])
        if ix == 0:
            break
    xs, ys = torch.tensor(xs), torch.tensor(ys)
    num = xs.nelement()
    W = torch.randn((V, V), generator=g, requires_grad=True)
    with torch.no_grad():
        W.copy_(torch.tensor(np.random.default_rng(0).standard_normal((V, V))))
    losses = []
    for _ in range(60):
        xenc = F.one_hot(xs, num_classes=V).float()
        logits = xenc @ W
        counts = logits.exp()
        probs = counts / counts.sum(1, keepdims=True)
        loss = -probs[torch.arange(num), ys].log().mean() + 0.01 * (W**2).mean()
        losses.append(loss.item())
        W.grad = None
        loss.backward()
        W.data += -20 * W.grad
    counted = -P[xs, ys].log().mean().item()
    return Outcome(
        same={"losses": losses, "counts": N.numpy(), "counted": [counted]},
        learnt={"about as good as counting": losses[-1] < counted + 0.1, "letters": len(out) > 0},
    )


def program_letters_by_hand(torch):
    """Embedding, a hidden layer, batch normalisation, all of tensors; a look at the gradients."""
    F = torch.nn.functional
    block_size, n_embd, n_hidden = 3, 6, 32
    chars = sorted(list(set("".join(WORDS))))
    stoi = {s: i + 1 for i, s in enumerate(chars)}
    stoi["."] = 0
    vocab_size = len(stoi)

    def build_dataset(words):
        X, Y = [], []
        for w in words:
            context = [0] * block_size
            for ch in w + ".":
                ix = stoi[ch]
                X.append(context)
                Y.append(ix)
                context = [*context[1:], ix]
        return torch.tensor(X), torch.tensor(Y)

    shuffled = WORDS[:]
    random.seed(42)
    random.shuffle(shuffled)
    Xtr, Ytr = build_dataset(shuffled[:30])
    g = torch.Generator().manual_seed(2147483647)
    dice = np.random.default_rng(1)
    drawn = lambda *shape: torch.tensor(dice.standard_normal(shape), dtype=torch.float32)  # noqa: E731
    assert torch.randint(0, Xtr.shape[0], (32,), generator=g).shape == (32,)
    C = drawn(vocab_size, n_embd)
    W1 = drawn(n_embd * block_size, n_hidden) * (5 / 3) / ((n_embd * block_size) ** 0.5)
    W2 = drawn(n_hidden, vocab_size) * 0.01
    b2 = torch.zeros(vocab_size)
    bngain = torch.ones((1, n_hidden))
    bnbias = torch.zeros((1, n_hidden))
    bnmean_running = torch.zeros((1, n_hidden))
    bnstd_running = torch.ones((1, n_hidden))
    parameters = [C, W1, W2, b2, bngain, bnbias]
    for p in parameters:
        p.requires_grad = True
    lossi = []
    for i in range(150):
        ix = torch.from_numpy(dice.integers(0, Xtr.shape[0], (32,)))
        Xb, Yb = Xtr[ix], Ytr[ix]
        emb = C[Xb]
        embcat = emb.view(emb.shape[0], -1)
        hpreact = embcat @ W1
        bnmeani = hpreact.mean(0, keepdim=True)
        bnstdi = hpreact.std(0, keepdim=True)
        hpreact = bngain * (hpreact - bnmeani) / bnstdi + bnbias
        with torch.no_grad():
            bnmean_running = 0.9 * bnmean_running + 0.1 * bnmeani
            bnstd_running = 0.9 * bnstd_running + 0.1 * bnstdi
        h = torch.tanh(hpreact)
        logits = h @ W2 + b2
        logits.retain_grad()
        loss = F.cross_entropy(logits, Yb)
        for p in parameters:
            p.grad = None
        loss.backward()
        lr = 0.3 if i < 100 else 0.05
        for p in parameters:
            p.data += -lr * p.grad
        lossi.append(loss.log10().item())
    dlogits = F.softmax(logits, 1)
    dlogits[range(len(Yb)), Yb] -= 1
    dlogits /= len(Yb)
    with torch.no_grad():
        h = bngain * (C[Xtr].view(len(Xtr), -1) @ W1 - bnmean_running) / bnstd_running + bnbias
        final = F.cross_entropy(torch.tanh(h) @ W2 + b2, Ytr).item()
    rates = 10 ** torch.linspace(-3, 0, 5)
    return Outcome(
        same={"losses": lossi[:60], "rates": rates.numpy(), "mean": bnmean_running.shape},
        learnt={
            "the gradient by hand": torch.allclose(dlogits, logits.grad, atol=1e-6),
            "a loss below 1.8": final < 1.8,
        },
    )
