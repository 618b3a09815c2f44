"""The Transformer: a language model, and a translation with masks for padding and the future.

Needs: nn.TransformerEncoder and its layer, nn.Transformer, generate_square_subsequent_mask, triu,
register_buffer, pe[:, 0, 0::2] = sin, uniform_ and zero_ on weight.data, masked_fill, transpose,
nn.init.xavier_uniform_, nn.CrossEntropyLoss(ignore_index), lr_scheduler.StepLR and LambdaLR,
nn.utils.clip_grad_norm_, pad_sequence, DataLoader(collate_fn), ones().fill_().type(long),
torch.max(dim), type_as, allclose.
"""

import math

import numpy as np

from .common import Outcome, start_alike


def positional_encoding(torch, d_model, max_len):
    nn = torch.nn

    class PositionalEncoding(nn.Module):
        def __init__(self, dropout=0.0):
            super().__init__()
            self.dropout = nn.Dropout(p=dropout)
            position = torch.arange(max_len).unsqueeze(1)
            div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
            pe = torch.zeros(max_len, 1, d_model)
            pe[:, 0, 0::2] = torch.sin(position * div_term)
            pe[:, 0, 1::2] = torch.cos(position * div_term)
            self.register_buffer("pe", pe)

        def forward(self, x):
            x = x + self.pe[: x.size(0)]
            return self.dropout(x)

    return PositionalEncoding()


def program_transformer_language_model(torch):
    """nn.TransformerEncoder with a causal mask, sequence first; the text repeats itself."""
    nn = torch.nn

    class TransformerModel(nn.Module):
        def __init__(self, ntoken, d_model, nhead, d_hid, nlayers):
            super().__init__()
            self.model_type = "Transformer"
            self.pos_encoder = positional_encoding(torch, d_model, 64)
            encoder_layers = nn.TransformerEncoderLayer(d_model, nhead, d_hid, 0.0)
            self.transformer_encoder = nn.TransformerEncoder(
                encoder_layers, nlayers, enable_nested_tensor=False
            )
            self.embedding = nn.Embedding(ntoken, d_model)
            self.d_model = d_model
            self.linear = nn.Linear(d_model, ntoken)
            self.init_weights()

        def init_weights(self):
            initrange = 0.1
            self.embedding.weight.data.uniform_(-initrange, initrange)
            self.linear.bias.data.zero_()
            self.linear.weight.data.uniform_(-initrange, initrange)

        def forward(self, src, src_mask=None):
            src = self.embedding(src) * math.sqrt(self.d_model)
            src = self.pos_encoder(src)
            if src_mask is None:
                src_mask = nn.Transformer.generate_square_subsequent_mask(len(src))
            output = self.transformer_encoder(src, src_mask)
            return self.linear(output)

    ntoken, bptt = 11, 12
    data = torch.arange(0, 600) % 7 + (torch.arange(0, 600) % 3 == 0).long() * 3
    data = data.view(10, -1).t().contiguous()
    model = start_alike(torch, TransformerModel(ntoken, 16, 2, 32, 2), scale=0.2)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1.0, gamma=0.95)
    losses = []
    model.eval()
    with torch.no_grad():
        before = model(data[:4])
    for _ in range(12):
        model.train()
        for i in range(0, data.size(0) - 1, bptt):
            seq_len = min(bptt, len(data) - 1 - i)
            source, targets = data[i : i + seq_len], data[i + 1 : i + 1 + seq_len].reshape(-1)
            output = model(source)
            output_flat = output.view(-1, ntoken)
            loss = criterion(output_flat, targets)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
    mask = torch.triu(torch.ones(4, 4) * float("-inf"), diagonal=1)
    model.eval()
    with torch.no_grad():
        whole = model(data[:4])
        begun = model(data[:2])
        masked = model(data[:4], mask)
    return Outcome(
        same={"losses": losses[:20], "logits": before.numpy()},  # rounding grows later on
        learnt={
            "a falling loss": losses[-1] < 0.6 * losses[0],
            "no look ahead": torch.allclose(whole[:2], begun, atol=1e-5),
            "two ways to mask": torch.allclose(whole, masked, atol=1e-5),
        },
    )


