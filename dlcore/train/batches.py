"""Where the loop's mini-batches come from: a pair cut up anew in every epoch, or any iterable."""

from dlcore.checks import check_pair
from dlcore.data.draw import generator

from .checks import check_dtype
from .placement import place


def as_pair(data):
    """(X, y) if ``data`` is a pair of arrays or has attributes X and y, else None."""
    if hasattr(data, "X") and hasattr(data, "y"):
        return data.X, data.y
    # A list of two batches is no pair: its members are pairs themselves and have no shape.
    if isinstance(data, (tuple, list)) and len(data) == 2 and hasattr(data[0], "shape"):
        return tuple(data)
    return None


def describe(data):
    """What was passed as data, in a few words: "tuple of list and list"."""
    if isinstance(data, (tuple, list)) and 0 < len(data) <= 2:
        inside = " and ".join(type(part).__name__ for part in data)
        return f"{type(data).__name__} of {inside}"
    return type(data).__name__


def place_pair(backend, device, model, names, pair):
    """A pair as tensors on the device, checked against each other and against the weights."""
    X, y = (place(backend, device, n, v) for n, v in zip(names, pair, strict=True))
    check_pair(names, X, y)
    check_dtype(model, names[0], X)
    check_dtype(model, names[1], y)
    return X, y


class PairBatches:
    """Mini-batches of (X, y), shuffled anew in every epoch by a NumPy generator.

    NumPy draws the order on both backends, so that both see the same batches. The last batch of an
    epoch is smaller when batch_size does not divide the number of examples.
    """

    def __init__(self, backend, device, X, y, batch_size, seed):
        self._backend, self._device = backend, device
        self._X, self._y = X, y
        self._batch_size = len(X) if batch_size is None else batch_size
        self._generator = generator(seed)

    def __len__(self):
        return -(-len(self._X) // self._batch_size)

    def generators(self):
        """Those that draw the order, for a checkpoint."""
        return [self._generator]

    def epoch(self, skip=0, skipped=None):
        """The batches of the next epoch, without the first ``skip``, after which ``skipped()``."""
        X, y, size = self._X, self._y, self._batch_size
        if size >= len(X):  # the whole set: its order is of no account
            if skip:
                skipped()
            else:
                yield X, y
            return
        order = self._backend.tensor(self._generator.permutation(len(X))).to(self._device)
        if skip:
            skipped()
        for start in range(skip * size, len(X), size):
            index = order[start : start + size]
            yield X[index], y[index]


class IterableBatches:
    """Batches from an object that can be iterated anew in every epoch, such as a DataLoader."""

    def __init__(self, backend, device, model, batches):
        self._backend, self._device, self._model = backend, device, model
        self._batches = batches

    def __len__(self):
        return len(self._batches)

    def generators(self):
        """Those of a DataLoader that draw the order, for a checkpoint."""
        loader = self._batches
        sampler, groups = (getattr(loader, n, None) for n in ("sampler", "batch_sampler"))
        owners = loader, sampler, groups, getattr(groups, "sampler", None)
        found = [getattr(owner, "generator", None) for owner in owners]
        return list({id(g): g for g in found if hasattr(g, "get_state")}.values())

    def epoch(self, skip=0, skipped=None):
        """The batches of the next epoch, without the first ``skip``, after which ``skipped()``."""
        names = "x", "y"
        for i, batch in enumerate(self._batches):
            if i < skip:
                if i == skip - 1:
                    skipped()
                continue
            if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                length = f" of {len(batch)}" if isinstance(batch, (tuple, list)) else ""
                raise TypeError(
                    f"train should give pairs (x, y), its batch number {i} is a "
                    f"{type(batch).__name__}{length}. If train was meant as a pair (X, y), make "
                    "both arrays: np.array(X, np.float32)"
                )
            if i == skip:
                yield place_pair(self._backend, self._device, self._model, names, batch)
            else:
                yield tuple(
                    place(self._backend, self._device, n, v)
                    for n, v in zip(names, batch, strict=True)
                )


def make_batches(backend, device, model, train, batch_size, seed):
    """The batches of one epoch after the other, from what the caller passed as ``train``.

    Raises TypeError for something that is neither a pair nor can be iterated more than once,
    ValueError for a batch_size that does not fit.
    """
    pair = as_pair(train)
    if pair is not None:
        X, y = place_pair(backend, device, model, ("X", "y"), pair)
        return PairBatches(backend, device, X, y, batch_size, seed)
    if not hasattr(train, "__iter__"):
        raise TypeError(
            "train should be a pair (X, y) of arrays or an iterable of batches (x, y), "
            f"received {type(train).__name__}"
        )
    if batch_size is not None:
        raise ValueError(
            f"batch_size={batch_size} is for a pair (X, y); train is a {type(train).__name__} that "
            "cuts its batches itself. If it was meant as a pair, make X and y arrays"
        )
    if iter(train) is train:
        raise TypeError(
            f"train is a {type(train).__name__}, which can be run through only once, and each "
            "epoch runs through it again: pass a list of batches, or an object whose __iter__ "
            "starts anew"
        )
    return IterableBatches(backend, device, model, train)
