"""Calling functions that somebody is still writing: what goes wrong is said in words.

A pair that takes a rule's place (``Rule.replaced``) is called through these wrappers, and
``check_pair`` uses their parts. They cost a little, which our own pairs never pay.
"""

import contextlib
import functools
import inspect

import numpy as np

from ..rule import Rule, parameters


def guarded(rule, forward=None, backward=None):
    """A Rule of the same name with these functions, each wrapped; the other is the standing one.

    Raises TypeError if one of them is no function or cannot take what it will be given.
    """
    standing = rule.standing
    backward_there = standing.backward
    if forward is not None and backward is None:
        backward_there = _with_their_cache(rule, backward_there)
    substitute = Rule(
        rule.name,
        standing.forward if forward is None else _guarded_forward(rule, forward),
        backward_there if backward is None else _guarded_backward(rule, backward),
        rule.torch,
        rule.source,
    )
    # Its length says how many inputs there were, which the student's backward need not be told.
    substitute.takes_needs = substitute.takes_needs or backward is not None
    return substitute


def described(rule, inputs, options, dtypes=True):
    """What a call was given: "x (2, 3) float32, w (4, 3) float32, stride=2"."""
    names = [rule.input_name(i) for i in range(len(inputs))]
    names = [name[name.index("(") + 1 : -1] if "(" in name else name for name in names]
    return ", ".join(
        f"{name}={x!r}"
        if not hasattr(x, "dtype")
        else f"{name} {x.shape} {x.dtype}"
        if dtypes
        else f"{name} {x.shape}"
        for name, x in [*zip(names, inputs, strict=True), *options.items()]
    )


@contextlib.contextmanager
def noted(where, given):
    """Add to an exception from inside where it happened; its type and traceback stay its own."""
    try:
        yield
    except Exception as error:
        error.add_note(f"This happened in the {where}, called with {given}.")
        if isinstance(error, ValueError) and "read-only" in str(error):
            error.add_note(
                "What a rule is given is read-only: others use it too. Write x = x * 2 instead of "
                "x *= 2, or work on x.copy()."
            )
        raise


def fitting(rule, function, options):
    """The options that a forward takes; TypeError if one is left over that is not its default.

    A first version of a convolution need not know of ``stride`` as long as the stride is 1.
    """
    known = parameters(function)
    if not known or any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values()):
        return options
    ours, kept = parameters(rule.forward), {}
    for key, value in options.items():
        if key in known:
            kept[key] = value
        elif key not in ours or not _same(ours[key].default, value):
            raise TypeError(
                f"the forward of rule {rule.name!r} is called with {key}={value!r}, and yours has "
                f"no argument {key!r}; add it{_default(ours, key)}"
            )
    return kept


def _same(default, value):
    return default is value or (type(default) is type(value) and default == value)


def _default(known, key):
    default = known[key].default if key in known else inspect.Parameter.empty
    return "" if default is inspect.Parameter.empty else f" (our default is {default!r})"


def parted(name, result):
    """(out, cache) of what a forward returned; TypeError if it is no such pair of arrays."""
    if not isinstance(result, tuple) or len(result) != 2:
        received = (
            f"a tuple of {len(result)}"
            if isinstance(result, tuple)
            else f"an array of shape {result.shape} alone"
            if isinstance(result, np.ndarray)
            else repr(result)
            if result is None
            else type(result).__name__
        )
        raise TypeError(
            f"the forward of rule {name!r} must return the pair (out, cache), and returned "
            f"{received}; the cache is what your backward will need, None if that is nothing"
        )
    out, cache = result
    for o in out if isinstance(out, tuple) else (out,):
        if not isinstance(o, (np.ndarray, np.generic)):
            raise TypeError(
                f"the forward of rule {name!r} must return arrays, and its out is of type "
                f"{type(o).__name__}; return (out, cache), in that order"
            )
    return out, cache


def widened(dtype, given):
    """Whether ``dtype`` is a float wider than every float array among ``given``."""
    floats = [x.dtype for x in given if hasattr(x, "dtype") and x.dtype.kind == "f"]
    return dtype.kind == "f" and bool(floats) and all(f.itemsize < dtype.itemsize for f in floats)


