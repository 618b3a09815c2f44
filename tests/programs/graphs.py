"""Convolution on a graph, by a matrix and by messages along the edges.

Needs: FloatTensor(n, m), nn.Parameter, register_parameter("bias", None), data.uniform_, mm,
sum(1), pow(-0.5), isinf, boolean assignment, diag, eye, index_add_, index_add, scatter_add_, an
edge list as an index, expand_as, F.relu, F.dropout(training=self.training), F.log_softmax,
F.nll_loss on a part, output.max(1)[1].type_as(labels), preds.eq(labels).double(), sum, F.elu,
F.leaky_relu, repeat, where, softmax, extra repr, optim.Adam(weight_decay).
"""

import itertools
import math

import numpy as np

from .common import Outcome, start_alike


def two_villages(torch):
    """Twenty people in two villages: friends inside, a few between, and what little is known."""
    dice = np.random.default_rng(3)
    village = np.repeat([0, 1], 10)
    friends = dice.random((20, 20)) < np.where(village[:, None] == village, 0.5, 0.04)
    friends = np.triu(friends, 1)
    friends = friends | friends.T
    features = np.eye(20, dtype=np.float32)
    edges = np.array(np.nonzero(friends))
    return (
        torch.FloatTensor(friends.astype(np.float32)),
        torch.from_numpy(edges),
        torch.from_numpy(features),
        torch.LongTensor(village),
    )


def normalise(torch, adj):
    adj = adj + torch.eye(adj.size(0))
    rowsum = adj.sum(1)
    r_inv = rowsum.pow(-0.5)
    r_inv[torch.isinf(r_inv)] = 0.0
    return torch.diag(r_inv) @ adj @ torch.diag(r_inv)


def program_graph_convolution(torch):
    nn, F = torch.nn, torch.nn.functional

    class GraphConvolution(nn.Module):
        def __init__(self, in_features, out_features, bias=True):
            super().__init__()
            self.in_features = in_features
            self.out_features = out_features
            self.weight = nn.Parameter(torch.FloatTensor(in_features, out_features))
            if bias:
                self.bias = nn.Parameter(torch.FloatTensor(out_features))
            else:
                self.register_parameter("bias", None)
            self.reset_parameters()

        def reset_parameters(self):
            stdv = 1.0 / math.sqrt(self.weight.size(1))
            self.weight.data.uniform_(-stdv, stdv)
            if self.bias is not None:
                self.bias.data.uniform_(-stdv, stdv)

        def forward(self, input, adj):
            support = torch.mm(input, self.weight)
            output = torch.mm(adj, support)
            if self.bias is not None:
                return output + self.bias
            else:
                return output

        def __repr__(self):
            return f"{self.__class__.__name__} ({self.in_features} -> {self.out_features})"

    class GCN(nn.Module):
        def __init__(self, nfeat, nhid, nclass, dropout):
            super().__init__()
            self.gc1 = GraphConvolution(nfeat, nhid)
            self.gc2 = GraphConvolution(nhid, nclass)
            self.dropout = dropout

        def forward(self, x, adj):
            x = F.relu(self.gc1(x, adj))
            x = F.dropout(x, self.dropout, training=self.training)
            x = self.gc2(x, adj)
            return F.log_softmax(x, dim=1)

    def accuracy(output, labels):
        preds = output.max(1)[1].type_as(labels)
        correct = preds.eq(labels).double()
        correct = correct.sum()
        return correct / len(labels)

    adj, _, features, labels = two_villages(torch)
    adj = normalise(torch, adj)
    idx_train = torch.LongTensor([0, 1, 10, 11])
    idx_test = torch.LongTensor([i for i in range(20) if i not in (0, 1, 10, 11)])
    model = start_alike(torch, GCN(20, 8, 2, dropout=0.0))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=5e-4)
    losses = []
    for _ in range(60):
        model.train()
        optimizer.zero_grad()
        output = model(features, adj)
        loss_train = F.nll_loss(output[idx_train], labels[idx_train])
        loss_train.backward()
        optimizer.step()
        losses.append(loss_train.item())
    model.eval()
    output = model(features, adj)
    return Outcome(
        same={"losses": losses, "answers": output.detach().numpy()},
        learnt={
            "the others' villages": accuracy(output[idx_test], labels[idx_test]).item() >= 0.9,
            "its name": "(20 -> 8)" in repr(model),
        },
    )


def program_messages_along_edges(torch):
    """The same with index_add and scatter_add over a list of edges, and attention over it."""
    nn, F = torch.nn, torch.nn.functional

    def mean_of_neighbours(x, edge_index):
        source, target = edge_index
        out = torch.zeros_like(x)
        out.index_add_(0, target, x[source])
        count = torch.zeros(x.size(0)).index_add(0, target, torch.ones(target.size(0)))
        return out / count.clamp(min=1).unsqueeze(-1)

    class SAGE(nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.own = nn.ModuleList(nn.Linear(i, o) for i, o in itertools.pairwise(sizes))
            self.neighbours = nn.ModuleList(
                nn.Linear(i, o, bias=False) for i, o in itertools.pairwise(sizes)
            )

        def forward(self, x, edge_index):
            for i, (own, neighbours) in enumerate(zip(self.own, self.neighbours, strict=True)):
                x = own(x) + neighbours(mean_of_neighbours(x, edge_index))
                if i < len(self.own) - 1:
                    x = F.elu(x)
            return x

    class Attention(nn.Module):
        def __init__(self, in_features, out_features):
            super().__init__()
            self.W = nn.Linear(in_features, out_features, bias=False)
            self.a = nn.Linear(2 * out_features, 1, bias=False)

        def forward(self, x, adj):
            h = self.W(x)
            N = h.size(0)
            pairs = torch.cat([h.repeat(1, N).view(N * N, -1), h.repeat(N, 1)], dim=1).view(
                N, N, -1
            )
            e = F.leaky_relu(self.a(pairs).squeeze(2), 0.2)
            zero_vec = -9e15 * torch.ones_like(e)
            attention = torch.where(adj > 0, e, zero_vec)
            attention = F.softmax(attention, dim=1)
            return torch.matmul(attention, h)

    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = Attention(20, 8)
            self.sage = SAGE((8, 8, 2))

        def forward(self, x, edge_index, adj):
            return self.sage(F.elu(self.attention(x, adj)), edge_index)

    adj, edge_index, x, y = two_villages(torch)
    adj = adj + torch.eye(20)
    source, target = edge_index
    degree = torch.zeros(20).scatter_add_(0, target, torch.ones(target.size(0)))
    messages = torch.zeros(20, 20).scatter_add(
        0, target.unsqueeze(-1).expand_as(x[source]), x[source]
    )
    train_mask = torch.zeros(20, dtype=torch.bool)
    train_mask[[0, 1, 10, 11]] = True
    model = start_alike(torch, Both())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=5e-4)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        out = model(x, edge_index, adj)
        loss = F.cross_entropy(out[train_mask], y[train_mask])
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    model.eval()
    pred = model(x, edge_index, adj).argmax(dim=1)
    correct = (pred[~train_mask] == y[~train_mask]).sum()
    return Outcome(
        same={"losses": losses, "degrees": degree.numpy(), "messages": messages.numpy()},
        learnt={"the others' villages": int(correct) / int((~train_mask).sum()) >= 0.9},
    )
