"""A table with one learnt row for every word."""

from ..functions.create import empty
from ..grad_mode import no_grad
from . import functional as F
from . import init
from .functional.embedding import _padding, refuse
from .module import Module
from .parameter import Parameter


class _Table(Module):
    """weight (num_embeddings, embedding_dim), which starts as N(0, 1); row padding_idx as zeros."""

    def _fill(self, weight, freeze, device, dtype):
        rows, width = self.num_embeddings, self.embedding_dim
        self.padding_idx = _padding(type(self).__name__, self.padding_idx, rows)
        if weight is None:
            self.weight = Parameter(empty(rows, width, device=device, dtype=dtype), not freeze)
            self.reset_parameters()
            return
        if tuple(weight.shape) != (rows, width):
            raise ValueError(
                f"{type(self).__name__}: expected a weight of shape ({rows}, {width}), received "
                f"{tuple(weight.shape)}"
            )
        self.weight = Parameter(weight, not freeze)

    @no_grad()
    def reset_parameters(self):
        """Standard normal rows, and zeros at padding_idx."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight[self.padding_idx].fill_(0)

    @classmethod
    def _of(cls, embeddings, freeze, **options):
        if embeddings.ndim != 2:
            raise ValueError(
                f"{cls.__name__}.from_pretrained: expected a matrix (words, features), received "
                f"shape {tuple(embeddings.shape)}"
            )
        table = cls(*embeddings.shape, **options, _weight=embeddings)
        table.weight.requires_grad_(not freeze)
        return table


class Embedding(_Table):
    """Integers (...) below num_embeddings -> rows (..., embedding_dim), which start as N(0, 1).

    padding_idx: a row of zeros that takes no gradient. PyTorch's max_norm (with norm_type),
    scale_grad_by_freq and sparse are refused with NotImplementedError.
    """

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        sparse=False,
        _weight=None,
        _freeze=False,
        device=None,
        dtype=None,
    ):
        super().__init__()
        refuse("Embedding", max_norm, scale_grad_by_freq, sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        self._fill(_weight, _freeze, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings,
        freeze=True,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        sparse=False,
    ):
        """A table over the memory of a matrix (words, features); learnt on if not ``freeze``."""
        refuse("Embedding", max_norm, scale_grad_by_freq, sparse)
        return cls._of(embeddings, freeze, padding_idx=padding_idx)

    def forward(self, input):
        return F.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self):
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class EmbeddingBag(_Table):
    """Bags of integers -> the mean, sum or max of their rows, (bags, embedding_dim).

    Called with (bags, length), or with (N,) and offsets where each bag begins. padding_idx: an
    integer that does not count. What Embedding refuses is refused here.
    """

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        mode="mean",
        sparse=False,
        _weight=None,
        include_last_offset=False,
        padding_idx=None,
        device=None,
        dtype=None,
    ):
        super().__init__()
        refuse("EmbeddingBag", max_norm, scale_grad_by_freq, sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.mode, self.padding_idx = mode, padding_idx
        self.include_last_offset = include_last_offset
        self._fill(_weight, False, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings,
        freeze=True,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        mode="mean",
        sparse=False,
        include_last_offset=False,
        padding_idx=None,
    ):
        """Bags over the memory of a matrix (words, features); learnt on if not ``freeze``."""
        refuse("EmbeddingBag", max_norm, scale_grad_by_freq, sparse)
        options = {"include_last_offset": include_last_offset, "padding_idx": padding_idx}
        return cls._of(embeddings, freeze, mode=mode, **options)

    def forward(self, input, offsets=None, per_sample_weights=None):
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            mode=self.mode,
            per_sample_weights=per_sample_weights,
            include_last_offset=self.include_last_offset,
            padding_idx=self.padding_idx,
        )

    def extra_repr(self):
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}, mode={self.mode!r}{padding}"
