"""gradcheck: a program's gradients beside central differences, every entry of them."""

import numpy as np

from ..grad_mode import no_grad
from ..tensor import Tensor


class GradcheckError(RuntimeError):
    """A gradient that is not the one of the function."""


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True):
    """Whether backward through ``func`` gives the slopes that differences of ``eps`` give.

    inputs: a tensor or a tuple; those that require a gradient are varied, and should be float64.
    Returns True, or raises GradcheckError (a RuntimeError) with both Jacobians; with
    ``raise_exception=False`` returns False. ValueError if no input requires a gradient.
    """
    inputs = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    varied = [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.requires_grad]
    if not varied:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True."
        )
    for o, analytical in enumerate(_analytical(func, inputs, varied)):
        for i, found in zip(varied, analytical, strict=True):
            expected = _numerical(func, inputs, i, o, eps)
            if np.allclose(found, expected, rtol, atol):
                continue
            if raise_exception:
                raise GradcheckError(
                    f"Jacobian mismatch for output {o} with respect to input {i},\n"
                    f"numerical:{Tensor._wrap(expected)}\nanalytical:{Tensor._wrap(found)}"
                )
            return False
    return True


def _outputs(func, inputs):
    out = func(*inputs)
    return out if isinstance(out, tuple) else (out,)


def _analytical(func, inputs, varied):
    """For each output the Jacobians (input's size, output's size) of the varied inputs."""
    from .functional import jacobian

    def of_varied(*leaves):
        given = list(inputs)
        for i, leaf in zip(varied, leaves, strict=True):
            given[i] = leaf
        return _outputs(func, given)

    blocks = jacobian(of_varied, tuple(inputs[i] for i in varied))
    return [
        [d._array.reshape(-1, inputs[i].numel()).T for i, d in zip(varied, row, strict=True)]
        for row in blocks
    ]


@no_grad()
def _numerical(func, inputs, i, o, eps):
    """The Jacobian (input's size, output's size) of output ``o`` by input ``i``, by differences."""
    rows = []
    for place in range(inputs[i].numel()):
        ends = []
        for step in (eps, -eps):
            moved = np.array(inputs[i]._array, order="C")
            moved.reshape(-1)[place] += step
            given = list(inputs)
            given[i] = Tensor._wrap(moved)
            ends.append(np.array(_outputs(func, given)[o]._array).reshape(-1))
        rows.append((ends[0] - ends[1]) / (2 * eps))
    return np.array(rows)
