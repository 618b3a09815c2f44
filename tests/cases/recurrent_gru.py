"""Cases of kernels/recurrent_gru.py."""

from .recurrent import cases, drawn

CASES = {
    "gru": cases("gru"),
}

GENERATED = {
    "gru": drawn("gru"),
}
