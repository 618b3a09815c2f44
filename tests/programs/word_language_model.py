"""The word-level language model with an LSTM, truncated back-propagation and perplexity.

Needs: nn.Embedding, nn.LSTM(nlayers, dropout), nn.GRU, nn.RNN(nonlinearity), getattr(nn, name),
nn.Dropout, nn.Linear, weight tying by assignment, nn.init.uniform_ and zeros_, weight.new_zeros,
next(model.parameters()), tensor.narrow, size, view(bsz, -1).t().contiguous(), slicing, view(-1),
detach on states, isinstance(h, Tensor), F.log_softmax, nn.NLLLoss, zero_grad,
nn.utils.clip_grad_norm_, p.data.add_(p.grad, alpha=-lr), math.exp(loss), squeeze, div, exp, cpu,
multinomial, fill_, randint, LongTensor, type(int64), torch.save of a state.
"""

import math

from dlcore.data import python_topics

from .common import Outcome, start_alike


class Dictionary:
    def __init__(self):
        self.word2idx = {}
        self.idx2word = []

    def add_word(self, word):
        if word not in self.word2idx:
            self.idx2word.append(word)
            self.word2idx[word] = len(self.idx2word) - 1
        return self.word2idx[word]

    def __len__(self):
        return len(self.idx2word)


def corpus(torch, characters=15_000):
    """The text's words and their numbers; a number for all words that stand there only once."""
    words = python_topics(characters).text.split()
    seen = {word: words.count(word) for word in set(words)}
    words = [word if seen[word] > 1 else "<unk>" for word in words]
    dictionary = Dictionary()
    ids = [dictionary.add_word(word) for word in words]
    return dictionary, torch.tensor(ids).type(torch.int64)


def make_model(torch, rnn_type, ntoken, ninp, nhid, nlayers, dropout=0.0, tie_weights=False):
    nn, F = torch.nn, torch.nn.functional

    class RNNModel(nn.Module):
        """An encoder, a recurrent module, and a decoder."""

        def __init__(self):
            super().__init__()
            self.ntoken = ntoken
            self.drop = nn.Dropout(dropout)
            self.encoder = nn.Embedding(ntoken, ninp)
            if rnn_type in ["LSTM", "GRU"]:
                self.rnn = getattr(nn, rnn_type)(ninp, nhid, nlayers, dropout=dropout)
            else:
                nonlinearity = {"RNN_TANH": "tanh", "RNN_RELU": "relu"}[rnn_type]
                self.rnn = nn.RNN(ninp, nhid, nlayers, nonlinearity=nonlinearity, dropout=dropout)
            self.decoder = nn.Linear(nhid, ntoken)
            if tie_weights:
                if nhid != ninp:
                    raise ValueError("When using the tied flag, nhid must be equal to emsize")
                self.decoder.weight = self.encoder.weight
            self.init_weights()
            self.rnn_type = rnn_type
            self.nhid = nhid
            self.nlayers = nlayers

        def init_weights(self):
            initrange = 0.1
            nn.init.uniform_(self.encoder.weight, -initrange, initrange)
            nn.init.zeros_(self.decoder.bias)
            nn.init.uniform_(self.decoder.weight, -initrange, initrange)

        def forward(self, input, hidden):
            emb = self.drop(self.encoder(input))
            output, hidden = self.rnn(emb, hidden)
            output = self.drop(output)
            decoded = self.decoder(output)
            decoded = decoded.view(-1, self.ntoken)
            return F.log_softmax(decoded, dim=1), hidden

        def init_hidden(self, bsz):
            weight = next(self.parameters())
            if self.rnn_type == "LSTM":
                return (
                    weight.new_zeros(self.nlayers, bsz, self.nhid),
                    weight.new_zeros(self.nlayers, bsz, self.nhid),
                )
            else:
                return weight.new_zeros(self.nlayers, bsz, self.nhid)

    return RNNModel()


def batchify(data, bsz):
    nbatch = data.size(0) // bsz
    data = data.narrow(0, 0, nbatch * bsz)
    data = data.view(bsz, -1).t().contiguous()
    return data


def repackage_hidden(torch, h):
    """The states without the history they came from."""
    if isinstance(h, torch.Tensor):
        return h.detach()
    else:
        return tuple(repackage_hidden(torch, v) for v in h)


def get_batch(source, i, bptt):
    seq_len = min(bptt, len(source) - 1 - i)
    data = source[i : i + seq_len]
    target = source[i + 1 : i + 1 + seq_len].view(-1)
    return data, target


