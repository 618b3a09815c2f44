"""Einstein's summation: from the text of an equation to numbers for labels."""

from ..kernels import einsum as kernels
from ..tape import apply
from ..tensor import Tensor
from .layout import sizes as operands_of


def einsum(*args):
    """einsum("bij,bjk->bik", a, b): the product of tensors, summed over labels not in the output.

    A label that occurs twice in one operand takes its diagonal. "..." stands for axes that
    broadcast. Without "->" the labels that occur once remain, in the alphabet's order (capitals
    first), after those of "...".
    RuntimeError: labels and axes that do not agree. Source: see kernels/einsum.py.
    """
    if not args or not isinstance(args[0], str):
        raise TypeError('einsum: the first argument is an equation such as "ij,jk->ik" here')
    equation, operands = args[0].replace(" ", ""), operands_of(args[1:])
    if not operands or not all(isinstance(x, Tensor) for x in operands):
        raise TypeError("einsum: expected tensors after the equation")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise RuntimeError(
            f"einsum(): {len(terms)} operands in the equation {equation!r}, but {len(operands)} "
            "were given"
        )
    kind = operands[0]._array.dtype
    if any(x._array.dtype != kind for x in operands):
        raise RuntimeError(
            "einsum: expected tensors of one dtype, received "
            f"{', '.join(str(x.dtype) for x in operands)}"
        )
    widest = max(_hidden(term, x) for term, x in zip(terms, operands, strict=True))
    labels = [_labels(term, x.ndim, widest) for term, x in zip(terms, operands, strict=True)]
    _check_sizes(equation, labels, operands)
    used = [n for own in labels for n in own]
    if arrow:
        out = _labels(right, None, widest)
    else:
        once = sorted(n for n in set(used) if n >= 0 and used.count(n) == 1)
        out = (*_dots(widest), *once)
    if len(set(out)) != len(out):
        raise RuntimeError(f"einsum(): output of {equation!r} has a subscript more than once")
    if missing := set(out) - set(used):
        names = ", ".join(chr(n) for n in missing if n >= 0)
        raise RuntimeError(
            f"einsum(): output subscript {names} of {equation!r} does not appear in any operand"
        )
    return apply(kernels.einsum, *operands, labels=tuple(labels), out=tuple(out))


def _dots(count):
    """The labels of the axes of "...": -count to -1, so that they agree from the last one on."""
    return tuple(range(-count, 0))


def _hidden(term, x):
    """How many axes "..." stands for in this operand."""
    named = len(term.replace("...", ""))
    if "..." not in term:
        if named != x.ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in {term!r} does not match the number of "
                f"dimensions ({x.ndim}) for an operand of shape {tuple(x.shape)}"
            )
        return 0
    if named > x.ndim:
        raise RuntimeError(
            f"einsum(): {term!r} has more subscripts than an operand of shape {tuple(x.shape)} axes"
        )
    return x.ndim - named


def _labels(term, ndim, widest):
    """The labels of a term as numbers: of a letter its code point, of "..." negative ones."""
    before, dots, after = term.partition("...")
    for letter in before + after:
        if not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"einsum(): invalid subscript given: {letter!r}; subscripts are letters"
            )
    hidden = () if not dots else _dots(widest if ndim is None else ndim - len(before + after))
    return (*map(ord, before), *hidden, *map(ord, after))


def _check_sizes(equation, labels, operands):
    found = {}
    for own, x in zip(labels, operands, strict=True):
        for n, size in zip(own, x._array.shape, strict=True):
            before = found.get(n, 1)
            if 1 not in (size, before) and size != before:
                raise RuntimeError(
                    f"einsum(): operands do not broadcast in {equation!r}: subscript "
                    f"{chr(n) if n >= 0 else '...'} has size {before} and size {size}"
                )
            if before == 1:
                found[n] = size
        for n in {n for n in own if own.count(n) > 1}:
            if len({s for m, s in zip(own, x._array.shape, strict=True) if m == n}) > 1:
                raise RuntimeError(
                    f"einsum(): subscript {chr(n)} is repeated in one operand of {equation!r}, but "
                    f"the sizes {tuple(x.shape)} don't match"
                )
