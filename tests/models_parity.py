"""What the parity tests of models share: a model twice, its loss, and the comparison."""

import numpy as np

import dlcore.reference as ref


def twins(entry, kind, torch):
    """The model on both backends with the same weights, and its inputs as arrays.

    entry: (model from backend, inputs, what the logits are compared with). kind: a dtype's name.
    """
    make, inputs, labels = entry
    ref.manual_seed(1)
    ours, theirs = make(ref).to(getattr(ref, kind)), make(torch).to(getattr(torch, kind))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    return (ref, ours), (torch, theirs), inputs, labels


def loss_of(t, model, inputs, labels):
    """The logits, the first output of several, and their cross-entropy."""
    out = model(*map(t.tensor, inputs))
    logits = out[0] if isinstance(out, tuple) else out
    flat = logits.reshape(-1, logits.shape[-1])
    return logits, t.nn.functional.cross_entropy(flat, t.tensor(labels.ravel()))


def same(a, b, tolerance):
    """Assert that two tensors have one dtype and the same numbers."""
    assert str(a.dtype) == str(b.dtype)
    np.testing.assert_allclose(
        a.detach().numpy(), b.detach().numpy(), rtol=tolerance, atol=tolerance
    )
