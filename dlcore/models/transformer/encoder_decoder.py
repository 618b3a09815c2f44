"""The Transformer as it was invented: an encoder reads, a decoder writes and looks back at it."""

import math

from ..definition import definition
from .block import block


def sinusoids(backend, context, width):
    """Positions (context, width): sin and cos of t / 10000^(2 i / width), side by side.

    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.5.
    """
    t = backend.arange(context, dtype=backend.float64)[:, None]
    even = backend.arange(0, width, 2, dtype=backend.float64)
    angle = t * backend.exp(even * (-math.log(10_000) / width))
    both = backend.stack([backend.sin(angle), backend.cos(angle)], -1)  # (context, width / 2, 2)
    return both.flatten(1)[:, :width].to(backend.float32)


@definition
def encoder_decoder(backend):
    """``encoder_decoder(backend)(source, target, context)``: sequences into sequences."""
    nn = backend.nn

    class EncoderDecoder(nn.Module):
        """Source tokens (N, S) and target tokens (N, T) -> logits (N, T, V): what comes next.

        source, target: how many tokens each language has; V is the target's. context: the longest S
        or T. padding: the token, of both, that fills short sequences up; nobody looks at it.
        Source: Vaswani et al. 2017, arXiv:1706.03762, with the norms of Xiong et al. 2020.
        """

        def __init__(
            self,
            source,
            target,
            context,
            width=64,
            layers=2,
            heads=4,
            dropout=0.0,
            padding=0,
        ):
            super().__init__()
            self.context, self.padding, self.scale = context, padding, math.sqrt(width)
            self.source, self.target = nn.Embedding(source, width), nn.Embedding(target, width)
            for table in (self.source, self.target):  # times scale: as large as the positions
                nn.init.normal_(table.weight, std=1 / self.scale)
            self.register_buffer("positions", sinusoids(backend, context, width), persistent=False)
            self.dropout = nn.Dropout(dropout)
            make = block(backend)
            self.encoder = nn.ModuleList([make(width, heads, dropout) for _ in range(layers)])
            self.encoder_norm = nn.LayerNorm(width)
            self.decoder = nn.ModuleList([make(width, heads, dropout, True) for _ in range(layers)])
            self.norm = nn.LayerNorm(width)
            self.head = nn.Linear(width, target)

        def _embed(self, table, idx):
            T = idx.shape[1]
            if T > self.context:
                raise ValueError(f"{T} tokens are more than the context of {self.context}")
            return self.dropout(table(idx) * self.scale + self.positions[:T])

        def encode(self, source):
            """Tokens (N, S) -> memory (N, S, D)."""
            real = (source != self.padding)[:, None, None, :]
            x = self._embed(self.source, source)
            for layer in self.encoder:
                x = layer(x, real)
            return self.encoder_norm(x)

        def decode(self, target, memory, source):
            """Tokens (N, T), memory of the source tokens (N, S) -> logits (N, T, V)."""
            place = backend.arange(target.shape[1], device=target.device)
            past = (place[:, None] >= place) & (target != self.padding)[:, None, None, :]
            real = (source != self.padding)[:, None, None, :]
            x = self._embed(self.target, target)
            for layer in self.decoder:
                x = layer(x, past, memory=memory, memory_mask=real)
            return self.head(self.norm(x))

        def forward(self, source, target):
            return self.decode(target, self.encode(source), source)

        def generate(self, source, start, end, max_new_tokens):
            """Greedy: tokens (N, S) -> (N, up to 1 + max_new_tokens), each the likeliest.

            It begins with ``start``, ends when every sequence has its ``end``, and fills up with
            the padding behind.
            """
            was_training = self.training
            self.eval()
            with backend.no_grad():
                memory = self.encode(source)
                written = backend.full_like(source[:, :1], start)
                over = written == end
                for _ in range(max_new_tokens):
                    token = self.decode(written, memory, source)[:, -1:].argmax(-1)
                    token = token.masked_fill(over, self.padding)
                    written = backend.cat([written, token], 1)
                    over = over | (token == end)
                    if over.all():
                        break
            self.train(was_training)
            return written

    return EncoderDecoder
