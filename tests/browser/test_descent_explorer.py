"""``DescentExplorer`` in JupyterLab: what mouse and keys do, against Python's own numbers."""

import json

import pytest

SOURCE = """
from widgets import SURFACES, DescentExplorer
explorer = DescentExplorer(SURFACES)
explorer.surface = "ravine"
explorer
"""
STATE = """
import json
run = explorer.race
print(json.dumps({
    "start": explorer.start, "learning_rate": explorer.learning_rate,
    "momentum": explorer.momentum, "surface": explorer.surface, "shown": explorer.shown,
    "loss": {name: row.tolist() for name, row in zip(run.names, run.loss)},
    "diverged": dict(zip(run.names, run.diverged)), "text": explorer.describe(),
}))
"""


class Page:
    """The explorer of cell 0, and what Python knows of it by cell 1."""

    def __init__(self, notebook):
        self.notebook = notebook
        notebook.run_cell(0)
        self.root = notebook.output(0).locator(".dl-descent")
        self.root.wait_for()
        self.map = self.root.locator(".dl-map canvas")
        self.until("Number(data.painted) > 0")

    def data(self):
        return self.root.evaluate("root => ({...root.dataset})")

    def until(self, condition):
        """Wait until a JavaScript condition on the data attributes holds."""
        handle = self.root.element_handle()
        script = f"root => {{ const data = root.dataset; return {condition}; }}"
        self.notebook.page.wait_for_function(script, arg=handle, timeout=10_000)

    def settled(self):
        self.until("data.pending === 'false'")

    def python(self):
        self.settled()
        return json.loads(self.notebook.run_cell(1))

    def start(self):
        return [float(value) for value in self.data()["start"].split(",")]

    def losses(self):
        """The losses in the table's data, by optimiser."""
        return self.root.locator("tbody tr").evaluate_all(
            "rows => Object.fromEntries("
            "rows.map(row => [row.dataset.optimiser, +row.dataset.loss]))"
        )

    def slide(self, words, value):
        """Move a slider as the keyboard or the mouse would, and let Python answer."""
        self.slider(words).fill(str(value))
        self.settled()

    def slider(self, words):
        return self.root.locator(f"label:has-text('{words}') input")

    def button(self, words):
        return self.root.get_by_role("button", name=words, exact=True)

    def point(self, x, y):
        """Where (x, y) of a map from -2 to 2 lies on the page."""
        box = self.map.bounding_box()
        left, right, top, bottom = 46, box["width"] - 12, 8, box["height"] - 34
        return (
            box["x"] + left + (x + 2) / 4 * (right - left),
            box["y"] + bottom - (y + 2) / 4 * (bottom - top),
        )


@pytest.fixture
def page(open_notebook):
    return Page(open_notebook(SOURCE, STATE))


def check_against_python(page, step):
    known = page.python()
    shown = page.losses()
    for name, losses in known["loss"].items():
        if known["diverged"][name] is None:
            assert shown[name] == pytest.approx(losses[step], rel=1e-5)
    return known


def test_drag_the_start(page):
    check_against_python(page, 100)
    mouse = page.notebook.page.mouse
    mouse.move(*page.point(-1.7, 1.2))
    mouse.down()
    for k in range(1, 11):
        mouse.move(*page.point(-1.7 + 0.3 * k, 1.2 - 0.2 * k))
    mouse.up()
    assert page.start() == pytest.approx([1.3, -0.8], abs=0.02)
    known = check_against_python(page, 100)
    assert known["start"] == pytest.approx(page.start())
    page.until("data.painted > 1")
    assert page.root.locator(".dl-summary").inner_text() == known["text"]
    # Beyond the edge the start stays on the map.
    mouse.move(*page.point(1.3, -0.8))
    mouse.down()
    mouse.move(*page.point(2.6, 0))
    mouse.up()
    assert page.python()["start"][0] == 2


