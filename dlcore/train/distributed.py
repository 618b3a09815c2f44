"""Several processes that train one model together, as ``torchrun`` starts them."""

import contextlib
import datetime
import itertools
import math
import os

from dlcore.backend import name_of

# A pause by a button may last: the other processes wait that long for the first one.
_PATIENCE = datetime.timedelta(days=7)
_groups = itertools.count()
_TORCHRUN = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


class Alone:
    """One process: what ``Together`` does for several has nothing to do here."""

    rank, size = 0, 1

    def wrap(self, model, device):
        return model

    def between(self, model):
        return contextlib.nullcontext()

    def shard(self, x, y):
        return x, y, len(x)

    def sum(self, tensor):
        return tensor

    def agree(self, going, rate):
        return going, rate

    def share(self, value):
        return value

    def gather(self, value):
        return [value]

    def same_order(self, batches, random, begun):
        return batches


class Together:
    """This process as one of ``size``, numbered from 0; each computes its part of every batch.

    distributed: torch.distributed with its process group started.
    """

    def __init__(self, distributed, torch):
        self._distributed, self._torch = distributed, torch
        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()
        # Messages go from memory to memory: on a GPU they would wait for all that is queued.
        gloo = distributed.get_backend() == "gloo"
        self._messages = None if gloo else distributed.new_group(backend="gloo", timeout=_PATIENCE)

    def wrap(self, model, device):
        """The model as DistributedDataParallel: process 0's weights, and gradients averaged."""
        devices = [device] if device.startswith("cuda") else None
        return self._torch.nn.parallel.DistributedDataParallel(model, device_ids=devices)

    def between(self, model):
        """A context in which gradients stay in this process: another batch of the step follows."""
        return model.no_sync()

    def shard(self, x, y):
        """This process's part of a batch, and how many examples it counts for."""
        n = len(x)
        start, end = (n * r // self.size for r in (self.rank, self.rank + 1))
        if start == end:  # fewer examples than processes: one of them, which counts for nothing
            return x[-1:], y[-1:], 0
        return x[start:end], y[start:end], end - start

    def sum(self, tensor):
        """The sum of a tensor over the processes, in all of them."""
        tensor = tensor.clone()
        self._distributed.all_reduce(tensor)
        return tensor

    def agree(self, going, rate):
        """Whether process 0 goes on, and its new learning rate or None; asked in every step."""
        message = [float(going), math.nan if rate is None else rate]
        message = self._torch.tensor(message, dtype=self._torch.float64)
        self._distributed.broadcast(message, src=0, group=self._messages)
        going, rate = message.tolist()
        return going == 1.0, None if math.isnan(rate) else rate

    def share(self, value):
        """Process 0's value, in all of them."""
        box = [value]
        self._distributed.broadcast_object_list(box, src=0, group=self._messages)
        return box[0]

    def gather(self, value):
        """The values of all processes, in all of them."""
        values = [None] * self.size
        self._distributed.all_gather_object(values, value, group=self._messages)
        return values

    def same_order(self, batches, random, begun):
        """The batches, drawn in the order of process 0.

        The order of an epoch is drawn when its first batch is. After that, the random numbers go
        their own way in each process, so that dropout differs between them. begun: whether the
        batches skip some and then put the random numbers right themselves.
        """
        own = random.read()
        random.write(self.share(own))
        iterator = iter(batches)
        first = next(iterator, None)
        if self.rank and not begun:
            random.write(own)
        if first is not None:
            yield first
            yield from iterator


def is_launched():
    """Whether torchrun started this process, beside others."""
    return all(name in os.environ for name in _TORCHRUN) and int(os.environ["WORLD_SIZE"]) > 1


def check_loader(processes, train):
    """ValueError for a loader that gives each process batches of its own."""
    if processes.size > 1 and hasattr(getattr(train, "sampler", None), "num_replicas"):
        raise ValueError(
            f"fit cuts every batch into {processes.size} parts itself, so train should give all "
            f"processes the same batches: leave out the {type(train.sampler).__name__}"
        )


def own_device(backend, device):
    """``device``, or of several GPUs the one that torchrun means for this process."""
    if is_launched() and device in ("auto", "cuda") and name_of(backend) == "torch":
        if backend.cuda.is_available():
            return f"cuda:{os.environ['LOCAL_RANK']}"
    return device


def _start_group(distributed, kind):
    """A process group under a name of its own.

    The processes meet through a table that torchrun keeps. What a group that was closed has left
    there would lead the next one to addresses where nobody listens any more.
    """
    table, rank, size = next(distributed.rendezvous("env://", timeout=_PATIENCE))
    table = distributed.PrefixStore(f"dlcore.train.fit {next(_groups)}", table)
    distributed.init_process_group(kind, store=table, rank=rank, world_size=size, timeout=_PATIENCE)


@contextlib.contextmanager
def processes(backend, device):
    """The processes that train together. A group that is not there is started, and closed again.

    Raises RuntimeError for the NumPy backend, which trains in one process.
    """
    if name_of(backend) == "numpy":
        if is_launched():
            raise RuntimeError(
                f"torchrun started {os.environ['WORLD_SIZE']} processes, and the NumPy backend "
                "trains in one: start the program with python, or use the torch backend"
            )
        yield Alone()
        return
    distributed = backend.distributed
    there = distributed.is_available() and distributed.is_initialized()
    if not there and not is_launched():
        yield Alone()
        return
    if not there:
        if device.startswith("cuda"):
            backend.cuda.set_device(device)
        _start_group(distributed, "nccl" if device.startswith("cuda") else "gloo")
    try:
        if distributed.get_world_size() == 1:
            yield Alone()
        else:
            yield Together(distributed, backend)
    except RuntimeError as error:
        if " peer" in str(error):  # gloo: "Connection closed by peer", "reset by peer"
            error.add_note("Another process of this training has ended; what it printed says why.")
        raise
    finally:
        if not there:
            distributed.destroy_process_group()
