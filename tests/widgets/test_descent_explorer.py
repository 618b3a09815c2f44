"""``DescentExplorer`` without a browser: the race, its settings, messages, words and figure."""

import math
import re
import threading

import numpy as np
import pytest

from dlcore import available_backends, get_backend
from widgets.contours import LEVELS, bands_of
from widgets.descent import OPTIMISERS, race
from widgets.descent_explorer import DescentExplorer
from widgets.surface import SURFACES, Surface, quadratic

BOWL = SURFACES["bowl"]


@pytest.fixture(params=available_backends())
def backend(request):
    return get_backend(request.param)


def paths_of(explorer):
    """What the browser would draw: x, y and loss, each (R, S + 1)."""
    R, S = len(explorer.state["optimisers"]), explorer.state["steps"]
    return np.frombuffer(explorer.paths, "<f4").reshape(3, R, S + 1)


# -- the race -------------------------------------------------------------------------------------


def test_paths_follow_the_update_rules_worked_out_by_hand(backend):
    # One step on L = (x^2 + y^2) / 2, whose gradient is the point itself; then a second one.
    # lr = 0.1, beta = 0.5, start (1, 2), so the first gradient is (1, 2).
    names = ("GD", "Momentum", "Nesterov", "RMSProp", "Adam")
    result = race(BOWL, (1.0, 2.0), names, 0.1, 0.5, 2, backend)
    x = dict(zip(names, result.x, strict=True))
    np.testing.assert_allclose(x["GD"], [1, 0.9, 0.81])
    # v = 1, then v = 0.5 * 1 + 0.9 = 1.4.
    np.testing.assert_allclose(x["Momentum"], [1, 0.9, 0.9 - 0.1 * 1.4])
    # Step g + beta v: 1 + 0.5 * 1; then v = 0.5 * 1 + 0.85 = 1.35, and 0.85 + 0.5 * 1.35.
    np.testing.assert_allclose(x["Nesterov"], [1, 0.85, 0.85 - 0.1 * (0.85 + 0.5 * 1.35)])
    # v = 0.1 g^2, so the first step is lr / sqrt(0.1) whatever the gradient.
    np.testing.assert_allclose(x["RMSProp"][1], 1 - 0.1 / math.sqrt(0.1), rtol=1e-6)
    # After the correction of its bias Adam's first step is lr.
    np.testing.assert_allclose(x["Adam"][1], 0.9, rtol=1e-6)
    np.testing.assert_allclose(result.loss, (result.x**2 + result.y**2) / 2)


def test_both_backends_run_the_same_race():
    if len(available_backends()) < 2:
        pytest.skip("PyTorch is not installed")
    surface = SURFACES["rosenbrock"]
    races = [
        race(surface, surface.start, tuple(OPTIMISERS), 0.001, 0.9, 60, get_backend(name))
        for name in available_backends()
    ]
    np.testing.assert_allclose(races[0].x, races[1].x, rtol=1e-9)
    np.testing.assert_allclose(races[0].loss, races[1].loss, rtol=1e-8)


def test_a_step_size_beyond_2_over_the_curvature_diverges_and_says_when(backend):
    surface = quadratic(50)  # gradient descent is stable below 2 / 50
    stable = race(surface, (1, 1), ("GD",), 0.039, 0, 400, backend)
    assert stable.diverged == stable.escaped == (None,)
    unstable = race(surface, (1, 1), ("GD",), 0.1, 0, 400, backend)
    # y is multiplied by 1 - 0.1 * 50 = -4 a step: outside [-2, 2] after one.
    assert unstable.escaped == (1,)
    lost = unstable.diverged[0]
    # |y| = 4^k passes 10,000 maps of width 4 at k = 8.
    assert lost == 8
    assert np.isfinite(unstable.loss[0, :lost]).all() and np.isnan(unstable.loss[0, lost:]).all()


def test_a_surface_that_overflows_ends_the_racer_without_a_warning(backend):
    steep = Surface(lambda x, y: (x * x).exp() + y * y, (-3, 3), (-3, 3))
    result = race(steep, (2.5, 0), ("GD", "Adam"), 0.5, 0.9, 20, backend)
    assert result.diverged[0] is not None and result.diverged[1] is None


# -- the map --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SURFACES)
def test_levels_are_evenly_spaced_bands_that_split_the_map_in_halves(name):
    L = SURFACES[name].grid(101)[2]
    bands, levels = bands_of(L)
    assert levels.shape == (LEVELS,) and (np.diff(levels) > 0).all()
    assert (bands.min(), bands.max()) == (0, pytest.approx(LEVELS + 1))
    for k, level in enumerate(levels, 1):
        assert ((bands < k) == (L < level)).mean() > 0.999
    assert 0.35 < np.median(bands) / (LEVELS + 1) < 0.65


