"""Attention with several heads, as a layer."""

import math

from ..dtypes import bool_
from ..functions.create import empty, zeros
from ..functions.layout import reshape, transpose, unsqueeze
from ..functions.linalg import matmul
from ..functions.masking import masked_fill
from ..functions.parts import chunk
from . import functional as F
from . import init
from .linear import Linear
from .module import Module
from .parameter import Parameter


def _additive(mask, like):
    """A mask as floats to add to the scores; a bool mask is True where not to look."""
    if mask.dtype is bool_:
        return masked_fill(zeros(*mask.shape, dtype=like.dtype), mask, -math.inf)
    return mask.to(like.dtype)


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear under the name that PyTorch prints for the output projection."""


class MultiheadAttention(Module):
    """Attention in ``num_heads`` parts of the features at once, and a matrix that mixes them.

    query (T, N, embed_dim), key (S, N, kdim), value (S, N, vdim) -> output (T, N, embed_dim) and
    the weights (N, T, S); with batch_first N comes first; without a batch there is no axis N.
    in_proj_weight (3 embed_dim, embed_dim) holds the projections of query, key and value one below
    the other; where kdim or vdim differ they are q_proj_weight, k_proj_weight and v_proj_weight.
    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2.
    """

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
        device=None,
        dtype=None,
    ):
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "MultiheadAttention: embed_dim and num_heads must be greater than 0, received "
                f"embed_dim={embed_dim} and num_heads={num_heads}"
            )
        if embed_dim % num_heads:
            raise AssertionError(  # PyTorch's type, here and below
                "MultiheadAttention: embed_dim must be divisible by num_heads, received "
                f"embed_dim={embed_dim} and num_heads={num_heads}"
            )
        if add_bias_kv or add_zero_attn:
            raise NotImplementedError(
                "MultiheadAttention: PyTorch has add_bias_kv and add_zero_attn, the reference does "
                "not; leave them False"
            )
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first, self.head_dim = batch_first, embed_dim // num_heads
        options = {"device": device, "dtype": dtype}
        names = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = Parameter(empty(3 * embed_dim, embed_dim, **options))
            for name in names:
                self.register_parameter(name, None)
        else:
            for name, size in zip(names, (embed_dim, self.kdim, self.vdim), strict=True):
                self.register_parameter(name, Parameter(empty(embed_dim, size, **options)))
            self.register_parameter("in_proj_weight", None)
        self.register_parameter(
            "in_proj_bias", Parameter(empty(3 * embed_dim, **options)) if bias else None
        )
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, **options)
        self._reset_parameters()

    def _reset_parameters(self):
        for weight in self._parameters.values():
            if weight is not None and weight.ndim == 2:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        """Returns (output, weights); weights is None without need_weights.

        key_padding_mask (N, S) and attn_mask (T, S) or (N * num_heads, T, S): bool, True where not
        to look (the other way round than in F.scaled_dot_product_attention), or floats to add to
        the scores. is_causal promises that attn_mask is the causal one. average_attn_weights: the
        mean over the heads, else weights (N, num_heads, T, S). A query that may look nowhere gives
        nan with need_weights, and attends to zeros without, as in PyTorch (whose fused path for
        evaluation without gradients gives nan there too).
        """
        self._check(query, key, value)
        batched, alone = query.ndim == 3, query is key and key is value
        projected = self._packed(query) if alone else self._separate(query, key, value)
        q, k, v = (self._heads(x, batched) for x in projected)
        if is_causal and attn_mask is None:
            raise RuntimeError(
                "MultiheadAttention: Need attn_mask if specifying the is_causal hint; the "
                "Transformer's generate_square_subsequent_mask makes one"
            )
        mask = self._mask(key_padding_mask, attn_mask, q, k, batched)
        if need_weights:
            out, weights = self._attend(q, k, v, mask)
            weights = weights.mean(1) if average_attn_weights else weights
            weights = weights if batched else weights[0]
        else:
            causal = is_causal and key_padding_mask is None
            out = F.scaled_dot_product_attention(
                q, k, v, None if causal else mask, self.dropout if self.training else 0.0, causal
            )
            weights = None
        return self._together(out, batched), weights

    # -- projections ------------------------------------------------------------------------------

    def _packed(self, x):
        """Query, key and value of the same tensor: one matrix product."""
        if self.in_proj_weight is None:
            return self._separate(x, x, x)
        return chunk(F.linear(x, self.in_proj_weight, self.in_proj_bias), 3, -1)

    def _separate(self, *inputs):
        weights = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        if self.in_proj_weight is not None:
            weights = chunk(self.in_proj_weight, 3)
        biases = [None] * 3 if self.in_proj_bias is None else chunk(self.in_proj_bias, 3)
        return [F.linear(x, w, b) for x, w, b in zip(inputs, weights, biases, strict=True)]

    def _heads(self, x, batched):
        """(N, T, embed_dim), in the layer's order of axes -> (N, num_heads, T, head_dim)."""
        if not batched:
            x = unsqueeze(x, 0)
        elif not self.batch_first:
            x = transpose(x, 0, 1)
        return transpose(reshape(x, (*x.shape[:2], self.num_heads, self.head_dim)), 1, 2)

    def _together(self, out, batched):
        """(N, num_heads, T, head_dim) -> mixed (N, T, embed_dim), in the layer's order of axes."""
        out = transpose(out, 1, 2)
        out = self.out_proj(reshape(out, (*out.shape[:2], self.embed_dim)))
        if not batched:
            return out[0]
        return out if self.batch_first else transpose(out, 0, 1)

    # -- weights ----------------------------------------------------------------------------------

    def _attend(self, q, k, v, mask):
        """As F.scaled_dot_product_attention, in single steps: the weights are to be seen."""
        scores = matmul(q / math.sqrt(self.head_dim), transpose(k, -2, -1))
        if mask is not None:
            scores = scores + mask
        weights = F.dropout(F.softmax(scores, -1), self.dropout, self.training)
        return matmul(weights, v), weights

    def _mask(self, key_padding_mask, attn_mask, q, k, batched):
        """Both masks as one tensor to add to the scores (N, num_heads, T, S), or None."""
        N, H, T, S = (*q.shape[:3], k.shape[2])
        total = None
        if key_padding_mask is not None:
            shape = (N, S) if batched else (S,)
            self._check_mask("key_padding_mask", key_padding_mask, [shape])
            total = reshape(_additive(key_padding_mask, q), (N, 1, 1, S))
        if attn_mask is not None:
            self._check_mask("attn_mask", attn_mask, [(T, S), (N * H, T, S)])
            added = _additive(attn_mask, q)
            if attn_mask.ndim == 3:
                added = reshape(added, (N, H, T, S))
            total = added if total is None else total + added
        return total

    def _check_mask(self, name, mask, shapes):
        if mask.dtype is not bool_ and not mask.is_floating_point():
            raise AssertionError(
                f"MultiheadAttention: only bool and floating types of {name} are supported, "
                f"received {mask.dtype}; a bool mask is True where not to look"
            )
        if tuple(mask.shape) not in shapes:
            kind = AssertionError if name == "key_padding_mask" else RuntimeError
            raise kind(
                f"MultiheadAttention: {name} must have shape "
                f"{' or '.join(map(str, shapes))}, received {tuple(mask.shape)}"
            )

    def _check(self, query, key, value):
        """AssertionError for a wrong number of axes or features, as PyTorch raises."""
        ranks = [x.ndim for x in (query, key, value)]
        if ranks not in ([2, 2, 2], [3, 3, 3]):
            raise AssertionError(
                "MultiheadAttention: query, key and value must all have 3 axes, or 2 without a "
                f"batch; received {ranks[0]}, {ranks[1]} and {ranks[2]} axes"
            )
        sizes = (self.embed_dim, self.kdim, self.vdim)
        for name, x, size in zip(
            ("query", "key", "value"), (query, key, value), sizes, strict=True
        ):
            if x.shape[-1] != size:
                raise AssertionError(
                    f"MultiheadAttention: {name} must have {size} features in its last axis, "
                    f"received shape {tuple(x.shape)}"
                )
        batch = 0 if self.batch_first else 1
        if key.shape[:-1] != value.shape[:-1] or (
            query.ndim == 3 and query.shape[batch] != key.shape[batch]
        ):
            raise AssertionError(
                "MultiheadAttention: there must be one value for each key, and one batch size "
                f"(axis {batch}); received query {tuple(query.shape)}, key {tuple(key.shape)} and "
                f"value {tuple(value.shape)}"
            )
