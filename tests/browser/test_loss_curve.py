"""The loss curve in a real JupyterLab: controls that act on the running cell, and what is shown."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.notebook import Notebook

SETUP = """
import numpy as np
from dlcore import get_backend, seed
from dlcore.train import fit
from widgets import LossCurve
b = get_backend("numpy")
seed(b, 0)
generator = np.random.default_rng(0)
X = generator.normal(size=(640, 4)).astype("float32")
y = X @ np.array([[1.0], [2.0], [3.0], [4.0]], "float32")

def train(curve, name, lr=0.01, steps=1_000_000, **options):
    model = b.nn.Sequential(b.nn.Linear(4, 8), b.nn.ReLU(), b.nn.Linear(8, 1))
    optimizer = b.optim.SGD(model.parameters(), lr=lr)
    return fit(model, (X, y), validation=(X, y), loss=b.nn.MSELoss(), optimizer=optimizer,
               batch_size=16, steps=steps, listeners=[curve], name=name, **options)
"""
REPORT = "print(history.stopped, len(history), *dict.fromkeys(history.learning_rate.tolist()))"
LATE = "delivers the controls after the cell has ended"
# Colours of the first two runs in the light theme; in the dark one a quarter of white is mixed in.
BLUE, VERMILION = (0, 114, 178), (213, 94, 0)


def curve_in(notebook: Notebook, cell: int) -> Locator:
    curve = notebook.output(cell).locator(".dl-loss-curve")
    curve.wait_for()
    return curve


def button(curve: Locator, name: str) -> Locator:
    return curve.get_by_role("button", name=name, exact=True)


def last_step(curve: Locator) -> int:
    return int(curve.get_attribute("data-step"))


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def settled_step(curve: Locator) -> int:
    """The step at which a paused training stands: the same for half a second."""
    step = -1
    while step != last_step(curve):
        step = last_step(curve)
        time.sleep(0.5)
    return step


def pixels(curve: Locator, colour: tuple[int, int, int]) -> int:
    """How many pixels of the plot have a colour, up to what blending at edges changes."""
    return curve.locator(".dl-stage > canvas").evaluate(
        """(canvas, wanted) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const like = (k) => wanted.every((value, c) => Math.abs(data[k + c] - value) < 12);
            let count = 0;
            for (let k = 0; k < data.length; k += 4) count += data[k + 3] > 200 && like(k);
            return count;
        }""",
        list(colour),
    )


CELLS = {
    "the cell that trains": ("", "curve = LossCurve()\nhistory = train(curve, 'SGD')"),
    "an earlier cell": ("curve = LossCurve()\ncurve", "history = train(curve, 'SGD')"),
}


@pytest.mark.parametrize("where", CELLS)
def test_controls_act_on_the_running_cell(open_notebook, where):
    notebook = open_notebook(SETUP, *CELLS[where], REPORT)
    notebook.run_cell(0)
    notebook.run_cell(1)
    shown_in = 1 if where == "an earlier cell" else 2
    if shown_in == 1:
        expect(button(curve_in(notebook, 1), "Pause")).to_be_disabled()
    notebook.start_cell(2)
    curve = curve_in(notebook, shown_in)
    wait_until(lambda: last_step(curve) > 100, "steps on the page")

    button(curve, "Pause").click()
    expect(button(curve, "Resume")).to_be_enabled()
    paused_at = settled_step(curve)
    assert notebook.is_running(2)

    for n in (1, 2):
        button(curve, "Step").click()
        wait_until(lambda n=n: last_step(curve) == paused_at + n, "one more step")
    time.sleep(0.5)
    assert last_step(curve) == paused_at + 2

    slider = curve.get_by_label("Learning rate")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "0.007943")
    time.sleep(0.5)
    button(curve, "Resume").click()
    wait_until(lambda: last_step(curve) > paused_at + 100, "steps after the pause")
    assert notebook.is_running(2)
    expect(curve.get_by_text(LATE)).to_be_hidden()

    button(curve, "Stop").click()
    notebook.wait_for_cell(2)
    stopped, steps, first_rate, *_, last_rate = notebook.run_cell(3).split()
    assert stopped == "stopped"
    assert float(first_rate) == 0.01
    assert float(last_rate) == pytest.approx(0.01 * 10 ** (-5 * 0.02))
    # The finished picture replaced the output; the view that came with it is complete and alive.
    curve = curve_in(notebook, shown_in)
    wait_until(lambda: last_step(curve) == int(steps), "all steps in the finished view")
    expect(button(curve, "Pause")).to_be_disabled()


def test_runs_are_compared_and_the_view_stays_alive(open_notebook):
    notebook = open_notebook(
        SETUP,
        "curve = LossCurve(title='Two runs')\ntrain(curve, 'GD', lr=0.003, steps=1500);",
        "train(curve, 'Fast', lr=0.03, steps=1500);",
        "print(curve.log_loss, curve.smoothing, curve.hidden)",
    )
    for cell in range(3):
        notebook.run_cell(cell)
    curve = curve_in(notebook, 2)
    expect(curve).to_have_attribute("data-points", "3000")
    # Some 3,300 blue pixels and 2,000 vermilion ones are drawn.
    wait_until(lambda: pixels(curve, BLUE) > 300, "the first run in its colour")
    wait_until(lambda: pixels(curve, VERMILION) > 300, "the second run in its colour")
    spoken = curve.get_by_role("status").filter(has_text="GD, finished at step 1,500: loss from")
    expect(spoken).to_have_count(1)

    curve.get_by_label("Log loss").check()
    curve.get_by_label("Smoothing").fill("0.9")
    plot = curve.get_by_role("slider", name="Read-out")
    plot.focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        plot.press(key)
    expect(plot).to_have_attribute("aria-valuenow", "3")
    expect(curve.locator(".dl-readout")).to_contain_text("step 3")
    expect(curve.locator(".dl-readout")).to_contain_text("smoothed")
    box = plot.bounding_box()
    notebook.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(plot).not_to_have_attribute("aria-valuenow", "3")
    expect(curve.locator(".dl-readout")).to_contain_text("Fast")
    notebook.screenshot("loss_curve_light", curve)

    notebook.set_theme("dark")
    lighter = tuple(value + (255 - value) / 4 for value in BLUE)
    wait_until(lambda: pixels(curve, lighter) > 200, "the first run in the dark theme's colour")
    notebook.screenshot("loss_curve_dark", curve)
    notebook.set_theme("light")

    button(curve, "GD").click()
    expect(button(curve, "GD")).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: pixels(curve, BLUE) < 20, "the first run hidden")
    assert pixels(curve, VERMILION) > 200
    assert notebook.run_cell(3).split(maxsplit=2) == ["True", "0.9", "[0]\n"]


def test_a_front_end_without_subshells_is_told_so(open_notebook):
    notebook = open_notebook(SETUP, "history = train(LossCurve(), 'SGD')", REPORT)
    # As in front ends that know no subshells: every message waits for the cell to end.
    notebook.evaluate("panel.sessionContext.session.kernel.commsOverSubshells = 'disabled';")
    notebook.run_cell(0)
    notebook.start_cell(1)
    notice = notebook.output(1).locator(".dl-loss-curve").get_by_text(LATE)
    expect(notice).to_be_visible()
    assert notebook.is_running(1)
    notebook.interrupt_kernel()
    notebook.wait_for_cell(1)
    expect(notice).to_be_hidden()
    assert notebook.run_cell(2).startswith("interrupted ")


def test_a_loss_that_is_no_number_is_marked(open_notebook):
    diverge = """
