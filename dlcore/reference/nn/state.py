"""Whether a state dict fits a module, and how it is said that it does not."""

from collections import namedtuple


class IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What ``load_state_dict`` returns: paths that had no value, and values that had no path."""

    __slots__ = ()

    def __repr__(self):
        return super().__repr__() if any(self) else "<All keys matched successfully>"


def compared(name, own, given, strict):
    """The keys in which ``given`` differs from a module's ``own`` state.

    RuntimeError names all that does not fit: tensors of other shapes and, if ``strict``, such keys.
    """
    missing = [key for key in own if key not in given]
    unexpected = [key for key in given if key not in own]
    problems = []
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {', '.join(missing)}.")
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {', '.join(unexpected)}.")
    for key, value in given.items():
        if key in own and tuple(value.shape) != tuple(own[key].shape):
            problems.append(
                f"size mismatch for {key}: the file has {tuple(value.shape)}, the model has "
                f"{tuple(own[key].shape)}."
            )
    if problems:
        raise RuntimeError(f"Error(s) in loading state_dict for {name}: " + " ".join(problems))
    return IncompatibleKeys(missing, unexpected)
