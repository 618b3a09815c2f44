"""Wrong arguments are answered with torch's kind of exception, and a sentence."""

import pytest

import dlcore.reference as ref

ERRORS = {
    # no such axis
    "sort": (lambda t: t.ones(2, 3).sort(2), IndexError, "got 2"),
    "topk": (lambda t: t.ones(2, 3).topk(1, dim=-3), IndexError, "got -3"),
    "cumsum": (lambda t: t.ones(2, 3).cumsum(5), IndexError, "got 5"),
    "split": (lambda t: t.ones(2, 3).split(1, 2), IndexError, "got 2"),
    "unbind": (lambda t: t.ones(2).unbind(1), IndexError, "got 1"),
    "gather": (lambda t: t.ones(2).gather(1, t.tensor([0])), IndexError, "got 1"),
    "scatter": (lambda t: t.ones(2).scatter(1, t.tensor([0]), 1.0), IndexError, "got 1"),
    "index_select": (lambda t: t.ones(2).index_select(1, t.tensor([0])), IndexError, "got 1"),
    "flip": (lambda t: t.ones(2).flip(1), IndexError, "got 1"),
    "roll": (lambda t: t.ones(2).roll(1, 1), IndexError, "got 1"),
    "diagonal": (lambda t: t.ones(2).diagonal(), IndexError, "got 1"),
    "movedim": (lambda t: t.ones(2).movedim(0, 1), IndexError, "got 1"),
    "all": (lambda t: t.ones(2).all(1), IndexError, "got 1"),
    "prod": (lambda t: t.ones(2).prod(1), IndexError, "got 1"),
    "sum of a number": (lambda t: t.tensor(1.0).sum(1), IndexError, "got 1"),
    "squeeze": (lambda t: t.ones(2, 1).squeeze((0, 2)), IndexError, "got 2"),
    # indices
    "index too large": (
        lambda t: t.ones(2).index_select(0, t.tensor([2])),
        IndexError,
        "range|bounds",
    ),
    "index_add too large": (
        lambda t: t.zeros(2).index_add(0, t.tensor([2]), t.ones(1)),
        (IndexError, RuntimeError),
        "range|bounds",
    ),
    "scatter too large": (
        lambda t: t.ones(2).scatter(0, t.tensor([2]), 1.0),
        RuntimeError,
        "2 is out of bounds",
    ),
    "scatter of floats": (
        lambda t: t.ones(2).scatter(0, t.tensor([1.0]), 1.0),
        RuntimeError,
        "int64",
    ),
    "gather with floats": (lambda t: t.ones(2).gather(0, t.ones(1)), RuntimeError, "int64"),
    "select": (lambda t: t.ones(2, 3).select(1, 3), IndexError, "index 3 out of range"),
    "narrow": (lambda t: t.ones(3).narrow(0, 2, 2), RuntimeError, "exceeds dimension size"),
    "take": (lambda t: t.ones(3).take(t.tensor([3])), IndexError, "out of range"),
    # shapes
    "masked_fill": (
        lambda t: t.ones(2, 3).masked_fill(t.ones(4) > 0, 0),
        RuntimeError,
        "broadcast|must match",
    ),
    "masked_fill by integers": (
        lambda t: t.ones(2).masked_fill(t.tensor([1, 0]), 0),
        RuntimeError,
        "bool",
    ),
    "masked_fill with a vector": (
        lambda t: t.ones(2).masked_fill(t.ones(2) > 0, t.ones(2)),
        RuntimeError,
        "0-dim",
    ),
    "where": (
        lambda t: t.where(t.ones(2) > 0, t.ones(3), 0.0),
        RuntimeError,
        "broadcast|must match",
    ),
    "where by integers": (lambda t: t.where(t.tensor([1]), 1.0, 2.0), RuntimeError, "bool"),
    "split sizes": (lambda t: t.ones(5).split([2, 2]), RuntimeError, r"sum exactly to 5.*\[2, 2\]"),
    "split 0": (lambda t: t.ones(5).split(0), RuntimeError, "split_size"),
    "chunk": (lambda t: t.ones(5).chunk(0), RuntimeError, "chunks"),
    "topk of too many": (lambda t: t.ones(5).topk(6), RuntimeError, "range"),
    "scatter_add": (
        lambda t: t.ones(2, 2).scatter_add(0, t.tensor([[0, 1, 0]]), t.ones(1, 3)),
        RuntimeError,
        "index",
    ),
    "index_copy": (
        lambda t: t.ones(3, 2).index_copy(0, t.tensor([0]), t.ones(2, 2)),
        IndexError,
        "index",
    ),
    "stack": (lambda t: t.stack([t.ones(2), t.ones(3)]), RuntimeError, "equal size"),
    "cat of a tensor": (lambda t: t.cat(t.ones(2, 2)), TypeError, "tuple of Tensors"),
    "repeat": (lambda t: t.ones(2, 3).repeat(2), RuntimeError, "[Nn]umber of dim"),
    "unflatten": (lambda t: t.ones(6).unflatten(0, (4, 2)), RuntimeError, "multiply up"),
    "expand_as": (lambda t: t.ones(2).expand_as(t.ones(3)), RuntimeError, "expand"),
    "broadcast_tensors": (
        lambda t: t.broadcast_tensors(t.ones(2), t.ones(3)),
        RuntimeError,
        "broadcast|must match",
    ),
    "tensordot": (lambda t: t.tensordot(t.ones(2), t.ones(3), 1), RuntimeError, "match"),
    "inner": (lambda t: t.inner(t.ones(2), t.ones(3)), RuntimeError, "last dimension"),
    "cdist": (lambda t: t.cdist(t.ones(2, 3), t.ones(2, 4)), RuntimeError, "columns"),
    "addmm": (lambda t: t.addmm(t.ones(2), t.ones(2, 3), t.ones(2, 2)), RuntimeError, "multiplied"),
    "det": (lambda t: t.det(t.ones(2, 3)), RuntimeError, "square"),
    "inverse of a singular matrix": (
        lambda t: t.inverse(t.ones(2, 2)),
        RuntimeError,
        "[Ss]ingular",
    ),
    "solve": (lambda t: t.linalg.solve(t.eye(2), t.ones(3, 1)), RuntimeError, "[Ii]ncompatible"),
    "cholesky": (lambda t: t.linalg.cholesky(-t.eye(2)), RuntimeError, "definite"),
    # einsum
    "einsum labels": (lambda t: t.einsum("ij->i", t.ones(2)), RuntimeError, "number of"),
    "einsum operands": (
        lambda t: t.einsum("i,j", t.ones(2)),
        (RuntimeError, ValueError),
        "operands",
    ),
    "einsum sizes": (lambda t: t.einsum("ij,jk", t.ones(2, 3), t.ones(4, 2)), RuntimeError, "size"),
    "einsum output": (lambda t: t.einsum("i->j", t.ones(2)), RuntimeError, "output subscript j"),
    "einsum output twice": (lambda t: t.einsum("i->ii", t.ones(2)), RuntimeError, "more than once"),
    "einsum letters": (lambda t: t.einsum("i1", t.ones(2, 2)), RuntimeError, "subscript"),
    # types and numbers
    "integers divided by 0": (lambda t: t.tensor([1]) // 0, RuntimeError, "ZeroDivision"),
    "modulo 0": (lambda t: t.tensor([1]) % 0, RuntimeError, "ZeroDivision"),
    "negative power": (lambda t: t.tensor([2]) ** -1, RuntimeError, "negative integer powers"),
    "shift of floats": (lambda t: t.ones(1) << 1, RuntimeError, "not implemented for"),
    "minus a bool": (lambda t: 1 - t.tensor([True]), RuntimeError, "logical_xor|invert"),
    "fill into uint8": (
        lambda t: t.full((2,), 300, dtype=t.uint8),
        RuntimeError,
        "without overflow",
    ),
    "masked_fill into uint8": (
        lambda t: t.zeros(1, dtype=t.uint8).masked_fill(t.ones(1) > 0, 300),
        RuntimeError,
        "overflow",
    ),
    "rounding_mode": (
        lambda t: t.div(t.ones(1), 2, rounding_mode="up"),
        RuntimeError,
        "rounding_mode",
    ),
    "quantile": (lambda t: t.ones(2).quantile(1.5), RuntimeError, "range"),
    "histc of integers": (lambda t: t.histc(t.tensor([1])), RuntimeError, "not implemented for"),
    "bincount": (lambda t: t.bincount(t.tensor([-1])), RuntimeError, "non-negative"),
    "multinomial of 0": (lambda t: t.multinomial(t.zeros(3), 1), RuntimeError, "sum of prob"),
    "multinomial below 0": (lambda t: t.multinomial(-t.ones(3), 1), RuntimeError, "< 0"),
    "multinomial of too many": (lambda t: t.multinomial(t.ones(3), 4), RuntimeError, "replacement"),
    "bernoulli": (lambda t: t.bernoulli(t.tensor([1.5])), RuntimeError, "p"),
    "normal": (lambda t: t.normal(0.0, -1.0, (2,)), RuntimeError, "std >= 0"),
    "randint": (lambda t: t.randint(3, 3, (2,)), RuntimeError, "less than|from"),
    "negative size": (lambda t: t.zeros(-1), RuntimeError, "negative"),
    "arange": (lambda t: t.arange(0, 3, -1), RuntimeError, "inconsistent with step sign"),
    "finfo": (lambda t: t.finfo(t.int64), TypeError, "floating point"),
    "default dtype": (lambda t: t.set_default_dtype(t.int64), TypeError, "floating-point"),
    "meshgrid": (lambda t: t.meshgrid(t.ones(2), indexing="yx"), RuntimeError, "indexing"),
    "in place shape": (lambda t: t.ones(2).lerp_(t.ones(3, 2), 0.5), RuntimeError, "shape"),
    "in place type": (lambda t: t.tensor([1]).exp_(), RuntimeError, "can't be cast"),
    "in place on a leaf": (
        lambda t: t.ones(2, requires_grad=True).unsqueeze_(0),
        RuntimeError,
        "leaf",
    ),
    "fill_diagonal_": (lambda t: t.ones(2).fill_diagonal_(0), RuntimeError, "dim|matrix"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_torchs_exception_and_a_sentence(name, torch):
    call, kind, message = ERRORS[name]
    with pytest.raises(kind):
        call(torch)
    with pytest.raises(kind, match=message) as error:
        call(ref)
    assert len(str(error.value).split()) >= 4


DECOMPOSITIONS = ["svd", "svdvals", "qr", "eigh", "eigvalsh", "pinv"]


@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_no_gradient_is_lost_in_silence(name):
    x = (ref.eye(3) * 2).requires_grad_()
    with pytest.raises(RuntimeError, match=rf"linalg\.{name} has no rule.*no gradient can flow"):
        getattr(ref.linalg, name)(x)
    with ref.no_grad():
        getattr(ref.linalg, name)(x)
