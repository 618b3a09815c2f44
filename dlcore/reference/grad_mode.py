"""Whether operations are recorded: per thread, switched by context managers and decorators."""

import contextlib
import functools
import threading


class _GradMode(threading.local):
    enabled = True  # of each thread: a widget's callback must not switch a running training


recording = _GradMode()


def is_grad_enabled():
    """Whether operations are recorded in this thread."""
    return recording.enabled


class _SetGrad(contextlib.ContextDecorator):
    def __init__(self, target):
        self._target, self._before = target, []

    def __enter__(self):
        self._before.append(recording.enabled)
        recording.enabled = self._target

    def __exit__(self, *exception):
        recording.enabled = self._before.pop()

    def __call__(self, function):
        # A new object for each call, so that threads and recursion do not share a stack.
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            with _SetGrad(self._target):
                return function(*args, **kwargs)

        return wrapped


class set_grad_enabled(_SetGrad):
    """Record, or do not record, from now on; after ``with set_grad_enabled(flag):`` as before."""

    def __init__(self, mode):
        super().__init__(mode)
        self._outside = recording.enabled
        recording.enabled = mode  # it acts when it is called, not only as a context

    def __enter__(self):
        self._before.append(self._outside)

    def __call__(self, function):
        recording.enabled = self._outside  # as a decorator it is meant for the function alone
        return super().__call__(function)


class no_grad(_SetGrad):
    """``with no_grad():`` nothing inside is recorded; updates of weights belong here."""

    def __init__(self):
        super().__init__(False)


class enable_grad(_SetGrad):
    """``with enable_grad():`` record again inside a ``no_grad`` block."""

    def __init__(self):
        super().__init__(True)


class inference_mode(no_grad):
    """As ``no_grad``: the reference keeps no further bookkeeping that could be left out."""

    def __init__(self, mode=True):
        _SetGrad.__init__(self, not mode and recording.enabled)
