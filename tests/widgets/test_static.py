"""Static twins: what the bundle holds, and what the picture shows."""

import base64
import io
import json

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.figure import Figure as MatplotlibFigure
from PIL import Image
from plotly.subplots import make_subplots

from widgets.png import array
from widgets.static import PALETTE, bundle, caption, show, to_png

PLOTLY = "application/vnd.plotly.v1+json"


def pixels(figure):
    """The picture of a figure as (H, W, 3) bytes."""
    return np.asarray(Image.open(io.BytesIO(to_png(figure))).convert("RGB"))


def has_colour(image, colour):
    """Whether some pixel has exactly the colour "#rrggbb"."""
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return bool((image == wanted).all(axis=2).any())


def line(**options):
    return go.Figure(go.Scatter(x=[0, 1, 2], y=[1.0, 3.0, 2.0], mode="lines", **options))


def test_bundle_has_the_plot_the_picture_and_the_text():
    figure = line(name="training")
    parts = bundle(figure, " A loss that falls. ")
    assert list(parts) == [PLOTLY, "image/png", "text/plain"]
    assert parts["text/plain"] == "A loss that falls."
    assert base64.b64decode(parts["image/png"]) == to_png(figure)
    assert parts[PLOTLY]["data"][0]["name"] == "training"


def test_bundle_replaces_the_default_template_and_leaves_the_figure_alone():
    figure = line().update_layout(title="Loss", template="plotly_dark")
    before = figure.to_json()
    plot = bundle(figure, "text")[PLOTLY]
    assert len(json.dumps(plot)) < 2000
    assert plot["layout"]["title"]["text"] == "Loss"
    assert plot["layout"]["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert figure.to_json() == before


def test_the_tool_bar_does_not_offer_to_upload_the_figure():
    assert bundle(line(), "text")[PLOTLY]["config"]["showSendToCloud"] is False


def test_bundle_stores_arrays_as_float32_and_keeps_their_shape():
    z = np.random.default_rng(0).random((30, 40))
    plot = bundle(go.Figure(go.Heatmap(z=z)), "text")[PLOTLY]
    stored = plot["data"][0]["z"]
    assert (stored["dtype"], stored["shape"]) == ("f4", "30, 40")
    read = np.frombuffer(base64.b64decode(stored["bdata"]), "<f4").reshape(30, 40)
    np.testing.assert_array_equal(read, z.astype(np.float32))


@pytest.mark.parametrize("steps", [list(range(100)), np.arange(100), np.arange(70_000)])
def test_bundle_keeps_whole_numbers_whole(steps):
    plot = bundle(go.Figure(go.Scatter(x=steps, y=np.sqrt(steps), mode="lines")), "text")[PLOTLY]
    np.testing.assert_array_equal(array(plot["data"][0]["x"]), steps)
    assert array(plot["data"][0]["x"]).dtype.kind in "iu"


def test_bundle_stores_a_long_list_of_floats_as_an_array():
    y = [0.5] + [1] * 99
    stored = bundle(go.Figure(go.Scatter(y=y)), "text")[PLOTLY]["data"][0]["y"]
    assert stored["dtype"] == "f4"
    np.testing.assert_array_equal(array(stored), y)


def test_bundle_is_strict_json_even_with_missing_numbers():
    figure = go.Figure(go.Scatter(x=[1, 2, 3], y=[1.0, float("nan"), float("inf")]))
    plot = bundle(figure, "text")[PLOTLY]
    assert json.loads(json.dumps(plot, allow_nan=False)) == plot


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_a_figure_without_a_text_alternative_is_refused(text):
    with pytest.raises(ValueError, match="needs a text alternative"):
        bundle(line(), text)
    with pytest.raises(ValueError, match="needs a text alternative"):
        show(line(), text)


def test_show_publishes_the_bundle_with_the_size_of_its_picture_and_a_sentence_below(monkeypatch):
    published = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **options: published.append((data, options))
    )
    figure = line().update_layout(width=500, height=300)
    show(figure, "A line.")
    [(data, options), (below, _)] = published
    assert data == bundle(figure, "A line.")
    assert options == {
        "raw": True,
        "metadata": {"image/png": {"width": 500, "height": 300, "alt": "A line."}},
    }
    assert pixels(figure).shape == (300, 500, 3)
    assert below == {"text/markdown": "A line.", "text/plain": "A line."}


def test_a_caption_is_plain_text_also_as_markdown():
    text = "x_1 < 2 * y_2 costs $3 [or | so]"
    assert caption(text)["text/plain"] == text
    assert caption(text)["text/markdown"] == r"x\_1 \< 2 \* y\_2 costs \$3 \[or \| so\]"


def test_picture_is_the_same_every_time():
    assert to_png(line()) == to_png(line())


