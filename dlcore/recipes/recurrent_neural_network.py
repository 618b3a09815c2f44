"""A bidirectional LSTM that reads a sequence: section 4.4 of the first article.

What the article's listing gets wrong, apart from what ``networks`` tells:

* It reads ``input_shape[1]``, ``[2]`` and ``[3]`` as vocabulary, width of the embedding and length.
  The shape of one sequence of tokens has a single entry, and the shape of X two, so that there is
  nothing to read. The order is kept here, and said: (N, V, D, T).
* It keeps every time step (``return_sequences=True``) and gives each to the dense layers: the
  answers have shape (N, T, 1) while y has one label for each sequence. Here the dense layers read
  what each direction holds when it has seen the whole sequence.
* It lets the LSTM's activation be chosen. The gates are made for tanh, which keeps the state
  bounded: here every other choice is refused.
* ``rnn_layers`` is the settings of one layer, its name a plural. Here it is either.
"""

from ..checks import check_count
from ..models.definition import definition
from .networks import Predicts, backend_and_data, check_layers, read_out, train_network
from .sequences import check_input_shape, check_sequences, embedding


def recurrent_neural_network(
    X, y, input_shape, rnn_layers, fc_layers, batch_size, epochs, learning_rate, *, seed=0
):
    """Train an embedding, bidirectional LSTMs and dense layers with Adam, and return the network.

    X: tokens (N, T), integers from 0 to V - 1; or real-valued sequences (N, T, V), whose vectors a
    matrix (V, D) embeds. y: (N,) with class numbers, or (N, K) with numbers between 0 and 1, or
    (N,) with such numbers if the last layer has one unit. Both are arrays or tensors of one
    backend. input_shape: (N or None, V, D, T), as in the article: vocabulary, width of the
    embedding, length. rnn_layers: a dict with units and activation ("tanh"), or a list of such for
    LSTMs one above the other. fc_layers: for each dense layer a dict with units and activation. The
    last one's activation, "sigmoid", "softmax" or None, is applied by ``predict`` and not by the
    network. seed: of the starting weights and the order of the examples, which NumPy draws, the
    same for both backends.

    Returns an nn.Module of the backend (of the reference for arrays) in eval mode: sequences ->
    logits (N, K); with ``predict(X)``, of the kind of X, and ``history``.
    Raises TypeError for mixed kinds; ValueError for settings and shapes that do not fit;
    FloatingPointError for nan and infinity in the data.
    Source: Hochreiter, Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8),
    1735-1780; Graves, Schmidhuber (2005), "Framewise phoneme classification with bidirectional
    LSTM", Neural Networks 18(5-6), 602-610; the article's section 4.4.
    """
    backend, X, y, dtype = backend_and_data(X, y)
    tokens = not X.is_floating_point()
    model = recurrent(backend)(input_shape, rnn_layers, fc_layers, tokens)
    return train_network(backend, model, X, y, dtype, batch_size, epochs, learning_rate, seed)


@definition
def recurrent(backend):
    """``recurrent(backend)(input_shape, rnn_layers, fc_layers, tokens)``, as in the recipe."""
    nn = backend.nn

    class RecurrentNetwork(Predicts, nn.Module):
        """tokens (N, T), or with tokens=False vectors (N, T, V) -> logits (N, K)."""

        def __init__(self, input_shape, rnn_layers, fc_layers, tokens=True):
            super().__init__()
            V, D, T = check_input_shape(input_shape)
            self.sizes, self.tokens = (V, D, T), tokens
            self.embedding = embedding(nn, V, D, tokens)
            self.recurrent = nn.ModuleList()
            for i, layer in enumerate(
                check_layers("rnn_layers", rnn_layers, ("units", "activation"))
            ):
                H = check_count(f"rnn_layers[{i}]['units']", layer["units"])
                if layer["activation"] != "tanh":
                    raise ValueError(
                        f"rnn_layers[{i}]['activation'] should be 'tanh', as in an LSTM, received "
                        f"{layer['activation']!r}"
                    )
                self.recurrent.append(nn.LSTM(D, H, batch_first=True, bidirectional=True))
                D = 2 * H
            self.read_out, self.answer = read_out(nn, D, fc_layers)
            self.classes = self.read_out[-1].out_features

        def forward(self, x):
            x = self.embedding(x)  # (N, T, D)
            for lstm in self.recurrent:
                x, (h, _) = lstm(x)  # (N, T, 2 H): forwards and backwards side by side
            forwards, backwards = h[0], h[1]  # (N, H) each, after the last and the first time step
            return self.read_out(backend.cat([forwards, backwards], dim=1))

        def check_examples(self, X):
            """X, if it holds sequences as the network reads them."""
            V, _, T = self.sizes
            return check_sequences(X, V, T, self.tokens)

    return RecurrentNetwork
