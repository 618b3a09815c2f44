"""``out=``, and tensors made by the class itself, as older programs write them."""

import pytest

import dlcore.reference as ref


def test_results_go_into_memory_that_is_there(torch):
    for t in (torch, ref):
        a, b = t.tensor([[1.0, 2.0], [3.0, 4.0]]), t.ones(2, 2)
        out = t.zeros(2, 2)
        assert t.matmul(a, b, out=out) is out
        assert out.tolist() == [[3, 3], [7, 7]]
        assert t.add(a, b, alpha=2, out=out).tolist() == [[3, 4], [5, 6]]
        assert t.stack([a[0], b[0]], out=out).tolist() == [[1, 2], [1, 1]]
        t.mul(out, out, out=out)
        assert out.tolist() == [[1, 4], [1, 1]]


def test_a_gradient_cannot_go_that_way(torch):
    for t in (torch, ref):
        w, out = t.ones(2, requires_grad=True), t.zeros(2)
        with pytest.raises(RuntimeError, match="don't support automatic differentiation"):
            t.mul(w, w, out=out)
        with t.no_grad():
            assert t.mul(w, w, out=out).tolist() == [1, 1]


def test_out_of_another_shape_is_refused():
    with pytest.raises(
        RuntimeError, match=r"out must be a tensor of shape \(2,\), received \(3,\)"
    ):
        ref.add(ref.ones(2), 1, out=ref.zeros(3))


def test_the_class_makes_tensors(torch):
    for t in (torch, ref):
        made = t.Tensor([[1, 2], [3, 4]])
        assert (made.dtype, made.tolist()) == (t.float32, [[1, 2], [3, 4]])
        assert (t.Tensor(2, 3).shape, t.Tensor().shape) == ((2, 3), (0,))
        assert isinstance(made, t.Tensor)
