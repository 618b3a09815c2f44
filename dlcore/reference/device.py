"""The one device of the reference: the processor that NumPy runs on."""


class device:
    """``device("cpu")``, as ``torch.device``. Any other name is a RuntimeError."""

    type, index = "cpu", None

    def __init__(self, name="cpu"):
        if str(name) not in ("cpu", "cpu:0"):
            raise RuntimeError(
                f"device {str(name)!r} is not there: the reference backend computes with NumPy on "
                "the cpu. Use device='cpu', or get_backend('torch') for a GPU."
            )

    def __eq__(self, other):
        return str(other) == "cpu"

    def __hash__(self):
        return hash("cpu")

    def __str__(self):
        return "cpu"

    def __repr__(self):
        return "device(type='cpu')"
