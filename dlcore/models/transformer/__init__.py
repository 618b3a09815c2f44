"""Three Transformers of the same blocks: encoder, decoder, and both together."""

from .block import attention_maps
from .encoder import transformer_encoder
from .encoder_decoder import encoder_decoder
from .gpt import gpt

__all__ = ["attention_maps", "encoder_decoder", "gpt", "transformer_encoder"]
