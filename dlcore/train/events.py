"""What a training loop tells those who listen, and the base class of listeners."""


class Run:
    """A training that is about to start.

    name: str. model: the nn.Module. total_steps: int, or None when the number of batches is
    unknown. learning_rate: float at the start. controls: the Controls that the loop obeys. metrics:
    list of the metrics' names, without "loss". history: the History of the steps made before, when
    the training was resumed from a checkpoint, else None.
    """

    __slots__ = (
        "controls",
        "history",
        "learning_rate",
        "metrics",
        "model",
        "name",
        "total_steps",
    )

    def __init__(self, name, model, total_steps, learning_rate, controls, metrics, history=None):
        self.name = name
        self.model = model
        self.total_steps = total_steps
        self.learning_rate = learning_rate
        self.controls = controls
        self.metrics = metrics
        self.history = history


class Step:
    """One update of the weights that was just made.

    step: int from 1, of updates: with accumulate=k one for every k batches. epoch: int from 1.
    loss: detached 0-d tensor, the loss of this step's batch (of all its examples, if there are
    several) before the update; reading it waits for a GPU, so the loop leaves that to whoever needs
    the number. learning_rate: float, the one used in this step.
    """

    __slots__ = ("epoch", "learning_rate", "loss", "step")

    def __init__(self, step, epoch, loss, learning_rate):
        self.step = step
        self.epoch = epoch
        self.loss = loss
        self.learning_rate = learning_rate


class Validation:
    """The model measured on the validation data after ``step`` steps, in epoch ``epoch``.

    values: dict from name to float, "loss" first and then the metrics in their order.
    """

    __slots__ = ("epoch", "step", "values")

    def __init__(self, step, epoch, values):
        self.step = step
        self.epoch = epoch
        self.values = values


class Listener:
    """Base class of those who want to hear of a training: every method does nothing.

    The loop knows only these names. Any object that has one of them may listen.
    """

    def on_start(self, run):
        """Before the first step. run: Run."""

    def on_step(self, step):
        """After every update; keep it short, the training waits. step: Step."""

    def on_validation(self, validation):
        """After every measurement on the validation data. validation: Validation."""

    def on_pause(self):
        """The loop starts to wait: a good moment to show what was held back."""

    def on_end(self, history):
        """After the last step, in every case, also after an error. history: History."""


EVENTS = ("on_start", "on_step", "on_validation", "on_pause", "on_end")


def handlers(listeners, event):
    """The bound methods of the listeners for one event, without those that do nothing."""
    nothing = getattr(Listener, event)
    methods = (getattr(listener, event, None) for listener in listeners)
    return [m for m in methods if m is not None and getattr(m, "__func__", m) is not nothing]
