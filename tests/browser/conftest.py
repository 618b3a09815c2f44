"""A real browser: JupyterLab and headless Chromium, once for all tests of this folder."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import nbformat
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every other host name is unknown, whatever network the machine has.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, and may be tried three times.

    A kernel that is still opening its channel for widgets now and then loses a request to run a
    cell, and on a busy machine a page may be late. What is really broken fails three times.
    """
    for item in items:
        if item.path.parent.samefile(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=2))
            item.add_marker(pytest.mark.timeout(200))


# Package scope, not session: while Playwright is up its event loop counts as running in this
# thread, and tests of other folders that start their own (papermill's) would fail.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Skips where there is none, except in CI, where that is a failure."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        message = (
            "no Chromium found, so nothing is seen in a real browser; "
            "install it with `apt-get install chromium` or another way that puts it on the PATH"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running JupyterLab."""
    server = Lab(tmp_path_factory.mktemp("jupyterlab"))
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture
def open_notebook(browser: Browser, lab: Lab) -> Iterator[Callable[..., Notebook]]:
    """``open_notebook(*sources)`` opens a notebook of code cells, ``(path=...)`` a copy of one.

    Afterwards the test fails if the page asked for anything beyond this machine, or if a script of
    the page raised.
    """
    with opening(browser, lab) as open_one:
        yield open_one


@contextmanager
def opening(browser: Browser, lab: Lab) -> Iterator[Callable[..., Notebook]]:
    """What ``open_notebook`` gives and checks, for fixtures that last longer than one test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    opened: list[Notebook] = []

    def open_one(*sources: str, path=None) -> Notebook:
        name = f"{uuid.uuid4().hex}.ipynb"
        if path is None:
            cells = [nbformat.v4.new_code_cell(source) for source in sources]
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.root / name)
        else:
            shutil.copy(path, lab.root / name)
        opened.append(Notebook(lab, context, name))
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.close()
    context.close()
    foreign = [url for notebook in opened for url in notebook.foreign_requests]
    errors = [error for notebook in opened for error in notebook.errors]
    assert not foreign, f"the page asked for what is not on this machine: {foreign}"
    assert not errors, f"a script of the page raised: {errors}"