def program_transformer_translation(torch):
    """Encoder and decoder with padding and causal masks; the task: say it backwards."""
    nn = torch.nn
    PAD, BOS, EOS, words, d_model = 0, 1, 2, 10, 24
    dice = np.random.default_rng(0)
    pairs = []
    for _ in range(256):
        ids = dice.integers(3, words, int(dice.integers(2, 5))).tolist()
        pairs.append((torch.tensor([*ids, EOS]), torch.tensor([BOS, *ids[::-1], EOS])))
    pad = torch.nn.utils.rnn.pad_sequence

    def collate_fn(batch):
        src_batch, tgt_batch = [], []
        for src_sample, tgt_sample in batch:
            src_batch.append(src_sample)
            tgt_batch.append(tgt_sample)
        return pad(src_batch, padding_value=PAD), pad(tgt_batch, padding_value=PAD)

    class Seq2SeqTransformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.transformer = nn.Transformer(
                d_model=d_model,
                nhead=2,
                num_encoder_layers=1,
                num_decoder_layers=1,
                dim_feedforward=48,
                dropout=0.0,
            )
            self.generator = nn.Linear(d_model, words)
            self.src_tok_emb = nn.Embedding(words, d_model)
            self.tgt_tok_emb = nn.Embedding(words, d_model)
            self.positional_encoding = positional_encoding(torch, d_model, 16)

        def forward(self, src, trg, tgt_mask, src_padding_mask, tgt_padding_mask):
            src_emb = self.positional_encoding(self.src_tok_emb(src) * math.sqrt(d_model))
            tgt_emb = self.positional_encoding(self.tgt_tok_emb(trg) * math.sqrt(d_model))
            outs = self.transformer(
                src_emb,
                tgt_emb,
                None,
                tgt_mask,
                None,
                src_padding_mask,
                tgt_padding_mask,
                src_padding_mask,
            )
            return self.generator(outs)

    def create_mask(src, tgt):
        size = tgt.shape[0]
        tgt_mask = (torch.triu(torch.ones((size, size))) == 1).transpose(0, 1)
        tgt_mask = (
            tgt_mask.float()
            .masked_fill(tgt_mask == 0, float("-inf"))
            .masked_fill(tgt_mask == 1, 0.0)
        )
        to_float = lambda mask: torch.zeros(mask.shape).masked_fill(mask, float("-inf"))  # noqa: E731
        return (
            tgt_mask,
            to_float((src == PAD).transpose(0, 1)),
            to_float((tgt == PAD).transpose(0, 1)),
        )

    model = Seq2SeqTransformer()
    for p in model.parameters():
        if p.dim() > 1:
            nn.init.xavier_uniform_(p)
    start_alike(torch, model, scale=0.2)
    loss_fn = nn.CrossEntropyLoss(ignore_index=PAD)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005, betas=(0.9, 0.98), eps=1e-9)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 20))
    loader = torch.utils.data.DataLoader(pairs, batch_size=32, collate_fn=collate_fn)
    losses = []
    for _ in range(16):
        for src, tgt in loader:
            tgt_input, tgt_out = tgt[:-1, :], tgt[1:, :]
            masks = create_mask(src, tgt_input)
            logits = model(src, tgt_input, *masks)
            optimizer.zero_grad()
            loss = loss_fn(logits.reshape(-1, logits.shape[-1]), tgt_out.reshape(-1))
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
    model.eval()
    right = 0
    with torch.no_grad():
        for src, tgt in pairs[:30]:
            src = src.view(-1, 1)
            ys = torch.ones(1, 1).fill_(BOS).type(torch.long)
            for _ in range(len(tgt)):
                out = model(src, ys, *create_mask(src, ys))
                _, next_word = torch.max(out[-1], dim=1)
                next_word = next_word.item()
                ys = torch.cat([ys, torch.ones(1, 1).type_as(src.data).fill_(next_word)], dim=0)
                if next_word == EOS:
                    break
            right += ys.flatten().tolist() == tgt.tolist()
    return Outcome(
        same={"losses": losses[:24], "rates": [optimizer.param_groups[0]["lr"]]},
        learnt={"a falling loss": losses[-1] < 0.5 * losses[0], "whole sequences": right >= 12},
    )
