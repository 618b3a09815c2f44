"""Chapter 01 and the index as a reader meets them: stored, run, steered, solved, saved."""

import json
import math
import shutil

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import opening
from tests.browser.lab import REPOSITORY
from tests.browser.test_loss_curve import button, curve_in, last_step, settled_step, wait_until

CHAPTERS = REPOSITORY / "chapters"
CHAPTER = CHAPTERS / "01_gradient_descent.ipynb"
INDEX = CHAPTERS / "index.ipynb"

# What JupyterLab and ipywidgets write where they cannot show an output.
FAILURES = (
    "model not found",
    "Error displaying widget",
    "Error creating widget",
    "JavaScript Error",
    "Loading widget",
    "Failed to load",
)


def cells_with(notebook, script: str) -> list[int]:
    """The cells whose stored form (`cell`) a JavaScript condition holds for."""
    return notebook.evaluate(
        "const holds = new Function('cell', `return ${argument};`);"
        "return panel.content.widgets"
        ".flatMap(({ model }, index) => (holds(model.toJSON()) ? [index] : []));",
        script,
    )


def check_twins(notebook) -> None:
    """Every output that has a picture shows it, and no output shows a failure instead."""
    pictured = cells_with(notebook, "cell.outputs?.some(({ data }) => data?.['image/png'])")
    assert len(pictured) >= 1
    for index in pictured:
        count = sum(
            "image/png" in output.get("data", ()) for output in notebook.stored_outputs(index)
        )
        twins = notebook.cell(index).locator("img, .js-plotly-plot .main-svg:first-child")
        expect(twins).to_have_count(count)
        for k in range(count):
            expect(twins.nth(k)).to_be_visible()
            box = twins.nth(k).bounding_box()
            assert box["width"] > 300 and box["height"] > 200
    check_no_failure(notebook)


def check_no_failure(notebook) -> None:
    for index in cells_with(notebook, "cell.outputs?.length"):
        shown = notebook.cell(index).locator(".jp-OutputArea").inner_text()
        assert not [words for words in FAILURES if words in shown], shown


def test_as_stored_it_reads_without_running(open_notebook):
    notebook = open_notebook(path=CHAPTER)
    check_twins(notebook)
    mathematical = cells_with(notebook, r"cell.cell_type === 'markdown' && /\$/.test(cell.source)")
    assert len(mathematical) > 30
    for index in mathematical:
        text = notebook.cell(index).locator(".jp-RenderedMarkdown")
        expect(text.locator("mjx-container").first).to_be_visible()
        expect(text.locator("mjx-merror")).to_have_count(0)
        assert "$" not in text.inner_text()


@pytest.fixture(scope="module")
def chapter(browser, lab):
    """The chapter, run from top to bottom once for the tests below. Each leaves it usable."""
    with opening(browser, lab) as open_one:
        notebook = open_one(path=CHAPTER)
        notebook.run_all(seconds=120)
        yield notebook


def test_it_runs_to_the_end(chapter):
    counts = chapter.evaluate(
        "return panel.content.widgets.map(({ model }) => model)"
        ".filter(({ type }) => type === 'code').map(({ executionCount }) => executionCount);"
    )
    assert counts == list(range(1, len(counts) + 1))
    last = chapter.text(chapter.index_of("running-time"))
    assert last.startswith("This copy ran from top to bottom in ")
    check_no_failure(chapter)


def test_the_opening_explorer_is_dragged_and_set(chapter):
    root = chapter.output(chapter.index_of("opening-explorer")).locator(".dl-descent")
    root.scroll_into_view_if_needed()
    start, numbers = root.get_attribute("data-start"), losses(root)

    canvas = root.locator(".dl-map canvas")
    box = canvas.bounding_box()
    middle = {"x": box["width"] / 2, "y": box["height"] / 2}
    where = {"x": 0.8 * box["width"], "y": 0.7 * box["height"]}
    canvas.drag_to(canvas, source_position=middle, target_position=where, steps=8)
    expect(root).to_have_attribute("data-pending", "false")
    assert root.get_attribute("data-start") != start
    assert losses(root) != numbers
    check_explorer(chapter, root)

    # Section 5 tells the reader that plain gradient descent breaks just above 0.04.
    remark = root.locator("tr[data-optimiser=GD] td").last
    for rate, words in ((0.039, ""), (0.041, "left the map at ")):
        slide(root, "Learning rate", round(math.log10(rate), 2))
        assert remark.inner_text().startswith(words) and bool(remark.inner_text()) == bool(words)
    slide(root, "Learning rate", -2)
    numbers = losses(root)
    slide(root, "Momentum", 0.5)
    changed = {name for name, loss in losses(root).items() if loss != numbers[name]}
    assert changed == {"Momentum", "Nesterov", "Adam"}  # in Adam it is beta1
    check_explorer(chapter, root)


def slide(root: Locator, words: str, value: float) -> None:
    root.locator(f"label:has-text('{words}') input").fill(str(value))
    expect(root).to_have_attribute("data-pending", "false")


