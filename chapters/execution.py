"""Execute one chapter on one backend with papermill, in the interpreter that runs this."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets import default

from . import notebooks, storing
from .notebooks import ChapterError


class ThisInterpreter(KernelSpecManager):
    """Answers every kernel name with an ipykernel in the interpreter that runs this program."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The specification of that kernel; a `python3` installed elsewhere is not looked at."""
        return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())


class ThisKernelManager(AsyncKernelManager):
    """A kernel manager that starts `ThisInterpreter`."""

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return ThisInterpreter(parent=self)


def execute(
    path: Path, output: Path, backend: str, given: Mapping[str, Any] | None = None
) -> float:
    """Execute the chapter at `path` on `backend` and leave the executed notebook at `output`.

    The chapter runs in its own folder. `given` goes to its parameters; BACKEND is added where the
    chapter has it. The executed notebook is there after a failure too, up to the failing cell.

    Returns:
        the seconds that it took, start of the kernel included.

    Raises:
        ChapterError: a parameter that the chapter does not take, a cell that failed, or a kernel
            that died; the message says where.
    """
    notebook = nbformat.read(path, as_version=4)
    given = dict(given or {})
    defaults = notebooks.parameters(notebook)
    notebooks.check(path, defaults, given)
    if "BACKEND" in defaults:
        given.setdefault("BACKEND", backend)

    output.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    try:
        papermill.execute_notebook(
            path,
            output,
            parameters=given,
            kernel_name="python3",
            language="python",
            kernel_manager_class=ThisKernelManager,
            # A kernel's own log is noise here: that it talks over TCP, that it was told to stop.
            extra_arguments=["--log-level=CRITICAL"],
            cwd=path.parent,
            progress_bar=False,
            store_widget_state=False,
        )
    except PapermillExecutionError as error:
        line = next(iter(error.source.strip().splitlines()), "")
        raise ChapterError(
            f"{path.stem} on {backend}: the cell In [{error.exec_count}] that starts with "
            f"{line!r} raised {error.ename}: {error.evalue}\nExecuted as far as there: {output}"
        ) from error
    except DeadKernelError as error:
        raise ChapterError(f"{path.stem} on {backend}: its kernel died. {error}") from error
    finally:
        storing.tidy_outputs_of(output)
    return time.perf_counter() - start