def test_a_flat_map_and_one_with_holes_still_have_bands():
    bands, levels = bands_of(np.full((3, 3), 7.0))
    assert (bands == 0).all() and (levels == 7).all()
    bands, _ = bands_of(np.array([[0.0, 1.0], [2.0, np.inf]]))
    assert bands[1, 1] == bands[1, 0] == pytest.approx(LEVELS + 1)


# -- the explorer ---------------------------------------------------------------------------------


def test_an_explorer_starts_with_what_the_surface_suggests_and_sends_the_whole_race():
    explorer = DescentExplorer("rosenbrock", steps=30)
    assert explorer.start == SURFACES["rosenbrock"].start
    assert explorer.learning_rate == SURFACES["rosenbrock"].learning_rate
    assert explorer.shown == ("GD", "Momentum", "Nesterov", "RMSProp", "Adam")
    sent = paths_of(explorer)
    run = explorer.race
    np.testing.assert_array_equal(sent, np.stack([run.x, run.y, run.loss]).astype(np.float32))
    bands = np.frombuffer(explorer.bands, "<f4")
    assert bands.size == SURFACES["rosenbrock"].resolution ** 2
    assert len(explorer.paths) + len(explorer.bands) < 50_000


def test_settings_can_be_set_from_python_and_move_the_race():
    explorer = DescentExplorer("bowl", optimisers=["GD"], steps=1)
    explorer.start = (2, 0)
    explorer.learning_rate = 0.25
    assert paths_of(explorer)[0, 0].tolist() == [2, 1.5]
    assert (explorer.state["start"], explorer.state["learning_rate"]) == ((2, 0), 0.25)
    explorer.set(start=(1, 1), learning_rate=0.5)
    assert paths_of(explorer)[:2, 0, 1].tolist() == [0.5, 0.5]


def test_another_surface_brings_its_own_start_and_rate():
    explorer = DescentExplorer(["bowl", "saddle"])
    explorer.set(start=(0.5, 0.5), learning_rate=0.3)
    bands = explorer.bands
    explorer.surface = "saddle"
    assert explorer.start == SURFACES["saddle"].start
    assert explorer.learning_rate == SURFACES["saddle"].learning_rate
    assert explorer.bands != bands
    assert explorer.state["surfaces"] == {"bowl": "bowl", "saddle": "saddle"}


def test_hiding_an_optimiser_changes_words_and_figure_but_not_the_race():
    explorer = DescentExplorer("ravine")
    run = explorer.race
    explorer.shown = ["Adam", "GD"]
    assert explorer.race is run
    assert [trace.name for trace in explorer.figure().data[2:]] == ["GD", "Adam", "start"]
    assert "Momentum loss" not in explorer.describe()
    explorer.shown = []
    assert "no optimiser is shown" in explorer.describe()


def test_surfaces_come_as_an_object_a_name_a_list_or_a_dict():
    own = Surface(lambda x, y: x * x + 3 * y * y, (-1, 1), (-2, 2), "my loss")
    assert DescentExplorer(own).surface == "my loss"
    assert list(DescentExplorer(["bowl", own]).state["surfaces"]) == ["bowl", "my loss"]
    assert list(DescentExplorer({"a": own}).state["surfaces"]) == ["a"]
    assert list(DescentExplorer(SURFACES).state["surfaces"]) == list(SURFACES)


def test_the_sentence_has_the_numbers():
    explorer = DescentExplorer(
        quadratic(50), (1, 0), ["GD", "Momentum"], learning_rate=0.02, momentum=0.5, steps=10
    )
    loss = 0.5 * 0.98**20
    assert explorer.describe().startswith(
        "After 10 steps from (1, 0) on the ravine (condition number 50) with learning rate 0.02, "
        f"momentum 0.5: GD loss {loss:.2g}, Momentum loss "
    )
    assert explorer.describe().endswith(
        f"Closest to a minimum: Momentum, {explorer.race.x[1, -1]:.2g} away."
    )
    assert explorer.state["summary"] == explorer.describe()
    explorer.set(start=(1, 1), learning_rate=1.0)
    assert "GD diverged at step" in explorer.describe()


def test_the_sentence_says_who_left_the_map_and_came_back():
    explorer = DescentExplorer("bowl", (1.9, 0), ["Momentum"], learning_rate=2.4, momentum=0.3)
    # x is multiplied by 1 - 2.4 at first, and converges since 2.4 < 2 (1 + 0.3).
    assert "Momentum loss" in explorer.describe()
    assert "(it left the map at step 1). Closest" in explorer.describe()