def run(torch, rnn_type, epochs=4, alike=True, **options):
    torch.manual_seed(1111)
    device = torch.device("cpu")
    dictionary, ids = corpus(torch)
    cut = int(0.9 * len(ids))
    train_data, val_data = batchify(ids[:cut], 10).to(device), batchify(ids[cut:], 5).to(device)
    ntokens, bptt, clip, lr = len(dictionary), 20, 0.25, 10.0
    model = make_model(torch, rnn_type, ntokens, 32, 32, 2, **options)
    if alike:
        start_alike(torch, model, scale=0.1)
    model = model.to(device)
    criterion = torch.nn.NLLLoss()

    def evaluate(data_source):
        model.eval()
        total_loss = 0.0
        hidden = model.init_hidden(5)
        with torch.no_grad():
            for i in range(0, data_source.size(0) - 1, bptt):
                data, targets = get_batch(data_source, i, bptt)
                output, hidden = model(data, hidden)
                hidden = repackage_hidden(torch, hidden)
                total_loss += len(data) * criterion(output, targets).item()
        return total_loss / (len(data_source) - 1)

    losses, norms, best_val_loss = [], [], None
    for _ in range(epochs):
        model.train()
        hidden = model.init_hidden(10)
        for _, i in enumerate(range(0, train_data.size(0) - 1, bptt)):
            data, targets = get_batch(train_data, i, bptt)
            model.zero_grad()
            hidden = repackage_hidden(torch, hidden)
            output, hidden = model(data, hidden)
            loss = criterion(output, targets)
            loss.backward()
            norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), clip)))
            for p in model.parameters():
                p.data.add_(p.grad, alpha=-lr)
            losses.append(loss.item())
        val_loss = evaluate(val_data)
        if not best_val_loss or val_loss < best_val_loss:
            best_val_loss = val_loss
        else:
            lr /= 4.0
    words = generate(torch, model, dictionary, 30)
    perplexity = math.exp(val_loss)
    return Outcome(
        # The first epoch and a half; later on rounding errors have grown.
        same={"losses": losses[:18], "norms": norms[:6]} if alike else {},
        learnt={
            "a perplexity below half of guessing": perplexity < len(dictionary) / 2,
            "words": len(words) == 30 and all(word in dictionary.word2idx for word in words),
        },
    )


def generate(torch, model, dictionary, count, temperature=1.0):
    model.eval()
    words = []
    hidden = model.init_hidden(1)
    input = torch.randint(len(dictionary), (1, 1), dtype=torch.long)
    with torch.no_grad():
        for _ in range(count):
            output, hidden = model(input, hidden)
            word_weights = output.squeeze().div(temperature).exp().cpu()
            word_idx = torch.multinomial(word_weights, 1)[0]
            input.fill_(word_idx)
            words.append(dictionary.idx2word[word_idx])
    return words


def program_lstm(torch):
    return run(torch, "LSTM")


def program_gru_with_tied_weights(torch):
    return run(torch, "GRU", tie_weights=True)


def program_plain_rnn(torch):
    return run(torch, "RNN_TANH")


def program_lstm_with_dropout(torch):
    return run(torch, "LSTM", alike=False, dropout=0.2)


def program_n_grams(torch):
    """An embedding of the two words before, and the next word from both."""
    nn, F = torch.nn, torch.nn.functional
    words = python_topics(3000).text.split()[:200]
    trigrams = [([words[i], words[i + 1]], words[i + 2]) for i in range(len(words) - 2)]
    vocab = sorted(set(words))
    word_to_ix = {word: i for i, word in enumerate(vocab)}

    class NGramLanguageModeler(nn.Module):
        def __init__(self, vocab_size, embedding_dim, context_size):
            super().__init__()
            self.embeddings = nn.Embedding(vocab_size, embedding_dim)
            self.linear1 = nn.Linear(context_size * embedding_dim, 32)
            self.linear2 = nn.Linear(32, vocab_size)

        def forward(self, inputs):
            embeds = self.embeddings(inputs).view((1, -1))
            out = F.relu(self.linear1(embeds))
            out = self.linear2(out)
            log_probs = F.log_softmax(out, dim=1)
            return log_probs

    model = start_alike(torch, NGramLanguageModeler(len(vocab), 10, 2))
    loss_function = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _ in range(8):
        total_loss = 0
        for context, target in trigrams:
            context_idxs = torch.tensor([word_to_ix[w] for w in context], dtype=torch.long)
            model.zero_grad()
            log_probs = model(context_idxs)
            loss = loss_function(log_probs, torch.tensor([word_to_ix[target]], dtype=torch.long))
            loss.backward()
            optimizer.step()
            total_loss += loss.item()
        losses.append(total_loss)
    vector = model.embeddings.weight[word_to_ix[words[0]]]
    return Outcome(
        same={"losses": losses, "a word": vector.detach().numpy()},
        learnt={"a falling loss": losses[-1] < 0.8 * losses[0]},
    )
