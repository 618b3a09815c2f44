"""The encoder-only Transformer: it reads a whole sequence at once and says what it is."""

from ..definition import definition
from .block import block


@definition
def transformer_encoder(backend):
    """``transformer_encoder(backend)(vocabulary, context, classes)``: sequences into classes."""
    nn = backend.nn

    class TransformerEncoder(nn.Module):
        """Tokens (N, T) -> logits (N, K): the mean over the tokens that are no filling.

        vocabulary: how many tokens there are, V. context: the longest T. classes: K. padding: the
        token that fills short sequences up; nobody looks at it.
        Source: Vaswani et al. 2017, arXiv:1706.03762, with the norms of Xiong et al. 2020.
        """

        def __init__(
            self,
            vocabulary,
            context,
            classes,
            width=64,
            layers=2,
            heads=4,
            dropout=0.0,
            padding=0,
        ):
            super().__init__()
            self.context, self.padding = context, padding
            self.tokens = nn.Embedding(vocabulary, width)
            self.positions = nn.Embedding(context, width)
            self.dropout = nn.Dropout(dropout)
            self.blocks = nn.ModuleList(
                [block(backend)(width, heads, dropout) for _ in range(layers)]
            )
            self.norm = nn.LayerNorm(width)
            self.head = nn.Linear(width, classes)

        def forward(self, idx):
            T = idx.shape[1]
            if T > self.context:
                raise ValueError(f"{T} tokens are more than the context of {self.context}")
            real = idx != self.padding  # (N, T)
            x = self.dropout(self.tokens(idx) + self.positions.weight[:T])
            for layer in self.blocks:
                x = layer(x, real[:, None, None, :])
            x = self.norm(x)
            share = real[:, :, None].to(x.dtype)
            mean = (x * share).sum(1) / share.sum(1).clamp(min=1)  # nothing but filling: 0
            return self.head(mean)

    return TransformerEncoder
