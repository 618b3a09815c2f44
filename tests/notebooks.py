"""nbval over the chapters: every cell of every chapter is a test, on NumPy and on torch.

A chapter runs within the three minutes that it promises, and each cell without an error. What a
cell shows is compared with what is stored where it is tagged `nbval-check-output`, as with
`--nbval-lax`; pictures and widgets are never compared.
"""

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from chapters import notebooks
from widgets.base import WIDGET_MIME

BACKENDS = ("numpy", "torch")
# What a chapter tells its readers, several times what it takes. No measurement: those are in
# benchmarks/.
LIMIT_SECONDS = 180
NOT_COMPARED = (WIDGET_MIME, "application/vnd.plotly.v1+json", "image/png")
# What is the same output although its text differs: addresses and times.
SANITISE = {
    r"0x[0-9a-fA-F]+": "ADDRESS",
    r"\d+(\.\d+)? ?(ns|us|µs|ms|s|seconds?)\b": "TIME",
}


class ChapterFile(IPyNbFile):
    """The cells of one chapter on one backend; they run in order in one kernel."""

    def __init__(self, *, backend: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.backend = backend
        self.compare_outputs = False
        self.skip_compare = (*self.skip_compare, *NOT_COMPARED)

    def setup(self) -> None:
        """Start the kernel, and the clock."""
        self.begin = time.perf_counter()
        super().setup()

    def teardown(self) -> None:
        """Stop the kernel; a chapter that took too long has broken its promise."""
        super().teardown()
        seconds = time.perf_counter() - self.begin
        if seconds > LIMIT_SECONDS:
            pytest.fail(f"{self.name} took {seconds:.0f} s, and promises {LIMIT_SECONDS} s at most")

    def setup_sanitize_files(self) -> None:
        """Patterns of this file, where nbval reads them from one named on the command line."""
        self.sanitize_patterns.update(SANITISE)

    def collect(self) -> Iterator[IPyNbCell]:
        """The cells, with this backend set behind the chapter's own parameters."""
        if self.backend not in backends_of(self.path):
            return
        for item in super().collect():
            if "parameters" in item.cell.metadata.get("tags", []):
                item.cell.source += f"\nBACKEND = {self.backend!r}"
            if importlib.util.find_spec(self.backend) is None:
                item.add_marker(pytest.mark.skip(reason=f"{self.backend} is not installed"))
            yield item


def backends_of(path: Path) -> tuple[str, ...]:
    """Both backends for a notebook with the parameter; the others have nothing to choose."""
    defaults = notebooks.parameters(nbformat.read(path, as_version=4))
    return BACKENDS if "BACKEND" in defaults else BACKENDS[:1]


class Collector:
    """A plugin that collects the chapters for one backend: a hook returns one collector a file."""

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> ChapterFile | None:
        """The chapter at `file_path`, if it is one."""
        if file_path.suffix != ".ipynb" or file_path.parent != notebooks.FOLDER:
            return None
        inside = file_path.relative_to(parent.config.rootpath).as_posix()
        return ChapterFile.from_parent(
            parent,
            path=file_path,
            name=f"{file_path.name}[{self.backend}]",
            nodeid=f"{inside}[{self.backend}]",
            backend=self.backend,
        )


def pytest_configure(config: pytest.Config) -> None:
    """One collector for each backend."""
    for backend in BACKENDS:
        config.pluginmanager.register(Collector(backend), f"chapters-on-{backend}")
