"""detect_anomaly: one switch that finds the origin of a nan or inf, on both backends."""

import contextlib
import sys

import numpy as np


@contextlib.contextmanager
def detect_anomaly():
    """``with detect_anomaly():`` the first nan or inf, forward or backward, raises AnomalyError.

    The error names the operation, the layer in which it ran (path and class), how many numbers are
    concerned, and the range of the inputs. An -inf that the program writes itself, as in a mask, is
    no anomaly; what becomes nan because of it is one. Every array is looked at, so training is some
    times slower meanwhile. On PyTorch only the thread that entered is watched.
    """
    from .reference import anomaly

    with contextlib.ExitStack() as stack:
        stack.enter_context(anomaly.detect_anomaly())
        # Nobody can compute with PyTorch who has not imported it, so it is not imported here.
        if "torch" in sys.modules:
            stack.enter_context(_watch_torch(sys.modules["torch"]))
        yield


@contextlib.contextmanager
def _watch_torch(torch):
    from .reference import anomaly

    hooks = torch.nn.modules.module
    running = []  # the modules whose forward is running, outermost first

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            kwargs = kwargs or {}
            name, given = getattr(function, "__name__", str(function)), list(_flat(args))
            inputs = [_array(torch, t) for t in given]
            if name.startswith("__i") or (name.endswith("_") and not name.endswith("__")):
                # In place: afterwards, the input is the result.
                inputs = [np.copy(a) if isinstance(a, np.ndarray) else a for a in inputs]
            name = name.strip("_")
            out = function(*args, **kwargs)
            results = [t for t in _flat(out) if torch.is_tensor(t) and t.is_floating_point()]
            # What memory held before, as torch.empty shows it, is nobody's computation.
            if not results or name.startswith(("empty", "new_empty")):
                return out
            layer = anomaly.layer_name(running)
            anomaly.check_results(
                name,
                [_array(torch, t) for t in results],
                inputs,
                kwargs.values(),
                [_node(torch, t) is not None for t in given],
                layer,
            )
            for t in results:
                if (node := _node(torch, t)) is not None:
                    node.register_hook(
                        lambda dins, douts: anomaly.check_gradients(
                            name,
                            [_array(torch, d) for d in dins if d is not None],
                            [_array(torch, d) for d in douts if d is not None],
                            inputs,
                            layer,
                        )
                    )
            return out

    handles = [
        hooks.register_module_forward_pre_hook(lambda module, args: running.append(module)),
        hooks.register_module_forward_hook(
            lambda module, args, output: running.pop() and None, always_call=True
        ),
    ]
    try:
        with Watch():
            yield
    finally:
        for handle in handles:
            handle.remove()


def _flat(value):
    for part in value if isinstance(value, (tuple, list)) else (value,):
        if isinstance(part, (tuple, list)):
            yield from _flat(part)
        else:
            yield part


def _node(torch, value):
    """Where a tensor was computed, None if that is not recorded."""
    try:
        return value.grad_fn if torch.is_tensor(value) else None
    except RuntimeError:  # a view made and changed under no_grad does not tell
        return None


def _array(torch, value):
    """A tensor as a NumPy array, which has no bfloat16; anything else as it is."""
    if not torch.is_tensor(value):
        return value
    with torch._C.DisableTorchFunction():
        value = value.detach().cpu()
        return np.asarray(value.float() if value.dtype is torch.bfloat16 else value)
