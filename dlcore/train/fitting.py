"""fit: check what was asked for, place it on the device, and train."""

from dlcore.backend import backend_of, get_device
from dlcore.checks import check_loss, check_model

from .accelerate import Computation, check_backend
from .batches import as_pair, describe, make_batches, place_pair
from .checkpoint import Checkpoint, differences, identify
from .checks import (
    check_alike,
    check_listeners,
    check_schedule,
    check_trainable,
    choose_controls,
)
from .controls import Controls
from .distributed import check_loader, own_device, processes
from .evaluate import check_metrics
from .events import EVENTS, Run, handlers
from .history import Recorder
from .learning_rate import LearningRate
from .loop import Training
from .random_states import RandomStates
from .settings import Settings

# How many losses are left on a GPU before they are read: each reading waits for all that is queued.
_GPU_BLOCK = 50


def fit(
    model,
    train,
    *,
    loss,
    optimizer,
    epochs=None,
    steps=None,
    batch_size=None,
    validation=None,
    metrics=None,
    scheduler=None,
    schedule="step",
    clip_norm=None,
    accumulate=1,
    amp=None,
    compile=False,
    checkpoint=None,
    checkpoint_steps=None,
    checkpoint_epochs=None,
    resume=False,
    listeners=(),
    controls=None,
    device="auto",
    seed=0,
    name=None,
):
    """Train ``model`` on ``train`` and return the History.

    model: nn.Module of either backend. It is moved to the device, trained in train mode, and left
        in the mode (train or eval, module by module) in which it came.
    train: a pair (X, y) of arrays or tensors (N, ...), or an object with attributes X and y, cut
        into mini-batches that are shuffled anew in every epoch with NumPy's generator for ``seed``;
        or an iterable of batches (x, y) that starts anew in every epoch, as a DataLoader does.
    loss: (output, y) -> scalar tensor. optimizer: an optimiser that holds the model's parameters.
    epochs, steps: how long, exactly one of the two. batch_size: None for all examples at once.
    validation: a pair as above, measured after every epoch and at the end, with the loss and the
        ``metrics``, a dict from name to (output, y) -> number; in full precision, not compiled.
    scheduler: an lr_scheduler. Its step() is called after every update (schedule="step") or after
        every epoch (schedule="epoch"), so its own counts are in that unit. ReduceLROnPlateau is
        called after every epoch with the validation loss.
    clip_norm: the largest norm that the gradient as a whole may have, or None.
    accumulate: batches for one update. A step, wherever steps are counted, is an update, its loss
        that of all its examples: for losses that are means over examples the same as with batches
        that many times as large (unless the model itself mixes examples, as BatchNorm does). At the
        end of an epoch it takes the batches that are left.
    amp: mixed precision (torch only): True or "bf16", or on a GPU "fp16" with a scaled loss.
    compile: True, or a dict of torch.compile's arguments (torch only). The model that was passed
        keeps its weights and the names in its state_dict.
    checkpoint: a path, written after every epoch, or every ``checkpoint_epochs``, or every
        ``checkpoint_steps``, and at the end. It holds model, optimiser, scheduler, position, random
        numbers and history, so that a training that was killed goes on with the same losses.
    resume: True to go on from ``checkpoint`` if that file is there, or a path that must be.
    listeners: objects with methods of Listener. controls: Controls; without them those of the first
        listener that has any are obeyed.
    device: "auto", "cpu", "cuda", ... name: of the run; by default the optimiser and its rate.

    Started by torchrun, the processes train one model: each takes its part of every batch and sees
    the same losses; the first one alone has listeners and controls and writes checkpoints.

    KeyboardInterrupt ends the training and the History is returned; so does ``controls.stop()``.

    Raises NonFiniteLoss, with step, likely cause and history, when the loss is nan or infinite: on
    a CPU before that step changes the weights, on a GPU at most 50 steps later. Raises TypeError or
    ValueError for arguments that do not fit each other, and for a checkpoint that is damaged or of
    another training, FileExistsError for one that would be overwritten.
    """
    check_model(model)
    backend = backend_of(model)
    device = get_device(backend, own_device(backend, device))
    settings = Settings(
        epochs=epochs,
        steps=steps,
        batch_size=batch_size,
        schedule=schedule,
        clip_norm=clip_norm,
        accumulate=accumulate,
        amp=amp,
        compile=compile,
        checkpoint=checkpoint,
        checkpoint_steps=checkpoint_steps,
        checkpoint_epochs=checkpoint_epochs,
        resume=resume,
        seed=seed,
    )
    check_backend(backend, device, settings)
    listeners = check_listeners(listeners)
    controls = choose_controls(controls, listeners)
    check_loss(loss)
    check_trainable(model, optimizer)
    metrics = check_metrics(metrics, validation is not None)
    when = check_schedule(backend, optimizer, scheduler, schedule, validation)

    model.to(device)
    if isinstance(loss, backend.nn.Module):  # the weights of classes, for instance
        loss.to(device)
    batches = make_batches(backend, device, model, train, settings.batch_size, seed)
    if validation is not None:
        pair = as_pair(validation)
        if pair is None:
            raise TypeError(
                f"validation should be a pair (X, y) of arrays, received {describe(validation)}"
            )
        validation = place_pair(backend, device, model, ("validation X", "validation y"), pair)
        check_alike(as_pair(train), validation)
    with processes(backend, device) as together:
        check_loader(together, train)
        if together.rank:  # one process tells, and one is told
            listeners, controls = (), Controls()
            backend.manual_seed(backend.initial_seed() + together.rank)
        rate = LearningRate(optimizer, scheduler)
        training = Training(
            backend=backend,
            settings=settings,
            run=Run(
                name=f"{type(optimizer).__name__} {rate.value:g}" if name is None else name,
                model=model,
                total_steps=_total_steps(batches, settings),
                learning_rate=rate.value,
                controls=controls,
                metrics=list(metrics),
            ),
            batches=batches,
            loss=loss,
            optimizer=optimizer,
            scheduler=scheduler,
            rate=rate,
            advance_after=when,
            validation=validation,
            metrics=metrics,
            on={event: handlers(listeners, event) for event in EVENTS},
            recorder=Recorder(backend, read_every=_GPU_BLOCK if _is_asynchronous(device) else 1),
            processes=together,
            random=RandomStates(backend, device, batches.generators()),
        )
        _prepare(training, train, device)
        return training.run_to_the_end()


