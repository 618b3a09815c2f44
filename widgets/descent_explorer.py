"""``DescentExplorer``: drag the start on a loss surface and race the optimisers from there."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import traitlets

from dlcore import get_backend
from dlcore.checks import check_learning_rate
from widgets.base import LiveWidget, module
from widgets.contours import Map
from widgets.descent import OPTIMISERS, race
from widgets.descent_figure import descent_figure, descent_sentence
from widgets.surface import SURFACES, Surface

__all__ = ["DescentExplorer"]

_JS = Path(__file__).parent / "js"

# Every drag of the start runs the whole race again, and this many steps take 0.4 s on NumPy.
_MOST_STEPS = 2_000
# The learning-rate slider reaches this factor to both sides of the surface's own rate.
_RATE_FACTOR = 100.0


@dataclass(frozen=True)
class Settings:
    """What a race depends on, and which of its racers are shown."""

    surface: str
    start: tuple[float, float]
    learning_rate: float
    momentum: float
    shown: tuple[str, ...]


class DescentExplorer(LiveWidget):
    """A loss surface with a start to drag, and optimisers that race down from it.

    ``surface`` is a ``Surface`` (a ``loss_slice`` of a network is one), a name out of ``SURFACES``,
    or a dict or list of several to choose from. ``start`` (x, y) and ``learning_rate`` are the
    surface's own unless given; ``momentum`` is that of Momentum and Nesterov, and Adam's beta1.
    ``optimisers`` are names out of GD, Momentum, Nesterov, RMSProp, Adam and AdaGrad, and ``steps``
    is the length of the race, at most 2,000. The optimisers are those of ``backend``.

    ``surface``, ``start``, ``learning_rate``, ``momentum`` and ``shown`` can also be set from
    Python, and ``race`` holds the paths as arrays. Every change computes the race anew.

    Raises ValueError for an unknown surface or optimiser, a start outside the map, a learning rate
    that is not positive, a momentum outside [0, 1), or steps outside 1 to 2,000; TypeError for a
    learning rate that is no number.
    """

    _esm = module("plot", "descent_race", "descent_map", "descent_explorer")
    _css = LiveWidget._css + (_JS / "descent_explorer.css").read_text("utf-8")

    # Python alone writes these; the browser asks for a change by a message and draws what comes.
    state = traitlets.Dict().tag(sync=True)
    paths = traitlets.Bytes().tag(sync=True)
    bands = traitlets.Bytes().tag(sync=True)

    def __init__(
        self,
        surface="ravine",
        start=None,
        optimisers=("GD", "Momentum", "Nesterov", "RMSProp", "Adam"),
        learning_rate=None,
        momentum=0.9,
        steps=100,
        backend="numpy",
    ):
        if not (isinstance(steps, int) and 1 <= steps <= _MOST_STEPS):
            raise ValueError(
                f"a race needs a whole number of steps from 1 to {_MOST_STEPS:,}, so that it can "
                f"be run again at every drag; received {steps!r}"
            )
        self._backend = get_backend(backend) if isinstance(backend, str) else backend
        self._surfaces = _named_surfaces(surface)
        self._optimisers = _known(optimisers, OPTIMISERS)
        self._steps = steps
        # Messages of the browser arrive in another thread while a cell runs.
        self._lock = threading.RLock()
        self._settings = None
        first = {"surface": next(iter(self._surfaces)), "momentum": momentum}
        given = {"start": start, "learning_rate": learning_rate, "shown": self._optimisers}
        super().__init__(**self._changed(first | given))
        self.on_msg(self._on_message)

    surface = property(
        lambda self: self._settings.surface,
        lambda self, name: self.set(surface=name),
        doc="The name of the surface; another one brings its own start and learning rate.",
    )
    start = property(
        lambda self: self._settings.start,
        lambda self, point: self.set(start=point),
        doc="Where all optimisers begin, (x, y).",
    )
    learning_rate = property(
        lambda self: self._settings.learning_rate,
        lambda self, rate: self.set(learning_rate=rate),
        doc="The step size of all optimisers.",
    )
    momentum = property(
        lambda self: self._settings.momentum,
        lambda self, beta: self.set(momentum=beta),
        doc="The momentum of Momentum and Nesterov, and Adam's beta1.",
    )
    shown = property(
        lambda self: self._settings.shown,
        lambda self, names: self.set(shown=names),
        doc="The names of the optimisers that are drawn and described.",
    )
    race = property(lambda self: self._race, doc="The paths, a ``widgets.descent.Race``.")

    def set(self, **changes) -> None:
        """Change several of surface, start, learning_rate, momentum and shown, and race once.

        Raises as the constructor does, and then changes nothing.
        """
        self._update(changes)

    def describe(self) -> str:
        """How far each optimiser that is shown came, in a sentence or two."""
        with self._lock:
            return descent_sentence(self._map, self._settings, self._race)

    def figure(self):
        """The surface as contours with the paths of the optimisers that are shown."""
        with self._lock:
            return descent_figure(self._map, self._settings, self._race)

    def _on_message(self, widget, content, buffers):
        """A request of the browser, ``{kind: "set", sequence, client, changes}``."""
        if content.get("kind") != "set":
            return
        answer_to = {key: content[key] for key in ("client", "sequence")}
        try:
            self._update(content["changes"], answer_to)
        except (TypeError, ValueError) as error:
            self.send({"kind": "error", "text": str(error), **answer_to})

    def _update(self, changes, answer_to=None):
        with self._lock:
            values = self._changed(changes, answer_to)
            with self.hold_sync():
                for name, value in values.items():
                    setattr(self, name, value)

    def _changed(self, changes, answer_to=None):
        """Apply ``changes`` and return the synchronised traits that follow from them."""
        old, new = self._settings, self._validated(changes)
        values = {}
        if old is None or new.surface != old.surface:
            self._map = Map.of(self._surfaces[new.surface], self._backend)
            values["bands"] = self._map.bands.astype("<f4").tobytes()
        if old is None or replace(new, shown=old.shown) != old:
            self._race = race(
                self._map.surface,
                new.start,
                self._optimisers,
                new.learning_rate,
                new.momentum,
                self._steps,
                self._backend,
            )
            paths = np.stack([self._race.x, self._race.y, self._race.loss])
            with np.errstate(over="ignore"):  # beyond float32 is beyond every picture
                values["paths"] = paths.astype("<f4").tobytes()
        self._settings = new
        values["state"] = self._state() | (answer_to or {"client": "", "sequence": 0})
        return values

    def _validated(self, changes) -> Settings:
        """The settings with ``changes``; what is missing or None is kept or the surface's own."""
        unknown = set(changes) - set(Settings.__dataclass_fields__)
        if unknown:
            raise ValueError(f"a race has no setting {', '.join(sorted(unknown))}")
        old = {} if self._settings is None else asdict(self._settings)
        new = old | changes
        name = new["surface"]
        if name not in self._surfaces:
            known = ", ".join(map(repr, self._surfaces))
            raise ValueError(f"unknown surface {name!r}; this explorer has {known}")
        surface = self._surfaces[name]
        if old and name != old["surface"]:
            new |= {"start": None, "learning_rate": None} | changes
        start = surface.start if new["start"] is None else new["start"]
        rate = surface.learning_rate if new["learning_rate"] is None else new["learning_rate"]
        return Settings(
            name,
            _inside(start, surface),
            _rate(rate),
            _momentum(new["momentum"]),
            _known(new["shown"], self._optimisers),
        )

    def _state(self):
        """All that the browser needs besides the arrays, as JSON."""
        settings, surface = self._settings, self._map.surface
        rate = surface.learning_rate
        return {
            **asdict(settings),
            "surfaces": {name: surface.name for name, surface in self._surfaces.items()},
            "x_range": surface.x_range,
            "y_range": surface.y_range,
            "levels": self._map.levels.tolist(),
            "targets": self._map.targets,
            "known_minima": bool(surface.minima),
            "floor": self._map.floor,
            "rates": (
                min(rate / _RATE_FACTOR, settings.learning_rate),
                max(rate * _RATE_FACTOR, settings.learning_rate),
            ),
            "optimisers": self._optimisers,
            "steps": self._steps,
            "escaped": self._race.escaped,
            "diverged": self._race.diverged,
            "summary": self.describe(),
        }


