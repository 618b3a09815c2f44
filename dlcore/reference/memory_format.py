"""``torch.memory_format``: in which order the elements lie. Here always row by row."""


class memory_format:
    """``preserve_format``, ``contiguous_format``, or one that the reference refuses."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"torch.{self.name}"


preserve_format, contiguous_format = (
    memory_format("preserve_format"),
    memory_format("contiguous_format"),
)
channels_last = memory_format("channels_last")


def check(name, format):
    """TypeError for what is no format, RuntimeError for one that the reference does not have."""
    if format in (None, preserve_format, contiguous_format):
        return
    if not isinstance(format, memory_format):
        raise TypeError(f"{name}: memory_format must be a torch.memory_format, received {format!r}")
    raise RuntimeError(
        f"{name}: {format} is not in the reference backend's subset: it changes no number, only "
        "where in memory they lie. Leave the argument out, or use get_backend('torch')."
    )
