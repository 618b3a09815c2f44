"""Classifying names letter by letter, and going on with a wave: recurrent networks cell by cell.

Needs: zeros(len, 1, n), tensor[i][0][j] = 1, a loop over a tensor, cat((a, b), 1), tanh,
nn.LogSoftmax(dim=1), nn.NLLLoss, p.data.add_(p.grad.data, alpha=-lr), output.topk(1),
top_i[0].item(), nn.GRU(num_layers, bidirectional, batch_first), nn.Embedding(padding_idx),
pack_padded_sequence(enforce_sorted=False), pad_packed_sequence, pad_sequence, DataLoader with a
list and collate_fn, lr_scheduler.StepLR, nn.LSTMCell, double(), split(1, dim=1), optim.Adam.
"""

import builtins
import keyword
import random
import string

import numpy as np

from .common import Outcome, start_alike

LETTERS = string.ascii_letters + "_"
NAMES = {
    "keyword": [word for word in keyword.kwlist if word.islower()][:28],
    "exception": [name for name in dir(builtins) if name.endswith(("Error", "Warning"))][:28],
    "method": [name for name in dir(builtins.dict) + dir(builtins.list) if name[:2] == "__"][:28],
}


def line_to_tensor(torch, line):
    tensor = torch.zeros(len(line), 1, len(LETTERS))
    for li, letter in enumerate(line):
        tensor[li][0][LETTERS.find(letter)] = 1
    return tensor


def program_names_by_a_cell(torch):
    """Which list a name is from, letter by letter, with a cell of two linear layers."""
    nn = torch.nn

    class RNN(nn.Module):
        def __init__(self, input_size, hidden_size, output_size):
            super().__init__()
            self.hidden_size = hidden_size
            self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
            self.i2o = nn.Linear(input_size + hidden_size, output_size)
            self.softmax = nn.LogSoftmax(dim=1)

        def forward(self, input, hidden):
            combined = torch.cat((input, hidden), 1)
            hidden = torch.tanh(self.i2h(combined))
            output = self.i2o(combined)
            output = self.softmax(output)
            return output, hidden

        def initHidden(self):
            return torch.zeros(1, self.hidden_size)

    categories = list(NAMES)
    rnn = start_alike(torch, RNN(len(LETTERS), 24, len(categories)), scale=0.15)
    criterion = nn.NLLLoss()
    learning_rate = 0.02

    def category_from_output(output):
        _top_n, top_i = output.topk(1)
        category_i = top_i[0].item()
        return categories[category_i], category_i

    def train(category_tensor, line_tensor):
        hidden = rnn.initHidden()
        rnn.zero_grad()
        for i in range(line_tensor.size()[0]):
            output, hidden = rnn(line_tensor[i], hidden)
        loss = criterion(output, category_tensor)
        loss.backward()
        for p in rnn.parameters():
            p.data.add_(p.grad.data, alpha=-learning_rate)
        return output, loss.item()

    dice = random.Random(0)
    losses, right = [], []
    for _ in range(500):
        category = dice.choice(categories)
        line = dice.choice(NAMES[category])
        category_tensor = torch.tensor([categories.index(category)], dtype=torch.long)
        output, loss = train(category_tensor, line_to_tensor(torch, line))
        losses.append(loss)
        right.append(category_from_output(output)[0] == category)
    confusion = torch.zeros(len(categories), len(categories))
    with torch.no_grad():
        for i, category in enumerate(categories):
            for line in NAMES[category][:5]:
                hidden = rnn.initHidden()
                for letter in line_to_tensor(torch, line):
                    output, hidden = rnn(letter, hidden)
                confusion[i][category_from_output(output)[1]] += 1
    for i in range(len(categories)):
        confusion[i] = confusion[i] / confusion[i].sum()
    return Outcome(
        same={"losses": losses[:200]},
        learnt={
            "8 of 10 names": np.mean(right[-100:]) >= 0.8,
            "a table of shares": abs(confusion.sum().item() - 3) < 1e-5,
        },
    )


