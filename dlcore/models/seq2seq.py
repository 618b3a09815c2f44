"""From one sequence to another: an encoder, a decoder, and attention between them.

The decoder's recurrence does not wait for attention (Luong's order: recurrence, attention, output),
so that one call of ``nn.GRU`` reads a whole target and Python loops over time only in ``generate``.
For ``torch.compile(fullgraph=True)`` see ``rnn.py``.
"""

from .definition import definition
from .rnn import last_valid


@definition
def seq2seq(backend):
    """``seq2seq(backend)(source_vocabulary, target_vocabulary, ...)``."""
    nn = backend.nn

    class Seq2Seq(nn.Module):
        """source (N, S), target (N, T) -> logits of the token after each of target (N, T, V).

        source_vocabulary, target_vocabulary: how many tokens there are on each side (V). features:
        width of the embeddings. hidden: width of the states. layers: recurrent layers on each side.
        padding: the token that fills up shorter sources, from behind; nothing attends to it, so a
        source needs at least one other token.
        In training, ``target`` is the right answer behind a token that means "begin" (teacher
        forcing), and the loss compares the logits with the answer followed by "end".
        Source: Sutskever, Vinyals, Le 2014, arXiv:1409.3215; attention: Bahdanau, Cho, Bengio 2015,
        arXiv:1409.0473, and Luong, Pham, Manning 2015, arXiv:1508.04025, equations 5 to 8.
        """

        def __init__(
            self,
            source_vocabulary,
            target_vocabulary,
            features=32,
            hidden=64,
            layers=1,
            dropout=0.0,
            padding=0,
        ):
            super().__init__()
            self.layers, self.hidden, self.padding = layers, hidden, padding
            between = dropout if layers > 1 else 0.0
            self.source_embedding = nn.Embedding(source_vocabulary, features)
            self.encoder = nn.GRU(features, hidden, layers, batch_first=True, dropout=between)
            self.bridge = nn.Linear(hidden, layers * hidden)
            self.target_embedding = nn.Embedding(target_vocabulary, features)
            self.decoder = nn.GRU(features, hidden, layers, batch_first=True, dropout=between)
            self.score = nn.Linear(hidden, hidden, bias=False)
            self.combine = nn.Linear(2 * hidden, hidden)
            self.dropout = nn.Dropout(dropout)
            self.output = nn.Linear(hidden, target_vocabulary)

        def forward(self, source, target):
            memory, mask, state = self.encode(source)
            return self.decode(target, state, memory, mask)[0]

        def encode(self, source):
            """source (N, S) -> memory (N, S, H), mask (N, 1, S), the decoder's first state
            (L, N, H). The mask is true where there is no padding.
            """
            N, _ = source.shape
            there = source != self.padding
            memory, _ = self.encoder(self.source_embedding(source))
            last = last_valid(memory, there.sum(dim=1).clamp(min=1))  # (N, H)
            state = backend.tanh(self.bridge(last)).reshape(N, self.layers, self.hidden)
            return memory, there.unsqueeze(1), state.transpose(0, 1).contiguous()

        def decode(self, target, state, memory, mask):
            """target (N, T) from a state on -> logits (N, T, V), state after it, weights (N, T, S).

            The weights say how much each place of the source counts for each output.
            """
            h, state = self.decoder(self.target_embedding(target), state)  # (N, T, H)
            scores = self.score(h) @ memory.transpose(1, 2)  # (N, T, S)
            weights = backend.softmax(scores.masked_fill(~mask, float("-inf")), dim=-1)
            context = weights @ memory  # (N, T, H)
            h = backend.tanh(self.combine(backend.cat([context, h], dim=-1)))
            return self.output(self.dropout(h)), state, weights

        def generate(self, source, begin, end, length):
            """The likeliest token at each step: source (N, S) -> (N, up to ``length``).

            begin: the token that starts a target. end: the one that closes it; a sequence that has
            ended is filled up with it, and when all have, the loop stops.
            """
            with backend.no_grad():
                memory, mask, state = self.encode(source)
                token = backend.full_like(source[:, :1], begin)
                ended, found = token != token, []
                for _ in range(length):
                    logits, state, _ = self.decode(token, state, memory, mask)
                    token = logits.argmax(dim=-1).masked_fill(ended, end)  # (N, 1)
                    found.append(token)
                    ended = token == end
                    if ended.all():
                        break
                return backend.cat(found, dim=1) if found else source[:, :0]

    return Seq2Seq
