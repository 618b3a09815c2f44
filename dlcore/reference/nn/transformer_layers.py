"""One layer of a Transformer: attention, and two affine maps, each around a residual connection.

A part of a layer is x + dropout(part(x)) with a LayerNorm behind it, as in Vaswani et al. 2017; or,
with norm_first, with a LayerNorm before the part, which trains without warm-up (Xiong et al. 2020).
"""

from . import functional as F
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .normalise import LayerNorm

ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu}


def _activation(activation):
    """A function for its name; a function or a module as it is."""
    if not isinstance(activation, str):
        return activation
    if activation not in ACTIVATIONS:
        raise RuntimeError(f"activation should be relu/gelu, not {activation}")
    return ACTIVATIONS[activation]


class _Layer(Module):
    """What the two kinds of layers share: how a part is applied, and the feed-forward part."""

    def _residual(self, x, part, norm):
        """x plus what ``part`` makes of it, normalised before or after."""
        return x + part(norm(x)) if self.norm_first else norm(x + part(x))

    def _feed_forward(self, x, last):
        return last(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerEncoderLayer(_Layer):
    """Self-attention, then a feed-forward part: src (T, N, d_model) -> the same shape.

    nhead: heads of attention. dim_feedforward: width between the two affine maps. activation:
    "relu", "gelu" or a function. batch_first: src (N, T, d_model). norm_first: see the head of this
    file. Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1; Xiong et al. 2020, ICML.
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation=F.relu,
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        device=None,
        dtype=None,
    ):
        super().__init__()
        options = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, batch_first=batch_first, **options
        )
        self.linear1 = Linear(d_model, dim_feedforward, **options)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **options)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, **options)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, **options)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        """Masks as MultiheadAttention's: bool is True where not to look."""

        def attend(x):
            return self.dropout1(
                self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[
                    0
                ]
            )

        x = self._residual(src, attend, self.norm1)
        return self._residual(x, lambda x: self._feed_forward(x, self.dropout2), self.norm2)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to the encoder's ``memory``, feed-forward: tgt (T, N, d_model).

    memory (S, N, d_model); the result has the shape of tgt. The arguments are those of
    TransformerEncoderLayer. Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1.
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation=F.relu,
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        device=None,
        dtype=None,
    ):
        super().__init__()
        options = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn, self.multihead_attn = (
            MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **options)
            for _ in range(2)
        )
        self.linear1 = Linear(d_model, dim_feedforward, **options)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **options)
        self.norm_first = norm_first
        self.norm1, self.norm2, self.norm3 = (
            LayerNorm(d_model, layer_norm_eps, **options) for _ in range(3)
        )
        self.dropout1, self.dropout2, self.dropout3 = (Dropout(dropout) for _ in range(3))
        self.activation = _activation(activation)

    def forward(
        self,
        tgt,
        memory,
        tgt_mask=None,
        memory_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        tgt_is_causal=False,
        memory_is_causal=False,
    ):
        """Masks as MultiheadAttention's: bool is True where not to look."""

        def attend(x):
            return self.dropout1(
                self.self_attn(
                    x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal
                )[0]
            )

        def look(x):
            return self.dropout2(
                self.multihead_attn(
                    x,
                    memory,
                    memory,
                    memory_key_padding_mask,
                    False,
                    memory_mask,
                    is_causal=memory_is_causal,
                )[0]
            )

        x = self._residual(tgt, attend, self.norm1)
        x = self._residual(x, look, self.norm2)
        return self._residual(x, lambda x: self._feed_forward(x, self.dropout3), self.norm3)
