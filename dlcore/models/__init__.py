"""Models, each defined once for both backends."""

from .cnn import basic_block, lenet, resnet
from .definition import definition
from .mlp import mlp
from .rnn import char_rnn, rnn_classifier
from .seq2seq import seq2seq
from .transformer import attention_maps, encoder_decoder, gpt, transformer_encoder

__all__ = [
    "attention_maps",
    "basic_block",
    "char_rnn",
    "definition",
    "encoder_decoder",
    "gpt",
    "lenet",
    "mlp",
    "resnet",
    "rnn_classifier",
    "seq2seq",
    "transformer_encoder",
]