def losses(root: Locator) -> dict[str, str]:
    """The losses that the table shows, by optimiser."""
    return root.locator("tbody tr").evaluate_all(
        "rows => Object.fromEntries(rows.map("
        "({ cells }) => [cells[0].innerText.trim(), cells[1].innerText]))"
    )


def check_explorer(notebook, root: Locator) -> None:
    """What is on the page is what Python has."""
    known = json.loads(
        notebook.ask(
            "import json; print(json.dumps([explorer.describe(), list(explorer.start), "
            "dict(zip(explorer.race.names, explorer.race.loss[:, -1].tolist()))]))"
        )
    )
    sentence, start, ends = known
    assert root.locator(".dl-summary").inner_text() == sentence
    assert [float(v) for v in root.get_attribute("data-start").split(",")] == pytest.approx(start)
    shown = {name: float(loss) for name, loss in losses(root).items()}
    assert shown == pytest.approx(ends, rel=1e-3)


def test_a_running_training_obeys(chapter):
    cell = chapter.index_of("network-train")
    chapter.edit(cell, "EPOCHS = 40\n", "EPOCHS = 100_000\n")
    chapter.start_cell(cell)
    curve = curve_in(chapter, cell)
    expect(curve).to_have_attribute("data-active", "true")
    wait_until(lambda: last_step(curve) > 100, "steps on the page")
    expect(button(curve, "Resume")).to_have_count(0)

    button(curve, "Pause").click()
    expect(curve).to_have_attribute("data-paused", "true")
    paused_at = settled_step(curve)
    button(curve, "Step").click()
    expect(curve).to_have_attribute("data-step", str(paused_at + 1))

    rate = curve.get_by_label("Learning rate")
    rate.fill("-1")
    expect(rate).to_have_attribute("aria-valuetext", "0.005")
    button(curve, "Resume").click()
    wait_until(lambda: last_step(curve) > paused_at + 100, "steps after the pause")
    assert chapter.is_running(cell)

    button(curve, "Stop").click()
    chapter.wait_for_cell(cell)
    history = json.loads(
        chapter.ask(
            "print(json.dumps([history.stopped, len(history), *history.learning_rate[[0, -1]],"
            f" history.learning_rate[[{paused_at}, {paused_at + 1}]].tolist()]))"
        )
    )
    stopped, steps, first, last, around = history
    assert stopped == "stopped"
    assert 200 < steps < 13 * 100_000
    assert first == 0.05 and last == pytest.approx(0.005)
    # The single step was made at the old rate, the first one after the pause at the new one.
    assert around == [0.05, pytest.approx(0.005)]
    curve = curve_in(chapter, cell)
    expect(curve).to_have_attribute("data-step", str(steps))
    expect(curve).to_contain_text("stopped")
    expect(button(curve, "Stop")).to_be_disabled()
    chapter.edit(cell, "EPOCHS = 100_000\n", "EPOCHS = 40\n")


def test_exercise_1_1_answers_by_kind_of_mistake(chapter):
    cell = chapter.index_of("exercise-1-1")
    answer = "    ...\n"
    for next_answer, feedback in (
        ("1 / max(eigenvalues), 1 / (min(eigenvalues) + max(eigenvalues))", "half of what it"),
        ("2 / max(eigenvalues), 2 / (min(eigenvalues) + max(eigenvalues))", "✓ Right"),
    ):
        chapter.edit(cell, answer, answer := f"    return {next_answer}\n")
        chapter.run_cell(cell)
        expect(chapter.output(cell)).to_contain_text(feedback)
    expect(chapter.output(cell)).to_have_count(1)


def test_saved_and_opened_again_it_shows_the_twins(chapter, open_notebook, tmp_path):
    saved = chapter.save()
    bundles = [output.get("data", {}) for cell in saved.cells for output in cell.get("outputs", ())]
    assert not [data for data in bundles if "application/vnd.jupyter.widget-view+json" in data]
    assert "widgets" not in saved.metadata
    nbformat.write(saved, tmp_path / "saved.ipynb")
    check_twins(open_notebook(path=tmp_path / "saved.ipynb"))


def test_the_index_runs_and_leads_to_the_chapter(open_notebook, lab):
    shutil.copy(CHAPTER, lab.root)
    notebook = open_notebook(path=INDEX)
    check_twins(notebook)
    notebook.run_all(seconds=60)
    expect(notebook.output(notebook.index_of("first-look")).locator(".dl-descent")).to_be_visible()
    assert "backends found: numpy" in notebook.text(notebook.index_of("backend"))
    table = notebook.cell(notebook.index_of("chapters"))
    table.get_by_role("link", name="Gradient descent").click()
    notebook.page.wait_for_function(
        "name => window.jupyterapp.shell.currentWidget?.context?.path === name", arg=CHAPTER.name
    )
    heading = notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) h1")
    expect(heading).to_contain_text("01 · Gradient descent")
