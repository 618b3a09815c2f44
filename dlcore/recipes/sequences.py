"""Sequences as the recurrent network and the Transformer of the article take them."""

from ..checks import check_count


def check_input_shape(input_shape):
    """(V, D, T) of the article's four entries (N, V, D, T), of which the first is not used."""
    if not isinstance(input_shape, (list, tuple)) or len(input_shape) != 4:
        raise ValueError(
            "input_shape should be (N, V, D, T): the number of examples or None, the vocabulary's "
            "size (for real-valued sequences the numbers per time step), the width of the "
            f"embedding, the time steps; received {input_shape!r}"
        )
    return tuple(
        check_count(f"input_shape[{i + 1}], {what},", input_shape[i + 1])
        for i, what in enumerate(("the vocabulary", "the width", "the time steps"))
    )


def embedding(nn, V, D, tokens):
    """Tokens (N, T) -> (N, T, D), or vectors (N, T, V) -> (N, T, D).

    The first takes a row of a matrix (V, D). So does the second if the vector is 0 but for a 1 in
    the token's place; for other vectors it mixes the rows.
    """
    return nn.Embedding(V, D) if tokens else nn.Linear(V, D, bias=False)


def check_sequences(X, V, T, tokens):
    """X, if it is tokens (N, T) below V or vectors (N, T, V)."""
    if tokens and (X.is_floating_point() or tuple(X.shape[1:]) != (T,)):
        raise ValueError(
            f"X should hold whole numbers of shape (N, {T}), as input_shape says, received shape "
            f"{tuple(X.shape)} of {X.dtype}"
        )
    if not tokens and tuple(X.shape[1:]) != (T, V):
        raise ValueError(
            f"X should have shape (N, {T}, {V}), as input_shape says, received {tuple(X.shape)}"
        )
    if tokens and (int(X.min()) < 0 or int(X.max()) >= V):
        raise ValueError(
            f"X should hold tokens from 0 to {V - 1}, below the vocabulary's size in input_shape, "
            f"received numbers from {int(X.min())} to {int(X.max())}"
        )
    return X