from dlcore.train import NonFiniteLoss
try:
    train(LossCurve(log=True), "too fast", lr=1e3)
except NonFiniteLoss as error:
    print(error.step)
"""
    notebook = open_notebook(SETUP, diverge)
    notebook.run_cell(0)
    step = int(notebook.run_cell(1))
    curve = notebook.page.locator(".dl-loss-curve")
    expect(curve).to_have_attribute("data-step", str(step))
    expect(curve).to_contain_text(f"diverged at step {step}")


def test_a_saved_notebook_shows_the_twin_without_its_kernel(open_notebook):
    notebook = open_notebook(SETUP, "train(LossCurve(), 'SGD', steps=500);")
    notebook.run_cell(0)
    notebook.run_cell(1)
    curve_in(notebook, 1)
    output, sentence = notebook.save().cells[1].outputs
    assert set(output.data) == {"application/vnd.plotly.v1+json", "image/png", "text/plain"}
    assert output.data["text/plain"].startswith("Loss over 500 steps, 1 run: SGD from ")
    assert sentence.data["text/plain"] == output.data["text/plain"]
    notebook.evaluate("await app.serviceManager.sessions.shutdownAll();")
    notebook.load()
    expect(notebook.output(1).locator(".js-plotly-plot, img").first).to_be_visible()
    expect(notebook.page.get_by_text("model not found")).to_have_count(0)
