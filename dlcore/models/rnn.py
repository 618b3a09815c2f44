"""Recurrent networks over characters or words: a language model and a classifier.

Both use ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU`` over the whole sequence: no loop over time in Python.
To capture them with ``torch.compile(fullgraph=True)`` PyTorch wants to be told
``torch._dynamo.config.allow_rnn = True``.
"""

from .definition import definition

CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def recurrent(nn, cell, features, hidden, layers, dropout):
    """The layer named by ``cell``, batch first; ValueError for a name that is not in CELLS."""
    if cell not in CELLS:
        raise ValueError(f"cell: expected one of {', '.join(CELLS)}, received {cell!r}")
    between = dropout if layers > 1 else 0.0  # dropout of the layer acts between its layers
    return getattr(nn, CELLS[cell])(
        features, hidden, num_layers=layers, batch_first=True, dropout=between
    )


def last_valid(outputs, lengths):
    """outputs (N, T, H) at the last time of each sequence, lengths (N,) -> (N, H)."""
    index = (lengths - 1).reshape(-1, 1, 1).expand(-1, 1, outputs.shape[-1])
    return outputs.gather(1, index).squeeze(1)


@definition
def char_rnn(backend):
    """``char_rnn(backend)(vocabulary, ...)``: what comes next, after every character."""
    nn = backend.nn

    class CharRNN(nn.Module):
        """tokens (N, T), state -> logits of the next token (N, T, V), state after the last.

        vocabulary: V. features: width of the embedding. hidden: width of the state. layers: how
        many recurrent layers. cell: a name of CELLS. dropout: before the read-out and between
        layers.
        Source: Mikolov et al. 2010, Interspeech; with LSTM: Graves 2013, arXiv:1308.0850.
        """

        def __init__(self, vocabulary, features=32, hidden=128, layers=1, cell="lstm", dropout=0.0):
            super().__init__()
            self.embedding = nn.Embedding(vocabulary, features)
            self.recurrent = recurrent(nn, cell, features, hidden, layers, dropout)
            self.dropout = nn.Dropout(dropout)
            self.output = nn.Linear(hidden, vocabulary)

        def forward(self, tokens, state=None):
            x = self.embedding(tokens)  # (N, T, D)
            y, state = self.recurrent(x, state)  # (N, T, H)
            return self.output(self.dropout(y)), state  # (N, T, V)

        def generate(self, tokens, length, temperature=1.0, generator=None):
            """tokens (N, T), T at least 1 -> ``length`` more of them, (N, length).

            temperature: 1 draws from the predicted distribution, less makes it sharper, and 0
            always takes the likeliest token. The state is carried on, so each step reads one token.
            """
            if tokens.shape[1] < 1:
                raise ValueError("generate: expected at least one token to begin with")
            found, state = [], None
            with backend.no_grad():
                for _ in range(length):
                    logits, state = self(tokens, state)
                    logits = logits[:, -1]  # (N, V)
                    if temperature == 0:
                        tokens = logits.argmax(dim=-1, keepdim=True)
                    else:
                        chances = backend.softmax(logits / temperature, dim=-1)
                        tokens = backend.multinomial(chances, 1, generator=generator)
                    found.append(tokens)
                return backend.cat(found, dim=1) if found else tokens[:, :0]

    return CharRNN


@definition
def rnn_classifier(backend):
    """``rnn_classifier(backend)(vocabulary, classes, ...)``: one label for a whole sequence."""
    nn = backend.nn

    class RNNClassifier(nn.Module):
        """tokens (N, T), lengths (N,) -> logits (N, K), from the state after the last token.

        lengths: at least 1 each, all T if left out; what stands behind a length is padding and
        changes nothing. classes: K. bidirectional: a second network reads each sequence from its
        own end to its beginning. The other arguments are those of ``char_rnn``.
        Source: Schuster, Paliwal 1997, IEEE Transactions on Signal Processing 45.
        """

        def __init__(
            self,
            vocabulary,
            classes,
            features=32,
            hidden=64,
            layers=1,
            cell="lstm",
            bidirectional=False,
            dropout=0.0,
        ):
            super().__init__()
            self.embedding = nn.Embedding(vocabulary, features)
            self.ahead = recurrent(nn, cell, features, hidden, layers, dropout)
            self.back = None
            if bidirectional:
                self.back = recurrent(nn, cell, features, hidden, layers, dropout)
            self.dropout = nn.Dropout(dropout)
            self.output = nn.Linear(hidden * (1 + bidirectional), classes)

        def forward(self, tokens, lengths=None):
            N, T = tokens.shape
            if lengths is None:
                lengths = backend.full((N,), T, dtype=backend.int64, device=tokens.device)
            elif getattr(lengths, "shape", None) != (N,):  # one length would serve all of them
                shape = getattr(lengths, "shape", None)
                received = type(lengths).__name__ if shape is None else f"one of {tuple(shape)}"
                raise ValueError(
                    f"lengths: expected a tensor of shape {(N,)}, one for each sequence, received "
                    f"{received}"
                )
            y, _ = self.ahead(self.embedding(tokens))  # (N, T, H)
            states = last_valid(y, lengths)
            if self.back is not None:
                y, _ = self.back(self.embedding(self._turned(tokens, lengths)))
                states = backend.cat([states, last_valid(y, lengths)], dim=1)
            return self.output(self.dropout(states))

        def _turned(self, tokens, lengths):
            """Each sequence back to front, its padding still behind it."""
            place = backend.arange(tokens.shape[1], device=tokens.device).reshape(1, -1)  # (1, T)
            mirror = lengths.reshape(-1, 1) - 1 - place  # (N, T), negative in the padding
            return tokens.gather(1, backend.where(mirror >= 0, mirror, place))

    return RNNClassifier
