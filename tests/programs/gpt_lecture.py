"""The lecture that comes to a GPT by way of averages of the past and single heads of attention.

Needs: randn(B, T, C), zeros((B, T, C)), x[b, t] = mean(x[b, :t + 1], 0), tril,
sum(1, keepdim=True), @ with broadcasting, masked_fill, F.softmax, allclose, register_buffer,
nn.ModuleList, cat(dim=-1), stack of slices at the places of a tensor, view(B * T, C),
F.cross_entropy, optim.AdamW.
"""

from dlcore.data import python_topics

from .common import Outcome, start_alike


def program_averages_then_attention(torch):
    """The lecture's first steps: a table of bigrams, averages of the past, heads of attention."""
    nn, F = torch.nn, torch.nn.functional
    text = python_topics(5000).text
    vocab = sorted(set(text))
    encode = {c: i for i, c in enumerate(vocab)}
    data = torch.tensor([encode[c] for c in text], dtype=torch.long)
    n = int(0.9 * len(data))
    train_data = data[:n]
    # The past's average in three ways.
    torch.manual_seed(42)
    x = torch.randn(4, 8, 2)
    B, T, C = x.shape
    xbow = torch.zeros((B, T, C))
    for b in range(B):
        for t in range(T):
            xprev = x[b, : t + 1]
            xbow[b, t] = torch.mean(xprev, 0)
    wei = torch.tril(torch.ones(T, T))
    wei = wei / wei.sum(1, keepdim=True)
    xbow2 = wei @ x
    tril = torch.tril(torch.ones(T, T))
    wei = torch.zeros((T, T))
    wei = wei.masked_fill(tril == 0, float("-inf"))
    wei = F.softmax(wei, dim=-1)
    xbow3 = wei @ x

    class Head(nn.Module):
        def __init__(self, head_size, n_embd, block_size):
            super().__init__()
            self.key = nn.Linear(n_embd, head_size, bias=False)
            self.query = nn.Linear(n_embd, head_size, bias=False)
            self.value = nn.Linear(n_embd, head_size, bias=False)
            self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))

        def forward(self, x):
            _, T, C = x.shape
            k, q = self.key(x), self.query(x)
            wei = q @ k.transpose(-2, -1) * C**-0.5
            wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
            wei = F.softmax(wei, dim=-1)
            return wei @ self.value(x)

    class BigramLanguageModel(nn.Module):
        def __init__(self, vocab_size, n_embd=16, block_size=8):
            super().__init__()
            self.token_embedding_table = nn.Embedding(vocab_size, n_embd)
            self.position_embedding_table = nn.Embedding(block_size, n_embd)
            self.heads = nn.ModuleList([Head(n_embd // 2, n_embd, block_size) for _ in range(2)])
            self.lm_head = nn.Linear(n_embd, vocab_size)

        def forward(self, idx, targets=None):
            B, T = idx.shape
            tok_emb = self.token_embedding_table(idx)
            pos_emb = self.position_embedding_table(torch.arange(T))
            x = tok_emb + pos_emb
            x = torch.cat([h(x) for h in self.heads], dim=-1)
            logits = self.lm_head(x)
            if targets is None:
                loss = None
            else:
                B, T, C = logits.shape
                logits = logits.view(B * T, C)
                targets = targets.view(B * T)
                loss = F.cross_entropy(logits, targets)
            return logits, loss

    m = start_alike(torch, BigramLanguageModel(len(vocab)))
    optimizer = torch.optim.AdamW(m.parameters(), lr=1e-2)
    losses = []
    for step in range(60):
        ix = torch.arange(16) * 37 + step
        xb = torch.stack([train_data[i : i + 8] for i in ix])
        yb = torch.stack([train_data[i + 1 : i + 8 + 1] for i in ix])
        _, loss = m(xb, yb)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Outcome(
        same={"losses": losses},
        learnt={
            "a falling loss": losses[-1] < 0.75 * losses[0],
            "the averages agree": torch.allclose(xbow, xbow2, atol=1e-6)
            and torch.allclose(xbow, xbow3, atol=1e-6),
        },
    )
