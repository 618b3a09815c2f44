"""Cases of kernels/einsum.py."""

from .draw import composite, filled, size, whole
from .draw import st as strategies
from .make import Case, normal


def einsum_call(torch, twin, tensors, labels, out):
    def text(numbers):
        return "".join(map(chr, numbers))

    return twin(f"{','.join(map(text, labels))}->{text(out)}", *tensors)


def equation(text, *shapes):
    left, right = text.split("->")
    labels = tuple(tuple(map(ord, term)) for term in left.split(","))
    arrays = tuple(normal(*s, seed=i) for i, s in enumerate(shapes))
    return Case(arrays, {"labels": labels, "out": tuple(map(ord, right))}, einsum_call)


CASES = {
    "einsum": [
        equation("ij,jk->ik", (2, 3), (3, 4)),
        equation("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
        equation("bhid,bhjd->bhij", (2, 3, 4, 2), (2, 3, 5, 2)),
        equation("ij->ji", (2, 3)),
        equation("ij->", (2, 3)),
        equation("ij->j", (2, 3)),
        equation("ii->", (3, 3)),
        equation("ii->i", (3, 3)),
        equation("iij,j->i", (3, 3, 2), (2,)),
        equation("i,j->ij", (2,), (3,)),
        equation("i,i->", (4,), (4,)),
        equation("ij,ij->i", (2, 3), (2, 3)),
        equation("ij,kl->il", (2, 3), (4, 5)),
        equation("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
        equation("i,j,k,ijk->", (2,), (3,), (4,), (2, 3, 4)),
        equation("bi,oij,bj->bo", (2, 3), (5, 3, 4), (2, 4)),
        equation("ij,jk->ik", (2, 1), (3, 4)),
        equation("ij,ij->ij", (2, 1), (2, 3)),
        equation("ij,jk->ik", (0, 3), (3, 4)),
        equation(",i->i", (), (3,)),
        equation("ii,ij->j", (3, 3), (3, 2)),
    ]
}


@composite
def drawn(draw):
    """One to three operands over at most four labels, some twice in one operand."""
    letters = "ijkl"
    sizes = {letter: draw(size(1)) for letter in letters}
    terms = [
        draw(strategies.lists(strategies.sampled_from(letters), max_size=3))
        for _ in range(draw(whole(1, 3)))
    ]
    used = sorted({letter for term in terms for letter in term})
    out = draw(strategies.permutations(used))[: draw(whole(0, len(used)))]
    arrays = tuple(draw(filled(tuple(sizes[n] for n in term))) for term in terms)
    labels = tuple(tuple(map(ord, term)) for term in terms)
    return Case(arrays, {"labels": labels, "out": tuple(map(ord, out))}, einsum_call)


GENERATED = {"einsum": drawn()}
