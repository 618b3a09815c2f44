"""What the three Transformers are made of: attention with several heads, and one block of it."""

import math

from ...backend import backend_of
from ..definition import definition


@definition
def attention(backend):
    """``attention(backend)(width, heads, dropout)``: every position looks at the others."""
    nn, F = backend.nn, backend.nn.functional

    class Attention(nn.Module):
        """x (N, T, D), memory (N, S, D) -> (N, T, D); without memory x looks at itself.

        keep_weights: set it to True and ``weights`` (N, heads, T, S) is what the last call used;
        see attention_maps.
        Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
        """

        def __init__(self, width, heads, dropout=0.0):
            super().__init__()
            if width % heads:
                raise ValueError(
                    f"width must be divisible by heads, received width={width}, heads={heads}"
                )
            self.heads, self.dropout = heads, dropout
            self.qkv = nn.Linear(width, 3 * width)
            self.out = nn.Linear(width, width)
            self.keep_weights, self.weights = False, None

        def forward(self, x, memory=None, mask=None, causal=False):
            """mask: bool, broadcasts to (N, heads, T, S), True where a position may look."""
            q, k, v = (self._heads(part) for part in self._project(x, memory))
            if self.keep_weights:
                self.weights = self._weights(q, k, mask, causal).detach()
            p = self.dropout if self.training else 0.0
            out = F.scaled_dot_product_attention(q, k, v, mask, p, causal)
            return self.out(out.transpose(1, 2).flatten(2))

        def _project(self, x, memory):
            D = x.shape[-1]
            if memory is None:  # one matrix product for all three
                return self.qkv(x).chunk(3, -1)
            weight, bias = self.qkv.weight, self.qkv.bias
            keys_values = F.linear(memory, weight[D:], bias[D:])
            return F.linear(x, weight[:D], bias[:D]), *keys_values.chunk(2, -1)

        def _heads(self, x):
            N, T, D = x.shape
            return x.view(N, T, self.heads, D // self.heads).transpose(1, 2)

        def _weights(self, q, k, mask, causal):
            """What F.scaled_dot_product_attention weighs the values with; it does not tell."""
            scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
            if causal:
                place = backend.arange(q.shape[-2], device=q.device)
                mask = place[:, None] >= place
            if mask is not None:
                scores = scores.masked_fill(~mask, -math.inf)
            return scores.softmax(-1)

    return Attention


@definition
def block(backend):
    """``block(backend)(width, heads, dropout, cross)``: one layer of a Transformer."""
    nn = backend.nn

    class Block(nn.Module):
        """x (N, T, D) -> (N, T, D): self-attention, attention to a memory if ``cross``, and an MLP.

        Each part is added to what it was given, normalised beforehand, so that the sum itself runs
        through the layers untouched.
        Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section
        2.3; Xiong et al. 2020, ICML, arXiv:2002.04745.
        """

        def __init__(self, width, heads, dropout=0.0, cross=False):
            super().__init__()
            self.norm1 = nn.LayerNorm(width)
            self.attention = attention(backend)(width, heads, dropout)
            self.cross_norm = nn.LayerNorm(width) if cross else None
            self.cross = attention(backend)(width, heads, dropout) if cross else None
            self.norm2 = nn.LayerNorm(width)
            self.mlp = nn.Sequential(
                nn.Linear(width, 4 * width),
                nn.GELU(approximate="tanh"),
                nn.Linear(4 * width, width),
            )
            self.dropout = nn.Dropout(dropout)

        def forward(self, x, mask=None, causal=False, memory=None, memory_mask=None):
            """Masks as Attention's: True where a position may look."""
            x = x + self.dropout(self.attention(self.norm1(x), None, mask, causal))
            if memory is not None:
                x = x + self.dropout(self.cross(self.cross_norm(x), memory, memory_mask))
            return x + self.dropout(self.mlp(self.norm2(x)))

    return Block


def attention_maps(model, *inputs):
    """The attention of one call in evaluation mode: name -> weights (N, heads, T, S).

    The names are the modules' paths, such as "blocks.0.attention"; the model is left as it was.
    """
    layers = {n: m for n, m in model.named_modules() if hasattr(m, "keep_weights")}
    was_training = model.training
    for layer in layers.values():
        layer.keep_weights = True
    try:
        with backend_of(model).no_grad():
            model.eval()(*inputs)
        return {name: layer.weights for name, layer in layers.items()}
    finally:
        model.train(was_training)
        for layer in layers.values():
            layer.keep_weights, layer.weights = False, None
