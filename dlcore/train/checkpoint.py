"""Checkpoints: all that a training is, written to a file, to go on as if it had never stopped."""

import os

from . import stored
from .placement import dtype_name

# A schedule changes these while it runs, so they say nothing about how the optimiser was made.
_SCHEDULED = {"lr", "momentum", "betas"}


class Checkpoint:
    """Writes the state of a training to ``path`` and reads it from there.

    identity: dict of texts that say what is trained, from ``identify``. random: RandomStates.
    processes: Alone or Together; the first one writes, all of them read.
    """

    def __init__(self, backend, path, identity, random, processes):
        self._backend, self._path, self._identity = backend, path, identity
        self._random, self._processes = random, processes
        self._at_epoch = None

    def begin_epoch(self):
        """Note where the random numbers stand that will draw the order of the epoch."""
        self._at_epoch = self._random.read()

    def save(self, training, epoch, done):
        """Write it: ``done`` steps of ``epoch`` are made; with 0 the epoch is not begun."""
        now = self._random.read()
        random = self._processes.gather({"epoch": self._at_epoch if done else now, "now": now})
        if self._processes.rank == 0:
            self._write(training, {"epoch": epoch, "done": done, "step": training.step}, random)
        self._processes.share(None)  # none of them reads it before it is written

    def _write(self, training, place, random):
        value = {
            "identity": self._identity,
            "model": dict(training.run.model.state_dict()),
            "parts": {name: part.state_dict() for name, part in training.parts().items()},
            "groups": _settings_of(training.optimizer),
            "place": place,
            "measured_at": training.measured_at,
            "seconds": training.seconds(),
            "recorder": training.recorder.state_dict(),
            "random": random,
        }
        stored.write(self._path, self._backend, value)

    def read_if_wanted(self, settings):
        """The state to go on from, of which nothing is in force yet, or None to start anew.

        Raises ValueError if it belongs to another training, with all that differs, or lies beyond
        the end of this one.
        """
        path = settings.checkpoint if settings.resume is True else settings.resume
        if not settings.resume or (settings.resume is True and not os.path.exists(path)):
            return None
        state = stored.read(path, self._backend)
        differ = differences(state["identity"], self._identity, state["groups"])
        if differ:
            raise ValueError(
                f"checkpoint {path!r} belongs to another training:\n  " + "\n  ".join(differ)
            )
        step, epoch = state["place"]["step"], state["place"]["epoch"]
        for name, at in (("steps", step), ("epochs", epoch - 1)):
            last = getattr(settings, name)
            if last is not None and at > last:
                raise ValueError(
                    f"checkpoint {path!r} was written after {at} {name}, more than {name}={last}"
                )
        return state

    def restore(self, state, training):
        """Put a state that was read in force; an epoch that had begun is for the training to do."""
        training.run.model.load_state_dict(state["model"])
        for name, part in training.parts().items():
            part.load_state_dict(state["parts"][name])
        training.recorder.load_state_dict(state["recorder"])
        training.measured_at = state["measured_at"]
        training.seconds_before = state["seconds"]
        place = state["place"]
        training.step, training.epoch, training.done = place["step"], place["epoch"], place["done"]
        training.begun_at = training.step - training.done
        random = state["random"][self._processes.rank]
        self._at_epoch = training.random_of_epoch = random["epoch"]
        training.random_now = random["now"]
        self._random.write(random["now"])


def identify(*, backend, model, loss, optimizer, scheduler, settings, train, metrics, size):
    """What is trained, as a dict of texts: two trainings that differ here are different ones."""
    identity = {
        "backend": backend.__name__,
        "model": _name(model),
        "loss": _name(loss),
        "optimizer": _name(optimizer),
        "scheduler": _name(scheduler),
        "train": _describe(train),
        "metrics": ", ".join(metrics),
        "processes": str(size),
    }
    for name in ("batch_size", "accumulate", "clip_norm", "amp", "schedule", "seed"):
        value = getattr(settings, name)
        plain = value is None or isinstance(value, (int, float, str))
        identity[name] = repr(value) if plain else type(value).__name__
    for name, value in model.state_dict().items():
        identity[f"model's {name}"] = _describe(value)
    for i, group in enumerate(_settings_of(optimizer)):
        for key, value in group.items():
            if scheduler is None or key not in _SCHEDULED:
                identity[f"optimizer's {key} (group {i})"] = value
    return identity


def _settings_of(optimizer):
    """For each parameter group, its settings as texts, and how many parameters it has."""
    return [
        {k: str(len(v)) if k == "params" else _text(v) for k, v in group.items()}
        for group in optimizer.param_groups
    ]


def _text(value):
    return repr(value.item() if hasattr(value, "item") else value)


def _name(thing):
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return "none" if thing is None else f"{named.__module__}.{named.__qualname__}"


def _describe(data):
    if hasattr(data, "shape") and hasattr(data, "dtype"):
        return f"{tuple(data.shape)} {dtype_name(data.dtype)}"
    if isinstance(data, tuple):
        return ", ".join(map(_describe, data))
    length = f" of {len(data)}" if hasattr(data, "__len__") else ""
    return f"{type(data).__name__}{length}"


def differences(theirs, ours, groups=(), where="in the checkpoint"):
    """A line for each entry that differs, the first eight of them. where: theirs are."""
    lines = []
    for name in dict.fromkeys([*theirs, *ours]):
        a, b = theirs.get(name, "missing"), ours.get(name, "missing")
        if a != b and not _moved(name, b, groups):
            lines.append(f"{name}: {a} {where}, {b} here")
    return lines[:8] + ([f"and {len(lines) - 8} more"] if len(lines) > 8 else [])


def _moved(name, value, groups):
    """Whether a setting is what it was when the checkpoint was written, if not at the start.

    So it is for an optimiser that goes on in the same program after a hand was on its slider.
    """
    return any(
        name == f"optimizer's {key} (group {i})" and value == text
        for i, group in enumerate(groups)
        for key, text in group.items()
    )