def test_the_figure_has_the_levels_the_minima_and_the_paths():
    explorer = DescentExplorer("himmelblau")
    figure = explorer.figure()
    kinds = [trace.type for trace in figure.data]
    assert kinds == ["contour"] + ["scatter"] * (4 + 5 + 1)
    np.testing.assert_array_equal(figure.data[5].x, explorer.race.x[0])
    assert {trace.line.dash for trace in figure.data[5:10]} == {
        *("solid", "dash", "dot", "dashdot", "longdash")
    }
    labels = figure.data[0].colorbar.ticktext
    assert float(labels[0]) == pytest.approx(explorer.state["levels"][0], rel=0.05)


# -- the browser's messages -----------------------------------------------------------------------


def ask(explorer, sequence, **changes):
    content = {"kind": "set", "client": "me", "sequence": sequence, "changes": changes}
    explorer._handle_custom_msg(content, [])


def test_a_message_is_answered_with_its_own_number():
    explorer = DescentExplorer("bowl", optimisers=["GD"], steps=3)
    ask(explorer, 7, start=[1.5, -0.5])
    assert (explorer.state["client"], explorer.state["sequence"]) == ("me", 7)
    assert paths_of(explorer)[:2, 0, 0].tolist() == [1.5, -0.5]
    assert explorer.start == (1.5, -0.5)


def test_a_message_with_a_bad_value_is_answered_with_a_sentence(monkeypatch):
    explorer = DescentExplorer("bowl")
    sent, state = [], explorer.state
    monkeypatch.setattr(explorer, "send", sent.append)
    ask(explorer, 3, learning_rate=-1)
    [answer] = sent
    assert (answer["kind"], answer["client"], answer["sequence"]) == ("error", "me", 3)
    assert "not negative, received -1: with a negative one every" in answer["text"]
    assert explorer.state == state


def test_messages_from_several_threads_leave_one_consistent_race():
    explorer = DescentExplorer("ravine", steps=20)
    points = [(k / 10, -k / 20) for k in range(1, 13)]
    threads = [
        threading.Thread(target=ask, args=(explorer, k), kwargs={"start": list(point)})
        for k, point in enumerate(points)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = points[explorer.state["sequence"]]
    assert explorer.start == winner == explorer.state["start"]
    np.testing.assert_allclose(paths_of(explorer)[:2, :, 0].T, [winner] * 5, rtol=1e-6)


def test_the_files_of_the_browser_module_declare_each_name_once():
    # They become one file and one scope, in which a second declaration is a syntax error.
    names = re.findall(r"^(?:class|const|function|let)\s+(\w+)", DescentExplorer._esm, re.M)
    assert len(names) > 30
    assert [name for name in set(names) if names.count(name) > 1] == []


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"surface": "mountain"}, "unknown surface 'mountain'; use one of 'bowl'"),
        ({"surface": 3}, "expected a Surface as 'surface', received int"),
        ({"surface": []}, "at least one surface"),
        ({"start": (3, 0)}, r"start \(3, 0\) is outside the map of bowl: x from -2 to 2"),
        ({"start": (math.nan, 0)}, "outside the map"),
        ({"start": 1}, r"pair of numbers \(x, y\), received 1"),
        ({"learning_rate": -0.1}, "not negative, received -0.1: with a negative one every step"),
        ({"learning_rate": math.inf}, "a finite number .*received inf"),
        ({"learning_rate": 0}, "a learning rate of 0 leaves every optimiser at the start"),
        ({"momentum": 1}, "from 0 to below 1, received 1"),
        ({"optimisers": ["GD", "Lion"]}, "unknown optimiser 'Lion'; use GD, Momentum"),
        ({"steps": 0}, "whole number of steps from 1 to 2,000, .*received 0"),
        ({"steps": 10**7}, "from 1 to 2,000, .*received 10000000"),
        ({"backend": "jax"}, "unknown backend 'jax'"),
    ],
)
def test_bad_input_is_refused_with_what_was_received(options, message):
    with pytest.raises(ValueError, match=message):
        DescentExplorer(**{"surface": "bowl", **options})


def test_a_learning_rate_that_is_no_number_is_a_type_error():
    with pytest.raises(TypeError, match="a learning rate is a number, received 'fast'"):
        DescentExplorer("bowl", learning_rate="fast")


def test_a_refused_change_leaves_everything_as_it_was():
    explorer = DescentExplorer("bowl")
    before = (explorer.state, explorer.paths, explorer.start)
    for changes in ({"start": (9, 9)}, {"surface": "x"}, {"shown": ["Lion"]}, {"speed": 2}):
        with pytest.raises(ValueError, match=r"outside|unknown|no setting"):
            explorer.set(**changes)
    assert (explorer.state, explorer.paths, explorer.start) == before


def test_a_surface_without_one_finite_value_is_refused():
    with pytest.raises(ValueError, match="no finite value"):
        DescentExplorer(
            Surface(lambda x, y: x * math.nan, (0, 1), (0, 1), "void", learning_rate=0.1)
        )