def _named_surfaces(given) -> dict[str, Surface]:
    """The surfaces to choose from by name: of one surface, a name, a dict, or a list of either."""
    if isinstance(given, dict):
        return _surfaces_only(given)
    if isinstance(given, (list, tuple)):
        named = {}
        for one in given:
            named |= _named_surfaces(one)
        return _surfaces_only(named)
    if isinstance(given, str):
        if given not in SURFACES:
            known = ", ".join(map(repr, SURFACES))
            raise ValueError(f"unknown surface {given!r}; use one of {known}, or a Surface")
        return {given: SURFACES[given]}
    return _surfaces_only({getattr(given, "name", "surface"): given})


def _surfaces_only(named):
    for name, surface in named.items():
        if not isinstance(surface, Surface):
            raise ValueError(
                f"expected a Surface as {name!r}, received {type(surface).__name__}; "
                "make one with Surface(function, x_range, y_range) or loss_slice(model, ...)"
            )
    if not named:
        raise ValueError("an explorer needs at least one surface, received none")
    return dict(named)


def _known(names, possible) -> tuple[str, ...]:
    names = (names,) if isinstance(names, str) else tuple(names)
    for name in names:
        if name not in possible:
            raise ValueError(f"unknown optimiser {name!r}; use {', '.join(possible)}")
    return tuple(dict.fromkeys(names))


def _inside(point, surface) -> tuple[float, float]:
    try:
        x, y = (float(value) for value in point)
    except (TypeError, ValueError):
        raise ValueError(f"a start is a pair of numbers (x, y), received {point!r}") from None
    if not surface.contains(x, y):
        raise ValueError(
            f"the start ({x:g}, {y:g}) is outside the map of {surface.name}: "
            f"x from {surface.x_range[0]:g} to {surface.x_range[1]:g}, "
            f"y from {surface.y_range[0]:g} to {surface.y_range[1]:g}"
        )
    return x, y


def _rate(rate) -> float:
    rate = check_learning_rate(rate)
    if rate == 0:
        raise ValueError(
            "a learning rate of 0 leaves every optimiser at the start, and has no place on the "
            "slider's logarithmic scale: use a small positive one"
        )
    return rate


def _momentum(beta) -> float:
    if not (isinstance(beta, (int, float)) and 0 <= beta < 1):
        raise ValueError(f"a momentum is from 0 to below 1, received {beta!r}; 1 would never slow")
    return float(beta)