def test_picture_of_an_unknown_trace_names_its_type():
    with pytest.raises(TypeError, match="'pie' trace, only scatter, contour, heatmap, bar"):
        to_png(go.Figure(go.Pie(values=[1, 2])))


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (5, "expected a plotly.graph_objects.Figure, received builtins.int"),
        (MatplotlibFigure(), "matplotlib.figure.Figure: a matplotlib figure is displayed by"),
        (go.Scatter(y=[1, 2]), r"Scatter: put it into a figure, go\.Figure"),
    ],
)
def test_what_is_no_plotly_figure_is_refused(figure, said):
    with pytest.raises(TypeError, match=said):
        show(figure, "a text")
    with pytest.raises(TypeError, match=said):
        to_png(figure)


def test_picture_keeps_the_exact_colours_of_lines_and_bars():
    figure = go.Figure()
    for k, colour in enumerate(PALETTE):
        figure.add_scatter(x=[0, 1], y=[k, k], name=f"run {k}", line={"color": colour, "width": 4})
    image = pixels(figure)
    assert all(has_colour(image, colour) for colour in PALETTE)
    bars = go.Figure(go.Bar(x=["SGD", "Adam"], y=[1, 2], marker={"color": "rgb(0, 158, 115)"}))
    assert has_colour(pixels(bars), "#009E73")


def test_picture_keeps_white_white_and_stays_small():
    z = np.linspace(0, 1, 900).reshape(30, 30)
    figure = go.Figure(go.Heatmap(z=z, colorscale=[[0, "#ffffff"], [1, "#a0a0a0"]]))
    figure.add_scatter(x=[0, 29], y=[0, 29], line={"color": "#0072B2"})
    image = pixels(figure)
    assert (image[0] == 255).all() and (image[-1] == 255).all()
    assert len(to_png(figure)) < 60_000


def test_picture_gives_lines_without_a_colour_those_of_the_palette_in_turn():
    figure = go.Figure([go.Scatter(y=[k, k + 1], mode="lines") for k in range(3)])
    image = pixels(figure)
    assert [has_colour(image, colour) for colour in PALETTE[:4]] == [True, True, True, False]


def test_picture_has_a_logarithmic_axis_whose_range_is_in_powers_of_ten():
    figure = go.Figure(go.Scatter(x=[1, 2], y=[10, 10], line={"color": "#D55E00", "width": 5}))
    figure.update_layout(showlegend=False)
    figure.update_yaxes(type="log", range=[0, 4])  # 1 to 10,000: the line is at a quarter
    rows = np.flatnonzero((pixels(figure) == [0xD5, 0x5E, 0x00]).all(axis=2).any(axis=1))
    top, bottom = 16, 440 - 52
    assert (bottom - rows.mean()) / (bottom - top) == pytest.approx(0.25, abs=0.01)


def test_picture_of_a_heatmap_has_row_0_at_the_bottom_unless_reversed():
    figure = go.Figure(
        go.Heatmap(z=[[0, 0], [1, 1]], colorscale=[[0, "#000080"], [1, "#ffd000"]], showscale=False)
    )
    image = pixels(figure)
    middle = image[:, image.shape[1] // 2]
    assert tuple(middle[100]) == (255, 208, 0) and tuple(middle[-100]) == (0, 0, 128)
    figure.update_yaxes(autorange="reversed")
    assert tuple(pixels(figure)[100, image.shape[1] // 2]) == (0, 0, 128)


def test_picture_of_contours_draws_the_level_where_the_surface_has_it():
    x = np.linspace(0, 1, 41)
    figure = go.Figure(
        go.Contour(
            x=x,
            y=x,
            z=np.tile(x, (41, 1)),
            contours={"start": 0.25, "end": 0.75, "size": 0.5, "coloring": "none"},
            line={"color": "#D55E00", "width": 4},
            showscale=False,
        )
    )
    columns = np.flatnonzero((pixels(figure) == [0xD5, 0x5E, 0x00]).all(axis=2).any(axis=0))
    left, right = 66, 760 - 20
    share = (columns - left) / (right - left)
    assert share[share < 0.5].mean() == pytest.approx(0.25, abs=0.01)
    assert share[share > 0.5].mean() == pytest.approx(0.75, abs=0.01)


def test_picture_of_subplots_puts_each_trace_into_its_pane():
    figure = make_subplots(1, 2, subplot_titles=("left", "right"))
    figure.add_scatter(x=[0, 1], y=[0, 1], line={"color": "#0072B2", "width": 4}, row=1, col=1)
    figure.add_scatter(x=[0, 1], y=[0, 1], line={"color": "#D55E00", "width": 4}, row=1, col=2)
    figure.update_layout(showlegend=False)
    image = pixels(figure)
    half = image.shape[1] // 2
    assert has_colour(image[:, :half], "#0072B2") and not has_colour(image[:, half:], "#0072B2")
    assert has_colour(image[:, half:], "#D55E00") and not has_colour(image[:, :half], "#D55E00")


def test_picture_draws_shapes_and_annotations():
    plain = line().update_layout(showlegend=False)
    marked = go.Figure(plain)
    marked.add_vline(x=1, line={"color": "#CC79A7", "width": 4})
    assert has_colour(pixels(marked), "#CC79A7") and not has_colour(pixels(plain), "#CC79A7")
    marked.add_annotation(x=1, y=2, text="<b>here</b>", font={"color": "#009E73", "size": 30})
    assert has_colour(pixels(marked), "#009E73")
