"""Parameters as one vector, and back."""

from ...functions.layout import cat


def parameters_to_vector(parameters):
    """All parameters, one after another, as one vector."""
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec, parameters):
    """Write a vector back into the parameters that ``parameters_to_vector`` took it from."""
    offset = 0
    for p in parameters:
        count = p.numel()
        p.detach().copy_(vec.detach()[offset : offset + count].reshape(p.shape))
        offset += count
    if offset != vec.numel():
        raise ValueError(f"the vector has {vec.numel()} numbers, the parameters {offset}")
