"""The decoder-only Transformer: a language model that reads from left to right."""

import math

from ..definition import definition
from .block import block


@definition
def gpt(backend):
    """``gpt(backend)(vocabulary, context, width, layers, heads)``: a GPT-2 of any size."""
    nn, F = backend.nn, backend.nn.functional

    class GPT(nn.Module):
        """Tokens (N, T) -> logits (N, T, V): at each place, what comes next.

        vocabulary: how many tokens there are, V. context: the longest T. width: features D of a
        token, divisible by ``heads``. tie: the read-out shares the matrix of the embedding.
        Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; tying:
        Press, Wolf 2017, EACL, arXiv:1608.05859.
        """

        def __init__(
            self, vocabulary, context, width=128, layers=2, heads=4, dropout=0.0, tie=True
        ):
            super().__init__()
            self.context = context
            self.tokens = nn.Embedding(vocabulary, width)
            self.positions = nn.Embedding(context, width)
            self.dropout = nn.Dropout(dropout)
            self.blocks = nn.ModuleList(
                [block(backend)(width, heads, dropout) for _ in range(layers)]
            )
            self.norm = nn.LayerNorm(width)
            self.head = nn.Linear(width, vocabulary, bias=False)
            if tie:
                self.head.weight = self.tokens.weight
            self._start(layers)

        def _start(self, layers):
            """GPT-2's weights: N(0, 0.02^2), and less for what is added 2 L times to the sum."""
            for module in self.modules():
                if isinstance(module, (nn.Linear, nn.Embedding)):
                    nn.init.normal_(module.weight, std=0.02)
                if isinstance(module, nn.Linear) and module.bias is not None:
                    nn.init.zeros_(module.bias)
            for layer in self.blocks:
                for last in (layer.attention.out, layer.mlp[2]):
                    nn.init.normal_(last.weight, std=0.02 / math.sqrt(2 * layers))

        def forward(self, idx):
            T = idx.shape[1]
            if T > self.context:
                raise ValueError(f"a text of {T} tokens is longer than the context {self.context}")
            x = self.dropout(self.tokens(idx) + self.positions.weight[:T])
            for layer in self.blocks:
                x = layer(x, causal=True)
            return self.head(self.norm(x))

        def parameter_groups(self, weight_decay):
            """For the optimiser: matrices decay; biases and the scales of norms do not."""
            parameters = [p for p in self.parameters() if p.requires_grad]
            return [
                {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": weight_decay},
                {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
            ]

        def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None):
            """Tokens (N, T) -> (N, T + max_new_tokens), each drawn from what the model expects.

            temperature: below 1 the likely becomes likelier. top_k: draw from the k likeliest only;
            1 takes always the likeliest.
            """
            if not temperature > 0:
                raise ValueError(
                    f"temperature must be positive, received {temperature}; for the likeliest "
                    "token use top_k=1"
                )
            was_training = self.training
            self.eval()
            with backend.no_grad():
                for _ in range(max_new_tokens):
                    logits = self(idx[:, -self.context :])[:, -1] / temperature
                    if top_k is not None:
                        least = logits.topk(min(top_k, logits.shape[-1]))[0][:, -1:]
                        logits = logits.masked_fill(logits < least, -math.inf)
                    drawn = backend.multinomial(F.softmax(logits, -1), 1)
                    idx = backend.cat([idx, drawn], 1)
            self.train(was_training)
            return idx

    return GPT
