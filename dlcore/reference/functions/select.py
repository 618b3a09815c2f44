"""Reading from and writing to places given by indices: gather's relatives and the scatters."""

import numpy as np

from ..kernels import indexing
from ..kernels import scatter as kernels
from ..tape import apply
from ..tensor import Tensor
from . import layout, masking
from .assign import assign
from .layout import axis
from .operands import as_kind
from .pointwise import broadcasting


def _places(name, input, dim, index):
    """``dim`` from the front and a copy of the index, checked: integers, in range, not wider."""
    dim, shape = axis(input, dim), input._array.shape or (1,)
    if index._array.dtype.kind not in "iu" or index._array.dtype.itemsize < 4:
        raise RuntimeError(f"{name}(): Expected dtype int64 for index, received {index.dtype}")
    places = index._array.astype(np.int64)  # a copy: backward needs it unchanged
    if places.size and not 0 <= places.min() <= places.max() < shape[dim]:
        wrong = places.max() if places.min() >= 0 else places.min()
        raise RuntimeError(
            f"{name}: index {wrong} is out of bounds for dimension {dim} with size {shape[dim]}"
        )
    return dim, places


def _vector(name, input, dim, index):
    """As ``_places``, for an index that is a vector (or one number) of slices."""
    if index._array.ndim > 1:
        raise IndexError(f"{name}: index is a vector, received shape {tuple(index.shape)}")
    try:
        dim, places = _places(name, input, dim, index)
    except RuntimeError as error:
        kind = IndexError if "out of bounds" in str(error) else RuntimeError
        raise kind(str(error)) from None
    return dim, places.reshape(-1)


def index_select(input, dim, index):
    """The slices ``index`` (a vector) along ``dim``, in that order; one may come twice."""
    dim, places = _vector("index_select", input, dim, index)
    if not input._array.ndim:
        return layout.clone(input)
    return apply(indexing.index, input, index=(slice(None),) * dim + (places,))


