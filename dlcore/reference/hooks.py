"""Hooks: functions of the program that are called at a place of ours."""

import itertools

_numbers = itertools.count()


class RemovableHandle:
    """What registering a hook returns; ``remove()`` takes the hook away, also after ``with``."""

    def __init__(self, hooks, hook, first=False):
        self.id, self._hooks = next(_numbers), hooks
        later = dict(hooks) if first else {}
        if first:
            hooks.clear()
        hooks[self.id] = hook
        hooks.update(later)

    def remove(self):
        """Take the hook away; doing so twice does no harm."""
        self._hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()
