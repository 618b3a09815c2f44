"""Controls: what a button or a slider may ask of a training loop that runs in another thread."""

import operator
import threading

from dlcore.checks import check_learning_rate

# A wait without an end would hold back KeyboardInterrupt on Windows.
_WAIT_SECONDS = 0.05


class Controls:
    """Pause, resume, single steps, stop and the learning rate of a loop, from any thread.

    The first group of methods asks; the second is called by the loop between two steps. A loop of
    one's own obeys them as ``fit`` does::

        controls.begin(learning_rate=0.1)
        while controls.wait():
            rate = controls.take_learning_rate()
            ...
        controls.end()

    Every run starts unstopped and with its optimiser's learning rate: what was asked of an earlier
    run does not leak into the next. Only a pause that is asked for between two runs is kept,
    so that a run can be made to start paused.
    """

    def __init__(self):
        self._condition = threading.Condition()
        self._paused = False
        self._stopped = False
        self._allowed = 0  # steps that may still run although the loop is paused
        self._requested_rate = None
        self._learning_rate = None
        # One attribute that the loop reads at every step; all the rest is behind it.
        self.attention = False

    def __repr__(self):
        state = "stopped" if self._stopped else "paused" if self._paused else "running"
        return f"Controls({state}, learning_rate={self._learning_rate})"

    @property
    def paused(self):
        """Whether the loop waits, or will wait once the steps that ``step`` allowed are done."""
        return self._paused

    @property
    def stopped(self):
        """Whether this run was asked to stop."""
        return self._stopped

    @property
    def learning_rate(self):
        """The learning rate that was asked for last, else the loop's own; None before any run."""
        requested = self._requested_rate
        return self._learning_rate if requested is None else requested

    # -- asking ---------------------------------------------------------------------------------

    def pause(self):
        """Wait before the next step."""
        with self._condition:
            self._paused = True
            self._allowed = 0
            self.attention = True

    def resume(self):
        """Go on after a pause."""
        with self._condition:
            self._paused = False
            self._allowed = 0
            self._condition.notify_all()

    def step(self, n=1):
        """Run ``n`` more steps and then wait. On a running loop: pause after ``n`` steps.

        Raises ValueError for n < 1, TypeError if n is not an integer.
        """
        n = operator.index(n)
        if n < 1:
            raise ValueError(f"step wants at least 1 step, received {n}")
        with self._condition:
            self._paused = True
            self._allowed += n
            self.attention = True
            self._condition.notify_all()

    def stop(self):
        """End the run before its next step; a pause ends with it."""
        with self._condition:
            self._stopped = True
            self._paused = False
            self.attention = True
            self._condition.notify_all()

    def set_learning_rate(self, value):
        """Use this learning rate from the next step on (with a scheduler: as a factor on it).

        Raises ValueError for a negative or non-finite value, TypeError for something not a number.
        """
        value = check_learning_rate(value)
        with self._condition:
            self._requested_rate = value
            self.attention = True

    # -- obeying --------------------------------------------------------------------------------

    def begin(self, learning_rate=None):
        """A run starts: forget an earlier stop and an earlier learning rate."""
        with self._condition:
            self._stopped = False
            self._requested_rate = None
            self._learning_rate = learning_rate
            self.attention = self._paused

    def end(self):
        """The run is over, and its pause with it."""
        with self._condition:
            self._paused = False
            self._allowed = 0
            self.attention = False

    def wait(self, on_pause=None):
        """Block while paused. True: do one step. False: the run was asked to stop.

        on_pause: called once, before blocking, so that what was held back can be shown.
        """
        if not self.attention:
            return True
        while True:
            with self._condition:
                if self._stopped:
                    return False
                if not self._paused:
                    self.attention = self._requested_rate is not None
                    return True
                if self._allowed:
                    self._allowed -= 1
                    return True
                if on_pause is None:
                    self._condition.wait(_WAIT_SECONDS)
                    continue
            # Outside the lock: a listener may well read or call these controls.
            on_pause()
            on_pause = None

    def take_learning_rate(self):
        """The learning rate that was asked for since the last call, or None."""
        if self._requested_rate is None:
            return None
        with self._condition:
            value, self._requested_rate = self._requested_rate, None
            self._learning_rate = value
            return value

    def report_learning_rate(self, value):
        """The loop's own learning rate, for whoever reads ``learning_rate``."""
        self._learning_rate = value
