"""Torch's functions on tensors: they check and prepare arguments, and call a rule."""