def test_the_sliders_change_the_race(page):
    page.slide("Learning rate", -1)
    page.slide("Momentum", 0.5)
    known = check_against_python(page, 100)
    assert (known["learning_rate"], known["momentum"]) == (0.1, 0.5)
    assert known["diverged"]["GD"] is not None  # 0.1 > 2 / 50
    row = page.root.locator("tr[data-optimiser=GD]")
    assert row.locator("td").all_inner_texts() == [
        "–",
        "–",
        f"diverged at {known['diverged']['GD']}",
    ]


def test_play_pause_step_and_restart(page):
    page.button("Restart").click()
    assert page.data()["step"] == "0"
    assert len(set(page.losses().values())) == 1  # all at the start
    page.button("Step").click()
    page.button("Step").click()
    assert page.data()["step"] == "2"
    check_against_python(page, 2)
    page.button("Play").click()
    page.until("Number(data.step) > 8")
    page.button("Pause").click()
    step = page.data()["step"]
    page.notebook.page.wait_for_timeout(300)
    assert page.data()["step"] == step and int(step) < 100
    check_against_python(page, int(step))
    page.slide("Step", 40)
    check_against_python(page, 40)
    page.root.get_by_label("Speed").select_option("4")
    page.button("Play").click()
    page.until("data.playing === 'false' && data.step === '100'")


def test_the_keyboard_moves_the_start_and_plays(page):
    page.map.focus()
    keyboard = page.notebook.page.keyboard
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        keyboard.press(key)
    keyboard.press("Shift+ArrowDown")
    assert page.start() == pytest.approx([-1.7 + 0.16, 1.2 - 0.08 - 0.4])
    assert page.python()["start"] == pytest.approx(page.start())
    page.map.focus()
    keyboard.press("Space")
    page.until("data.playing === 'true'")
    keyboard.press("Space")
    page.until("data.playing === 'false'")
    # The keys have not moved JupyterLab to another cell.
    assert page.notebook.evaluate("return panel.content.activeCellIndex;") <= 1


def test_an_optimiser_is_hidden_and_shown_again(page):
    page.button("Momentum").click()
    page.settled()
    assert page.button("Momentum").get_attribute("aria-pressed") == "false"
    assert page.python()["shown"] == ["GD", "Nesterov", "RMSProp", "Adam"]
    page.button("Momentum").click()
    assert page.python()["shown"] == ["GD", "Momentum", "Nesterov", "RMSProp", "Adam"]


def test_another_surface_is_chosen(page):
    page.root.get_by_label("Surface", exact=True).select_option("himmelblau")
    page.until("data.surface === 'himmelblau'")
    known = check_against_python(page, 100)
    assert known["surface"] == "himmelblau"
    assert page.start() == known["start"]
    assert (
        page.slider("Learning rate").evaluate("input => input.nextElementSibling.textContent")
        == f"{known['learning_rate']:g}"
    )


def test_it_answers_while_another_cell_runs(open_notebook):
    page = Page(open_notebook(SOURCE, STATE, "import time\nfor _ in range(600): time.sleep(0.01)"))
    page.notebook.start_cell(2)
    page.slide("Learning rate", -2)
    assert page.notebook.is_running(2)
    assert float(page.data()["learningRate"]) == 0.01
    assert page.root.locator(".dl-notice").is_hidden()
    page.notebook.wait_for_cell(2)
    check_against_python(page, 100)


def test_it_reads_in_both_themes(page):
    page.slide("Step", 30)
    pictures = {}
    for theme in ("light", "dark"):
        page.notebook.set_theme(theme)
        page.notebook.page.wait_for_timeout(500)
        page.notebook.screenshot(f"descent_explorer_{theme}", page.root)
        pictures[theme] = page.map.evaluate(
            "canvas => [...canvas.getContext('2d').getImageData(canvas.width - 40, 40, 1, 1).data]"
        )
    assert min(pictures["light"][:3]) > 150 and max(pictures["dark"][:3]) < 110
