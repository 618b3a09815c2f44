"""What fit does under torchrun: each process writes ``<folder>/<rank>.json``. Also run alone."""

import json
import os
import sys

import numpy as np

from dlcore import get_backend
from dlcore.train import Controls, Listener, NonFiniteLoss, fit

from .conftest import Task
from .killed import problem


def data():
    generator = np.random.default_rng(4)
    X = generator.standard_normal((50, 3))
    return X, np.sin(X).sum(1, keepdims=True)


def trained(train=None, sizes=(3, 6, 1), disturb=0.0, device="cpu", listeners=(), **options):
    """Losses, rates and weights of one training in float64."""
    torch = get_backend("torch")
    t = Task(torch, sizes, 0.05, np.float64, "SGD", momentum=0.9)
    with torch.no_grad():
        next(t.model.parameters()).add_(disturb)
    options = {"epochs": 3, "validation": data(), "device": device, **options}
    history = fit(
        t.model, data() if train is None else train, listeners=listeners, **options, **t.parts
    )
    return {
        "losses": history.loss.tolist(),
        "rates": history.learning_rate.tolist(),
        "validation": history.validation["loss"].tolist(),
        "stopped": history.stopped,
        "weights": [p.detach().cpu().tolist() for p in t.model.parameters()],
    }


def loader(seed):
    torch = get_backend("torch")
    torch.manual_seed(seed)
    pairs = torch.utils.data.TensorDataset(*map(torch.from_numpy, data()))
    return torch.utils.data.DataLoader(pairs, batch_size=8, shuffle=True)


def controlled():
    """Only the first process has the hand that sets the rate, pauses, resumes and stops."""
    controls, heard = Controls(), []

    class Hand(Listener):
        def on_step(self, step):
            heard.append(step.step)
            if step.step == 3:
                controls.set_learning_rate(0.01)
            if step.step == 5:
                controls.pause()
            if step.step == 9:
                controls.stop()

        def on_pause(self):
            heard.append("pause")
            controls.resume()

    result = trained(batch_size=10, epochs=9, controls=controls, listeners=[Hand()])
    return {**result, "heard": heard}


def diverged(bad):
    X, y = data()
    X[bad] = np.nan
    try:
        trained((X, y))
    except NonFiniteLoss as error:
        return {"step": error.step, "stopped": error.history.stopped}


def resumed(folder, kind):
    """With dropout: the whole, and the same in two pieces."""
    torch = get_backend("torch")
    losses, path = [], os.path.join(folder, f"{kind}.ckpt")
    for steps, options in ((20, {}), (11, {"checkpoint": path}), (20, {"resume": path})):
        model, train, settings = problem(torch, kind)
        losses.append(fit(model, train, steps=steps, **{**settings, **options}).loss.tolist())
    return losses


def refused():
    """A loader whose sampler deals the examples out to the processes."""
    data = get_backend("torch").utils.data
    examples = loader(0).dataset
    try:
        trained(data.DataLoader(examples, 8, sampler=data.DistributedSampler(examples)))
    except ValueError as error:
        return str(error)


def unlike(rank):
    """The processes were given parts of the data, and other settings."""
    X, y = data()
    try:
        trained((X[: 50 - rank], y[: 50 - rank]), batch_size=5 + rank, epochs=2 + rank, seed=rank)
    except ValueError as error:
        return str(error)


def cases(rank):
    """The trainings whose result does not depend on how many processes share them."""
    return {
        "whole set": trained(disturb=rank),
        "batches": trained(batch_size=16),
        "odd batches, the last of one": trained(batch_size=7, clip_norm=0.1),
        "accumulated": trained(batch_size=6, accumulate=4),
        "loader": trained(loader(seed=rank)),
        "compiled": trained(batch_size=16, compile={"backend": "eager"}),
        "controlled": controlled(),
        "nan in one part": diverged(3),
        "nan in the other part": diverged(40),
    }


if __name__ == "__main__":
    (folder,) = sys.argv[1:]
    distributed = get_backend("torch").distributed
    rank = int(os.environ["RANK"])
    results = cases(rank)
    results["closed"] = not distributed.is_initialized()
    distributed.init_process_group("gloo")
    results["in a group that was there"] = trained()
    results["refused"] = refused()
    results["unlike"] = unlike(rank)
    results["left open"] = distributed.is_initialized()
    for kind in ("pair", "loader"):
        results[f"resumed {kind}"] = resumed(folder, kind)
    distributed.destroy_process_group()
    with open(os.path.join(folder, f"{rank}.json"), "w") as file:
        json.dump(results, file)