def take_along_dim(input, indices, dim=None):
    """out[i, j] = input[indices[i, j], j] for dim = 0; the other axes broadcast."""
    if dim is None:
        return layout.gather(layout.reshape(input, -1), 0, layout.reshape(indices, -1))
    dim = axis(input, dim)
    if input.ndim != indices.ndim:
        raise RuntimeError(
            "take_along_dim: input and indices should have the same number of dimensions, but got "
            f"{input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    before, places = list(input._array.shape), list(indices._array.shape)
    with broadcasting("take_along_dim", np.empty(before[:dim]), np.empty(places[:dim])):
        shape = list(
            np.broadcast_shapes(
                [1 if i == dim else n for i, n in enumerate(before)],
                [1 if i == dim else n for i, n in enumerate(places)],
            )
        )
    shape[dim] = before[dim]
    input = layout.expand(input, tuple(shape))
    shape[dim] = places[dim]
    return layout.gather(input, dim, layout.expand(indices, tuple(shape)))


def take(input, index):
    """The elements at these places of the flattened input, in the shape of ``index``."""
    flat = layout.reshape(input, -1)
    places = index._array
    if places.dtype != np.int64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {index.dtype}")
    if places.size and not -flat.numel() <= places.min() <= places.max() < flat.numel():
        raise IndexError(f"take: an index is out of range for {flat.numel()} elements")
    return apply(indexing.index, flat, index=places.copy())


def _source(name, input, index, src, dim):
    """``src`` as the scatter rules take it, with the shapes checked."""
    if not isinstance(src, Tensor):
        as_kind(src, input._array.dtype)
        shape = index._array.shape
    else:
        shape = src._array.shape
        if src._array.dtype != input._array.dtype:
            raise RuntimeError(
                f"{name}(): Expected self.dtype to be equal to src.dtype, received {input.dtype} "
                f"and {src.dtype}"
            )
    before, places = input._array.shape, index._array.shape
    fits = len(before) == len(places) == len(shape)
    if places and 0 not in places:
        fits = fits and all(
            n <= s and (i == dim or n <= b)
            for i, (n, s, b) in enumerate(zip(places, shape, before, strict=True))
        )
    if not fits:
        raise RuntimeError(
            f"{name}: Expected index {list(places)} to be no larger than self {list(before)} apart "
            f"from dimension {dim} and to be no larger than src {list(shape)}"
        )
    return src


def scatter(input, dim, index, src=None, *, value=None):
    """``input`` with out[index[i, j], j] = src[i, j] for dim = 0; src may be a number.

    RuntimeError for an index out of range or shapes that do not fit.
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: give src (a tensor or a number), or value")
    dim, places = _places("scatter", input, dim, index)
    src = _source("scatter", input, index, value if src is None else src, dim)
    if not places.size:
        return layout.clone(input)
    return apply(kernels.scatter, input, src, dim=dim, index=places)


def scatter_add(input, dim, index, src):
    """``input`` with out[index[i, j], j] += src[i, j] for dim = 0; equal places add up."""
    if not isinstance(src, Tensor):
        raise TypeError(f"scatter_add: src must be a tensor, received {type(src).__name__}")
    dim, places = _places("scatter_add", input, dim, index)
    src = _source("scatter_add", input, index, src, dim)
    if not places.size:
        return layout.clone(input)
    return apply(kernels.scatter_add, input, src, dim=dim, index=places)


def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    """As ``scatter_add``, with the "sum", "mean", "amax" or "amin" of what arrives at one place.

    include_self: whether the input's own element counts among them. "prod" is outside the subset:
    ValueError.
    """
    if reduce not in ("sum", "mean", "amax", "amin"):
        raise ValueError(
            "scatter_reduce: reduce is 'sum', 'mean', 'amax' or 'amin' in the reference, received "
            f"{reduce!r}"
        )
    if reduce in ("amax", "amin"):
        dim, places = _places("scatter_reduce", input, dim, index)
        src = _source("scatter_reduce", input, index, src, dim)
        if not places.size:
            return layout.clone(input)
        options = {"dim": dim, "index": places, "include_self": include_self}
        return apply(kernels.scatter_extreme, input, src, largest=reduce == "amax", **options)
    ones = Tensor._wrap(np.ones_like(src._array))
    count = scatter_add(Tensor._wrap(np.zeros_like(input._array)), dim, index, ones)
    if not include_self:
        input = masking.masked_fill(input, count > 0, 0)
    total = scatter_add(input, dim, index, src)
    if reduce == "sum":
        return total
    count = count._array + (1 if include_self else 0)
    divisor = Tensor._wrap(np.maximum(count, 1).astype(input._array.dtype))
    return total / divisor if input.is_floating_point() else total // divisor


def index_add(input, dim, index, source, *, alpha=1):
    """``input`` with slice i of ``source``, times alpha, added to slice index[i] along ``dim``."""
    dim, places = _vector("index_add", input, dim, index)
    _slices("index_add", input, dim, places, source)
    if not input._array.ndim:
        return input + layout.reshape(source, ()) * alpha
    return apply(kernels.index_add, input, source, dim=dim, index=places, alpha=alpha)


def index_copy(input, dim, index, source):
    """``input`` with slice i of ``source`` put in the place of slice index[i] along ``dim``."""
    dim, places = _vector("index_copy", input, dim, index)
    _slices("index_copy", input, dim, places, source)
    places = places.reshape([-1 if i == dim else 1 for i in range(max(input.ndim, 1))])
    places = np.broadcast_to(places, source._array.shape or (1,)).copy()
    if not input._array.ndim:
        return layout.reshape(source, ())
    return apply(kernels.scatter, input, source, dim=dim, index=places)


def index_fill(input, dim, index, value):
    """``input`` with the number ``value`` in the slices ``index`` along ``dim``."""
    size = (input._array.shape or (1,))[axis(input, dim)]
    from_end = np.where(index._array < 0, index._array + size, index._array)
    dim, places = _vector("index_fill", input, dim, Tensor._wrap(from_end))
    chosen = np.zeros(input._array.shape[dim] if input._array.ndim else 1, bool)
    chosen[places] = True
    shape = [-1 if i == dim else 1 for i in range(input.ndim)]
    return masking.masked_fill(input, Tensor._wrap(chosen.reshape(shape)), value)


def _slices(name, input, dim, places, source):
    expected = list(input._array.shape)
    if expected:
        expected[dim] = len(places)
    if source._array.dtype != input._array.dtype:
        raise RuntimeError(
            f"{name}: self and source must have the same dtype, received {input.dtype} and "
            f"{source.dtype}"
        )
    if input.ndim and list(source._array.shape) != expected:
        raise (IndexError if name == "index_copy" else RuntimeError)(
            f"{name}: source has shape {tuple(source.shape)}; for input {tuple(input.shape)} and "
            f"{len(places)} indices along axis {dim} it must be {tuple(expected)}"
        )


def narrow(input, dim, start, length):
    """``length`` elements along ``dim`` from ``start`` on: a view."""
    dim, start = axis(input, dim), int(start)
    size = input._array.shape[dim] if input._array.ndim else 0
    begin = start + size if start < 0 else start
    if not 0 <= begin <= begin + length <= size:
        raise (IndexError if not -size <= start <= size else RuntimeError)(
            f"narrow: start ({start}) + length ({length}) exceeds dimension size ({size})"
        )
    return input[(slice(None),) * dim + (slice(begin, begin + length),)]


def select(input, dim, index):
    """Slice ``index`` along ``dim``, which goes away: a view."""
    dim, size = axis(input, dim), (input._array.shape or (0,))[axis(input, dim)]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(input.shape)} at "
            f"dimension {dim}"
        )
    return input[(slice(None),) * dim + (int(index),)]


def index_put(input, indices, values, accumulate=False):
    """``input`` with input[indices] = values, or with accumulate += values, where places add up.

    indices: a tuple of index tensors, as between the brackets.
    """
    index = layout.plain_index(tuple(indices))
    if not accumulate:
        return assign(input, (index[0], ... if index[1] is None else index[1]), values)
    numbers = Tensor._wrap(np.arange(input.numel()).reshape(input._array.shape))
    places = layout.getitem(numbers, tuple(indices))
    values = layout.expand(values, places._array.shape)
    flat = index_add(
        layout.reshape(input, -1), 0, layout.reshape(places, -1), layout.reshape(values, -1)
    )
    return layout.reshape(flat, input._array.shape)


def masked_scatter(input, mask, source):
    """``input`` with the elements of ``source``, one after the other, where ``mask`` is true.

    RuntimeError if there are too few of them.
    """
    places = np.cumsum(np.broadcast_to(mask._array, input._array.shape)) - 1
    if places.size and places[-1] >= source.numel():
        raise RuntimeError(
            f"masked_scatter: expected self and source to have the same number of elements, but "
            f"the mask is true {places[-1] + 1} times and source has {source.numel()} elements"
        )
    if not source.numel():
        return layout.clone(input)
    places = Tensor._wrap(np.maximum(places, 0).reshape(input._array.shape))
    return masking.where(mask, layout.reshape(source, -1)[places], input)
