"""What the figures in the README come from: ``python -m benchmarks`` runs all of them.

Each file is a program of its own, ``python -m benchmarks.NAME``, that prints a table in Markdown.
"""

import os

# One thread unless the environment says otherwise: on a machine with other work to do, the times of
# two vary by a factor of several. The libraries read this when they are loaded, so it stands here.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
