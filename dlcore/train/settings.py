"""Settings: what ``fit`` was asked for in plain values, checked."""

import os
from dataclasses import dataclass

from dlcore.checks import check_count

from .checks import check_clip_norm, check_duration
from .placement import dtype_name

_PRECISIONS = {"bf16": "bfloat16", "bfloat16": "bfloat16", "fp16": "float16", "float16": "float16"}


@dataclass(kw_only=True, eq=False)
class Settings:
    """The arguments of ``fit`` that are numbers, names and switches; see there.

    Making one raises TypeError or ValueError for what is out of range.
    """

    epochs: int | None
    steps: int | None
    batch_size: int | None
    schedule: str
    clip_norm: float | None
    accumulate: int
    amp: str | None
    compile: dict | None
    checkpoint: str | None
    checkpoint_steps: int | None
    checkpoint_epochs: int | None
    resume: str | bool
    seed: object

    def __post_init__(self):
        self.epochs, self.steps = check_duration(self.epochs, self.steps)
        for name in ("batch_size", "checkpoint_steps", "checkpoint_epochs"):
            if getattr(self, name) is not None:
                setattr(self, name, check_count(name, getattr(self, name)))
        self.clip_norm = check_clip_norm(self.clip_norm)
        self.accumulate = check_count("accumulate", self.accumulate)
        self.amp = _precision(self.amp)
        self.compile = _compile_options(self.compile)
        self.checkpoint = _path("checkpoint", self.checkpoint)
        if self.resume not in (False, None, True):
            self.resume = _path("resume", self.resume)
        self._check_checkpoint()

    def _check_checkpoint(self):
        path, resume = self.checkpoint, self.resume
        if path is None:
            for name in ("checkpoint_steps", "checkpoint_epochs"):
                if getattr(self, name) is not None:
                    raise ValueError(f"{name}={getattr(self, name)} needs checkpoint=path as well")
            if resume is True:
                raise ValueError(
                    "resume=True goes on from checkpoint=path: pass it, or resume=path"
                )
            return
        if self.checkpoint_steps is not None and self.checkpoint_epochs is not None:
            raise ValueError(
                f"pass either checkpoint_steps or checkpoint_epochs, received "
                f"{self.checkpoint_steps} and {self.checkpoint_epochs}"
            )
        folder = os.path.dirname(os.path.abspath(path))
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"checkpoint={path!r}: there is no folder {folder!r}; make it")
        if not os.access(folder, os.W_OK):
            raise PermissionError(f"checkpoint={path!r}: the folder {folder!r} is read-only here")
        if os.path.isdir(path):
            raise IsADirectoryError(f"checkpoint={path!r} is a folder; name a file in it")
        goes_on = resume is True or (resume and os.path.abspath(resume) == os.path.abspath(path))
        if os.path.exists(path) and not goes_on:
            raise FileExistsError(
                f"checkpoint={path!r} is there already and would be overwritten: resume=True goes "
                "on from it; to start anew, delete it or choose another name"
            )


def _path(name, value):
    try:
        if value == "":
            raise ValueError(f"{name} should be a path, received ''")
        return None if value is None else os.fspath(value)
    except TypeError:
        raise TypeError(f"{name} should be a path, received {value!r}") from None


def _precision(amp):
    """ "bfloat16", "float16" or None."""
    if amp is None or amp is False:
        return None
    name = "bf16" if amp is True else amp if isinstance(amp, str) else dtype_name(amp)
    if name not in _PRECISIONS:
        raise ValueError(f'amp should be None, True, "bf16" or "fp16", received {amp!r}')
    return _PRECISIONS[name]


def _compile_options(value):
    """The keyword arguments of ``torch.compile``, or None for not compiling."""
    if value is None or value is False:
        return None
    if value is True:
        return {}
    if not isinstance(value, dict):
        raise TypeError(
            "compile should be True, False or a dict of torch.compile's arguments, received "
            f"{value!r}"
        )
    return dict(value)
