"""A Transformer's encoder that reads a sequence: section 4.5 of the first article.

What the article's listing gets wrong, apart from what ``networks`` tells:

* It calls multi-head attention with one argument. Attention needs a query and what is looked
  through; in self-attention both are the sequence itself, and a chain of layers that pass on one
  thing each cannot say that.
* It has no positions, so that the order of the tokens is of no account. Here a wave for each
  feature is added to the embedding, before the attention; the article's list of steps (3.5) has it
  after, where it is too late.
* It has no residual connections and no normalisation, without which a stack of attention is hard to
  train.
* Its ``units`` make one dense layer, and the next attention takes that width. A feed-forward part
  has two, out to ``units`` and back to the width D, or nothing could be added.
* It lets the width of a head be chosen apart from the embedding's. Here key_dim * num_heads has to
  be D, as in the paper.
* It gives every time step to the dense layers and compares the answers (N, T, 1) with one label for
  each sequence. Here they read the mean over the time steps.
* It reads ``input_shape[1]``, ``[2]`` and ``[3]``, as the recurrent network does.
"""

import numpy as np

from ..checks import check_count
from ..models.definition import definition
from .networks import Predicts, backend_and_data, check_layers, read_out, train_network
from .sequences import check_input_shape, check_sequences, embedding


def transformer(
    X, y, input_shape, transformer_layers, fc_layers, batch_size, epochs, learning_rate, *, seed=0
):
    """Train an embedding, an encoder and dense layers with Adam, and return the network.

    X: tokens (N, T), integers from 0 to V - 1; or real-valued sequences (N, T, V), whose vectors a
    matrix (V, D) embeds. y: (N,) with class numbers, or (N, K) with numbers between 0 and 1, or
    (N,) with such numbers if the last layer has one unit. Both are arrays or tensors of one
    backend. input_shape: (N or None, V, D, T), as in the article: vocabulary, width of the
    embedding (even), length. transformer_layers: for each a dict with num_heads, key_dim, units and
    activation ("relu" or "gelu"), where num_heads * key_dim = D; units is the width inside the
    feed-forward part. fc_layers: for each dense layer a dict with units and activation. The last
    one's activation, "sigmoid", "softmax" or None, is applied by ``predict`` and not by the
    network. seed: of the starting weights and the order of the examples, which NumPy draws, the
    same for both backends.

    Returns an nn.Module of the backend (of the reference for arrays) in eval mode: sequences ->
    logits (N, K); with ``predict(X)``, of the kind of X, and ``history``.
    Raises TypeError for mixed kinds; ValueError for settings and shapes that do not fit;
    FloatingPointError for nan and infinity in the data.
    Source: Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762, the encoder of
    section 3.1; normalisation before each part instead of after, which needs no warm-up: Xiong et
    al. (2020), "On layer normalization in the transformer architecture", arXiv:2002.04745; the
    article's section 4.5.
    """
    backend, X, y, dtype = backend_and_data(X, y)
    tokens = not X.is_floating_point()
    model = encoder(backend)(input_shape, transformer_layers, fc_layers, tokens)
    return train_network(backend, model, X, y, dtype, batch_size, epochs, learning_rate, seed)


@definition
def encoder(backend):
    """``encoder(backend)(input_shape, transformer_layers, fc_layers, tokens)``: the recipe's."""
    nn = backend.nn

    class Encoder(Predicts, nn.Module):
        """tokens (N, T), or with tokens=False vectors (N, T, V) -> logits (N, K)."""

        def __init__(self, input_shape, transformer_layers, fc_layers, tokens=True):
            super().__init__()
            V, D, T = check_input_shape(input_shape)
            self.sizes, self.tokens = (V, D, T), tokens
            self.embedding = embedding(nn, V, D, tokens)
            self.register_buffer("positions", backend.tensor(positions(T, D)))
            self.layers = nn.Sequential()
            keys = ("num_heads", "key_dim", "units", "activation")
            for i, layer in enumerate(check_layers("transformer_layers", transformer_layers, keys)):
                self.layers.append(_layer(nn, D, f"transformer_layers[{i}]", **layer))
            self.norm = nn.LayerNorm(D)
            self.read_out, self.answer = read_out(nn, D, fc_layers)
            self.classes = self.read_out[-1].out_features

        def forward(self, x):
            x = self.embedding(x) + self.positions  # (N, T, D)
            x = self.norm(self.layers(x))
            return self.read_out(x.mean(1))

        def check_examples(self, X):
            """X, if it holds sequences as the network reads them."""
            V, _, T = self.sizes
            return check_sequences(X, V, T, self.tokens)

    return Encoder


def positions(T, D):
    """Waves (T, D): at time t features 2i and 2i + 1 are sine and cosine of t / 10000^(2i/D).

    Source: Vaswani et al. (2017), section 3.5.
    """
    if D % 2:
        raise ValueError(f"the width of the embedding should be even, received {D}")
    angles = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)  # (T, D / 2)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(T, D)


def _layer(nn, D, where, num_heads, key_dim, units, activation):
    num_heads = check_count(f"{where}['num_heads']", num_heads)
    key_dim = check_count(f"{where}['key_dim']", key_dim)
    units = check_count(f"{where}['units']", units)
    if num_heads * key_dim != D:
        raise ValueError(
            f"{where}: num_heads * key_dim should be {D}, the width of the embedding in "
            f"input_shape, received {num_heads} * {key_dim}"
        )
    if activation not in ("relu", "gelu"):
        raise ValueError(f"{where}: activation should be 'relu' or 'gelu', received {activation!r}")
    return nn.TransformerEncoderLayer(
        D,
        num_heads,
        dim_feedforward=units,
        dropout=0.0,
        activation=activation,
        batch_first=True,
        norm_first=True,
    )
