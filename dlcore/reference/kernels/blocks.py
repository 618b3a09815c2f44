"""Long formulas of single elements, worked off a block at a time."""

import numpy as np

BLOCK = 1 << 15  # elements: a handful of float32 arrays of this length fit a core's second cache


def in_blocks(formula, *arrays):
    """``formula(*arrays)`` for arrays of one shape, block by block.

    formula: works on each element for itself, and returns an array or a tuple of them. Each step of
    a formula makes a temporary array. One as large as the input would go out to memory and come
    back, and cost the system a page fault for every 4 KB; one of a block stays in the cache, and
    the next block has it again.
    """
    size = arrays[0].size
    if size <= BLOCK:
        return formula(*arrays)
    rows = [a.reshape(-1) for a in arrays]
    outs = None
    for start in range(0, size, BLOCK):
        part = slice(start, start + BLOCK)
        results = formula(*[row[part] for row in rows])
        several = type(results) is tuple
        results = results if several else (results,)
        if outs is None:
            outs = [np.empty(arrays[0].shape, r.dtype) for r in results]
            flat = [out.reshape(-1) for out in outs]
        for out, r in zip(flat, results, strict=True):
            out[part] = r
    return tuple(outs) if several else outs[0]
