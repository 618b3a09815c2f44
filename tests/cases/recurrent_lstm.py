"""Cases of kernels/recurrent_lstm.py."""

from .recurrent import cases, drawn

CASES = {
    "lstm": cases("lstm"),
}

GENERATED = {
    "lstm": drawn("lstm"),
}
