"""The named tuples that functions with several results return."""

from collections import namedtuple


def returned(name, *fields):
    """The named tuple of that name, by default of (values, indices); it prints as PyTorch's."""
    base = namedtuple(name, fields or ("values", "indices"))

    def text(self):
        lines = ",\n".join(f"{f}={v!r}" for f, v in zip(self._fields, self, strict=True))
        return f"torch.return_types.{name}(\n{lines})"

    return type(name, (base,), {"__slots__": (), "__repr__": text})


Max, Min, Sorted, TopK = (returned(name) for name in ("max", "min", "sort", "topk"))
Median, KthValue, Mode = (returned(name) for name in ("median", "kthvalue", "mode"))
CumulativeMax, CumulativeMin = returned("cummax"), returned("cummin")
MinMax = returned("aminmax", "min", "max")
