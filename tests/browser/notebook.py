"""A notebook in a page of JupyterLab, driven as a reader would."""

import uuid
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError

from tests.browser.lab import REPOSITORY, Lab

SCREENSHOTS = REPOSITORY / "build" / "screenshots"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# `panel` is the notebook on the screen, `app` JupyterLab itself.
_PRELUDE = "const app = window.jupyterapp; const panel = app.shell.currentWidget;"


class Notebook:
    """One notebook, open in JupyterLab with its own kernel. Cells are counted from 0."""

    def __init__(self, lab: Lab, context: BrowserContext, path: str):
        self.page: Page = context.new_page()
        self.foreign_requests: list[str] = []
        self.errors: list[str] = []
        self._path = path
        self._lab = lab
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("websocket", lambda socket: self._note_request(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.load()

    def load(self) -> None:
        """Open the notebook, or open it again; returns when its kernel is idle."""
        # A workspace of its own, so that no notebook of an earlier test is opened with it.
        workspace = uuid.uuid4().hex
        address = f"{self._lab.url}/lab/workspaces/{workspace}/tree/{self._path}"
        self.page.goto(f"{address}?token={self._lab.token}")
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.content?.widgets", timeout=60_000
        )
        self.evaluate(
            """
            await Promise.all([app.restored, panel.context.ready, panel.sessionContext.ready]);
            await panel.sessionContext.session.kernel.info;
            """
        )
        self.page.wait_for_function(
            f"() => {{ {_PRELUDE} return panel.sessionContext.session.kernel.status === 'idle'; }}"
        )
        # While a kernel is still opening its channel for widgets, a request to run can be lost. A
        # reader would click again; so do we, with nothing, until one request has been answered.
        self.evaluate(
            """
            const kernel = panel.sessionContext.session.kernel;
            for (let attempt = 0; attempt < 5; attempt += 1) {
                const answer = kernel.requestExecute({ code: "", silent: true }).done;
                const late = new Promise((resolve) => setTimeout(resolve, 5000, "late"));
                if (await Promise.race([answer, late]) !== "late") return;
            }
            throw new Error("the kernel answers no request");
            """
        )
        # JupyterLab keeps the theme of its last page, and a test may have left it dark.
        if not self._has_theme("light"):
            self.set_theme("light")

    def evaluate(self, script: str, argument=None):
        """The value of a JavaScript function body, with `app`, `panel` and `argument` at hand."""
        return self.page.evaluate(f"async (argument) => {{ {_PRELUDE} {script} }}", argument)

    def index_of(self, cell_id: str) -> int:
        """Where the cell with this id of the notebook file stands."""
        script = "return panel.content.widgets.findIndex((cell) => cell.model.id === argument);"
        index = self.evaluate(script, cell_id)
        assert index >= 0, f"the notebook has no cell {cell_id!r}"
        return index

    def edit(self, index: int, old: str, new: str) -> None:
        """Replace a text that occurs once in a cell's source."""
        source = self.evaluate(
            "return panel.content.widgets[argument].model.toJSON().source;", index
        )
        source = source if isinstance(source, str) else "".join(source)
        assert source.count(old) == 1, f"{old!r} should occur once in cell {index}: {source}"
        self.evaluate(
            "panel.content.widgets[argument[0]].model.sharedModel.setSource(argument[1]);",
            [index, source.replace(old, new)],
        )

    # -- running --------------------------------------------------------------------------------

    def start_cell(self, index: int) -> None:
        """Run a cell and do not wait for it."""
        self.evaluate(
            """
            window.cellRuns ??= {};
            window.cellRuns[argument] = "running";
            panel.content.activeCellIndex = argument;
            panel.content.deselectAll();
            const done = (how) => () => { window.cellRuns[argument] = how; };
            app.commands.execute("notebook:run-cell").then(done("done"), done("refused"));
            """,
            index,
        )

    def is_running(self, index: int) -> bool:
        """Whether a cell that was started has not ended."""
        return self.evaluate("return window.cellRuns?.[argument] === 'running';", index)

    def wait_for_cell(self, index: int, seconds: float = 60) -> None:
        """Return when a cell that was started has ended. AssertionError if it takes longer."""
        try:
            self.page.wait_for_function(
                "index => window.cellRuns[index] === 'done'", arg=index, timeout=seconds * 1000
            )
        except TimeoutError as error:
            kernel = self.evaluate("return panel.sessionContext.kernelDisplayStatus;")
            outputs = self.stored_outputs(index)
            raise AssertionError(
                f"cell {index} has not ended in {seconds} s; its kernel is {kernel}, its outputs "
                f"are {outputs}, and the page raised {self.errors}"
            ) from error

    def run_cell(self, index: int, seconds: float = 60) -> str:
        """Run a cell to its end; returns what it printed. AssertionError if it raised."""
        self.start_cell(index)
        self.wait_for_cell(index, seconds)
        return self.text(index)

    def run_all(self, seconds: float = 120) -> None:
        """Run all cells to the end. AssertionError if one raised."""
        # Not awaited in the page: a script that waits for ever has no time limit there.
        self.evaluate(
            """
            window.allRun = "running";
            const done = (how) => () => { window.allRun = how; };
            app.commands.execute("notebook:run-all-cells").then(done("done"), done("refused"));
            """
        )
        self.page.wait_for_function("() => window.allRun === 'done'", timeout=seconds * 1000)
        for index in range(self.evaluate("return panel.content.widgets.length;")):
            self.text(index)

    def ask(self, code: str) -> str:
        """What code prints in the notebook's kernel, outside of the cells."""
        reply = self.evaluate(
            """
            const { kernel } = panel.sessionContext.session;
            const future = kernel.requestExecute({ code: argument, store_history: false });
            let text = "";
            future.onIOPub = ({ header, content }) => {
                if (header.msg_type === "stream") text += content.text;
            };
            const { content } = await future.done;
            return { text, error: content.evalue };
            """,
            code,
        )
        assert reply.get("error") is None, f"{code!r} raised {reply['error']}"
        return reply["text"]

    # -- looking --------------------------------------------------------------------------------

    def cell(self, index: int) -> Locator:
        """A cell on the page, scrolled into view."""
        self.evaluate("await panel.content.scrollToItem(argument, 'smart');", index)
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def output(self, index: int) -> Locator:
        """The output area of a cell on the page."""
        return self.cell(index).locator(".jp-OutputArea-output")

    def stored_outputs(self, index: int) -> list[dict]:
        """The outputs of a cell as they would be saved."""
        return self.evaluate(
            "return panel.content.widgets[argument].model.outputs?.toJSON() ?? [];", index
        )

    def text(self, index: int) -> str:
        """What a cell printed. AssertionError with its traceback if it raised."""
        outputs = self.stored_outputs(index)
        for output in outputs:
            if output["output_type"] == "error":
                raise AssertionError(f"cell {index}: {output['ename']}: {output['evalue']}")
        streams = (output["text"] for output in outputs if output["output_type"] == "stream")
        return "".join(text if isinstance(text, str) else "".join(text) for text in streams)

    def _has_theme(self, theme: str) -> bool:
        return self.page.locator(f'body[data-jp-theme-name="{THEMES[theme]}"]').count() == 1

    def set_theme(self, theme: str) -> None:
        """Switch JupyterLab to "light" or "dark"."""
        name = THEMES[theme]
        self.evaluate(
            "await app.commands.execute('apputils:change-theme', {theme: argument});", name
        )
        self.page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")
        self.page.wait_for_timeout(800)

    def screenshot(self, name: str, locator: Locator | None = None) -> Path:
        """Store a picture of the page, or of an element on it, as build/screenshots/<name>.png."""
        path = SCREENSHOTS / f"{name}.png"
        (locator or self.page).screenshot(path=path)
        return path

    # -- leaving --------------------------------------------------------------------------------

    def save(self) -> nbformat.NotebookNode:
        """Save as a reader would; returns what is on the disk then."""
        self.evaluate("await panel.context.save();")
        return nbformat.read(self._lab.root / self._path, as_version=4)

    def interrupt_kernel(self) -> None:
        """As the square button of the toolbar does."""
        self.evaluate("await panel.sessionContext.session.kernel.interrupt();")

    def restart_kernel(self) -> None:
        """A fresh kernel, as from the menu but without its question."""
        self.evaluate("await panel.sessionContext.session.kernel.restart();")

    def close(self) -> None:
        """End the kernels of this page's notebooks and leave the page."""
        self.evaluate(
            """
            const widgets = [...app.shell.widgets("main")];
            await Promise.all(widgets.map((widget) => widget.sessionContext?.shutdown()));
            """
        )
        self.page.close()

    def _note_request(self, url: str) -> None:
        host = urlsplit(url).hostname
        if host is not None and host not in ("127.0.0.1", "localhost"):
            self.foreign_requests.append(url)