WIDER = (
    "a literal like np.float64(2), np.ones(3) or np.zeros(shape) without dtype makes float64 of "
    "float32 (a plain 2.0 does not): use x.dtype, np.zeros_like(x) or astype"
)


def _guarded_forward(rule, function):
    _must_take(rule, "forward", function)

    @functools.wraps(function)
    def forward(*inputs, **options):
        options = fitting(rule, function, options)
        given = described(rule, inputs, options)
        with noted(f"forward of rule {rule.name!r}", given):
            result = function(*[_read_only(x) for x in inputs], **options)
        out, cache = parted(rule.name, result)
        for o in out if isinstance(out, tuple) else (out,):
            if "dtype" not in options and widened(o.dtype, inputs):
                raise TypeError(
                    f"the forward of rule {rule.name!r} returned {o.dtype} for {given}; {WIDER}"
                )
        return (tuple(map(_writeable, out)) if isinstance(out, tuple) else _writeable(out)), cache

    return forward


def _guarded_backward(rule, function):
    _must_take(rule, "backward", function)

    takes_needs = "needs" in parameters(function)

    @functools.wraps(function)
    def backward(dout, cache, needs=None):
        douts = dout if isinstance(dout, tuple) else (dout,)
        given = "dout " + ", ".join(f"{d.shape} {d.dtype}" for d in douts)
        shown = tuple(_read_only(d) for d in douts)
        with noted(f"backward of rule {rule.name!r}", given):
            more = (needs,) if takes_needs else ()
            result = function(shown if isinstance(dout, tuple) else shown[0], cache, *more)
        dins = []
        for i, d in enumerate(gradients(result, needs)):
            if d is not None and not isinstance(d, (np.ndarray, np.generic)):
                raise TypeError(
                    f"the backward of rule {rule.name!r} returned an object of type "
                    f"{type(d).__name__} as the gradient of {rule.input_name(i)}; return an array "
                    "of that input's shape"
                )
            if d is not None and widened(d.dtype, douts):
                raise TypeError(
                    f"the backward of rule {rule.name!r} returned {d.dtype} as the gradient of "
                    f"{rule.input_name(i)} for {given}; {WIDER}"
                )
            # A copy: whatever a student returns, nobody else holds it.
            dins.append(None if d is None else np.array(d))
        return tuple(dins)

    return backward


def _with_their_cache(rule, function):
    """A backward that has not been replaced, on the cache of a forward that has been."""

    @functools.wraps(function)
    def backward(dout, cache, *needs):
        try:
            return function(dout, cache, *needs)
        except Exception as error:
            error.add_note(
                f"The forward of rule {rule.name!r} is replaced and its backward is not, so your "
                "cache must be laid out as ours is: see the first line of "
                f"inspect.getsource(rule({rule.name!r}).backward), or replace backward too."
            )
            raise

    return backward


def gradients(result, needs=None):
    """What a backward returned as a tuple; a single gradient may come without one.

    needs: as long as there were inputs. None for one that was not there, such as a bias, is as good
    as no gradient, as with torch.
    """
    dins = tuple(result) if isinstance(result, (tuple, list)) else (result,)
    while needs is not None and len(dins) > len(needs) and dins[-1] is None:
        dins = dins[:-1]
    return dins


def _read_only(x):
    if not isinstance(x, np.ndarray):
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _writeable(out):
    """``out`` as its user expects it: a view of a read-only input is still a view of the input."""
    if not isinstance(out, np.ndarray) or out.flags.writeable:
        return out
    if 0 in out.strides:  # np.broadcast_to: one number in many places
        return np.array(out)
    try:
        out.flags.writeable = True
    except ValueError:  # of read-only memory
        return np.array(out)
    return out


def _must_take(rule, which, function):
    if not callable(function):
        raise TypeError(
            f"the {which} of rule {rule.name!r} must be a function, received "
            f"{type(function).__name__}"
        )
    if which == "forward" or not (known := parameters(function)):
        return
    shape = inspect.Signature(known.values())
    try:
        shape.bind(*("dout", "cache", "needs")[: 3 if "needs" in known else 2])
    except TypeError:
        raise TypeError(
            f"the backward of rule {rule.name!r} is called as backward(dout, cache), or as "
            f"backward(dout, cache, needs) if its third argument has that name; yours takes {shape}"
        ) from None
