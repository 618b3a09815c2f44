"""definition: write a model once, with the backend as an argument."""

import functools

from ..backend import get_backend, name_of


class definition:
    """Turns a function backend -> class into one that makes the class once for each backend.

        @definition
        def mlp(backend):
            class MLP(backend.nn.Module): ...
            return MLP

        model = mlp(backend)(sizes=(64, 32, 10))

    A class made inside a function has no name that ``pickle`` could import. Here it is reached as
    an attribute, ``mlp.torch`` or ``mlp.numpy``, and carries that as its qualified name.
    """

    def __init__(self, function):
        functools.update_wrapper(self, function)
        self._function, self._classes = function, {}

    def __call__(self, backend):
        if not hasattr(backend, "nn"):
            called = self.__name__
            raise TypeError(
                f"{called}(backend)(...): first a backend, as get_backend gives it, then the "
                f"model's arguments; received {backend!r} as the backend"
            )
        name = name_of(backend)
        if name not in self._classes:
            cls = self._function(backend)
            cls.__module__, cls.__qualname__ = self.__module__, f"{self.__qualname__}.{name}"
            self._classes[name] = cls
        return self._classes[name]

    def __getattr__(self, name):
        if name in ("numpy", "torch"):
            return self(get_backend(name))
        raise AttributeError(f"a definition has the attributes 'numpy' and 'torch', not {name!r}")