def _prepare(training, train, device):
    """Wrap the model, and put a checkpoint in force where the training goes on from one."""
    backend, settings, run = training.backend, training.settings, training.run
    path, saved, several = settings.checkpoint, None, training.processes.size > 1
    if path is not None or settings.resume or several:
        identity = identify(
            backend=backend,
            model=run.model,
            loss=training.loss,
            optimizer=training.optimizer,
            scheduler=training.scheduler,
            settings=settings,
            train=as_pair(train) or train,
            metrics=run.metrics,
            size=training.processes.size,
        )
    if several:
        _check_same(training.processes, identity, settings)
    if path is not None or settings.resume:
        file = Checkpoint(backend, path, identity, training.random, training.processes)
        saved = file.read_if_wanted(settings)
        training.checkpoint = None if path is None else file
    training.computation = Computation(
        backend=backend,
        model=run.model,
        loss=training.loss,
        optimizer=training.optimizer,
        settings=settings,
        device=device,
        processes=training.processes,
        step=1 if saved is None else saved["place"]["step"] + 1,
        watch=not _is_asynchronous(device),
    )
    if saved is not None:
        file.restore(saved, training)
        run.learning_rate = training.rate.value
        run.history = training.recorder.history("interrupted", saved["seconds"], run.name)


def _check_same(processes, identity, settings):
    """ValueError, in all of the processes, unless all of them were asked for the same training."""
    asked = {**identity, "epochs": str(settings.epochs), "steps": str(settings.steps)}
    del asked["seed"]  # the first process draws the order for all
    first, *others = processes.gather(asked)
    for rank, other in enumerate(others, 1):
        if differ := differences(first, other, where="in process 0"):
            lines = "\n  ".join(line.removesuffix("here") + f"in process {rank}" for line in differ)
            raise ValueError(
                f"processes 0 and {rank} were not asked for the same training; give all of them "
                f"the same arguments and all of the data, which fit deals out:\n  {lines}"
            )


def _is_asynchronous(device):
    """Whether the device only queues what it is asked for, as GPUs do."""
    return not device.startswith("cpu")


def _total_steps(batches, settings):
    if settings.steps is not None:
        return settings.steps
    try:
        return settings.epochs * -(-len(batches) // settings.accumulate)
    except TypeError:  # an iterable of unknown length
        return None