def program_names_in_packed_batches(torch):
    """The same question in batches of different lengths, by a bidirectional GRU."""
    nn = torch.nn
    rnn_utils = torch.nn.utils.rnn
    categories = list(NAMES)

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(len(LETTERS) + 1, 12, padding_idx=0)
            self.gru = nn.GRU(12, 16, num_layers=2, bidirectional=True, batch_first=True)
            self.fc = nn.Linear(32, len(categories))

        def forward(self, x, lengths):
            packed = rnn_utils.pack_padded_sequence(
                self.embedding(x), lengths.cpu(), batch_first=True, enforce_sorted=False
            )
            output, hidden = self.gru(packed)
            output, _ = rnn_utils.pad_packed_sequence(output, batch_first=True)
            return self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)), output

    def collate(batch):
        lines, labels = zip(*batch, strict=True)
        lengths = torch.tensor([len(line) for line in lines])
        padded = rnn_utils.pad_sequence(lines, batch_first=True, padding_value=0)
        return padded, lengths, torch.tensor(labels)

    examples = [
        (torch.tensor([1 + LETTERS.find(letter) for letter in name]), label)
        for label, category in enumerate(categories)
        for name in NAMES[category]
    ]
    random.Random(0).shuffle(examples)
    loader = torch.utils.data.DataLoader(examples, batch_size=14, collate_fn=collate)
    model = start_alike(torch, Classifier(), scale=0.2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 5, gamma=0.5)
    criterion = nn.CrossEntropyLoss()
    losses = []
    for _ in range(8):
        correct = 0
        for x, lengths, labels in loader:
            logits, output = model(x, lengths)
            loss = criterion(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            correct += (logits.argmax(1) == labels).float().sum().item()
        scheduler.step()
    return Outcome(
        same={"losses": losses[:24], "shape": list(output.shape)},
        learnt={"9 of 10 names": correct / len(examples) >= 0.9},
    )


def program_waves_by_lstm_cells(torch):
    """Two LSTM cells read sines step by step and then go on by themselves."""
    nn = torch.nn

    class Sequence(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm1 = nn.LSTMCell(1, 16)
            self.lstm2 = nn.LSTMCell(16, 16)
            self.linear = nn.Linear(16, 1)

        def forward(self, input, future=0):
            outputs = []
            h_t = torch.zeros(input.size(0), 16, dtype=torch.double)
            c_t = torch.zeros(input.size(0), 16, dtype=torch.double)
            h_t2 = torch.zeros(input.size(0), 16, dtype=torch.double)
            c_t2 = torch.zeros(input.size(0), 16, dtype=torch.double)
            for input_t in input.split(1, dim=1):
                h_t, c_t = self.lstm1(input_t, (h_t, c_t))
                h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
                output = self.linear(h_t2)
                outputs += [output]
            for _ in range(future):
                h_t, c_t = self.lstm1(output, (h_t, c_t))
                h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
                output = self.linear(h_t2)
                outputs += [output]
            outputs = torch.cat(outputs, dim=1)
            return outputs

    x = np.arange(30)[None] + 10 * np.arange(12)[:, None]
    data = np.sin(x / 3.0).astype("float64")
    input, target = torch.from_numpy(data[3:, :-1]), torch.from_numpy(data[3:, 1:])
    test_input, test_target = torch.from_numpy(data[:3, :-1]), torch.from_numpy(data[:3, 1:])
    seq = Sequence()
    seq.double()
    start_alike(torch, seq)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(seq.parameters(), lr=0.02)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        out = seq(input)
        loss = criterion(out, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        pred = seq(test_input, future=10)
        loss = criterion(pred[:, :-10], test_target)
    return Outcome(
        same={"losses": losses, "test": [loss.item()], "further": pred[:, -10:].numpy()},
        learnt={"the wave": loss.item() < 0.05},
    )
