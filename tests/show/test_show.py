"""Figures carry their text alternative, and pictures show the right pixels."""

import base64
import html
import io
import re

from aehelpers import show
from aehelpers.experiments import results
from aehelpers.show import figure as figures
from aehelpers.show import images as pictures
from aehelpers.widgets import still
from hypothesis import given, settings
from hypothesis import strategies as st
import matplotlib
import numpy as np
from PIL import Image
import pytest

from tests.calls import refused

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)
CAPTIONS = list("abcdef")
AT_FIRST = dict(matplotlib.rcParams)

POINTS = np.random.default_rng(1).standard_normal((50, 2))
DIGIT = np.arange(50) % 9
SOME = results.Interval(0.6, 0.55, 0.7, 5)
MORE = results.Interval(0.8, 0.79, 0.81, 5)

FIGURES = {
    "rows": lambda: show.image_rows({"one": PICTURES, "two": PICTURES / 255}, "Rows", CAPTIONS),
    "rows without captions": lambda: show.image_rows({"one": PICTURES.reshape(6, 784)}, "Rows"),
    "signed rows": lambda: show.image_rows(
        {"one": PICTURES / 255, "two": PICTURES / 99 - 1.0}, "Rows", signed=["two"]
    ),
    "scatter": lambda: show.scatter(
        {"p": POINTS, "q": -POINTS}, DIGIT, list("0123456789"), "Codes"
    ),
    "arrows": lambda: show.arrows(POINTS, POINTS[:9], 2 * POINTS[:9], "Arrows", "x", "y"),
    "logarithmic curves": lambda: show.curves(
        [1, 9], {"a": [1, 2]}, "C", "k", "loss", yscale="log"
    ),
    "grid": lambda: show.image_grid(PICTURES, CAPTIONS, "Grid", columns=4),
    "weights": lambda: show.weight_grid({"w": np.eye(784)[:, :20]}, "Weights"),
    "codes": lambda: show.code_columns(PICTURES, np.eye(6)[:, :4] - 0.5, PICTURES, "Codes"),
    "loss": lambda: show.loss_curves([0.3, 0.2], [0.4, 0.3], "Loss", best_epoch=2),
    "loss without validation": lambda: show.loss_curves([0.3], [], "Loss"),
    "updates": lambda: show.updates_curve([0, 5, 500], [0.3, 0.2, 0.1], "Updates"),
    "accuracy": lambda: show.accuracy_curve([10, 100], [[0.5, 0.6], [0.7, 0.8]], "Accuracy"),
    "bars": lambda: show.bars(["a", "b"], [0.1, 0.2], "Bars", "length"),
    "interval rows": lambda: show.interval_rows(
        {"a": SOME, "b": MORE},
        "Rows",
        "accuracy in %",
        {"a": [0.5, 0.7], "b": [0.8]},
        {"first": ["a"], "second": ["b"]},
        (0, 99),
    ),
    "logarithmic rows": lambda: show.interval_rows({"a": SOME, "b": None}, "R", "s", log=True),
    "interval_curves": lambda: show.interval_curves(
        [10, 100], {"some": [SOME, MORE], "more": [MORE, MORE]}, "Lines", "images", "in %"
    ),
    "landing": lambda: show.landing([10, 100], [SOME, MORE], [SOME, MORE], (100, 0.7), "Land"),
    "diagram": lambda: show.network_diagram(784, 64, "Network"),
    "page": lambda: still.page("Page", [("p", PICTURES[0], None, 5), ("q", PICTURES[1], ["x"], 2)]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_shows_itself_each_time_the_same_with_a_text_alternative(name):
    figure = FIGURES[name]()
    data, metadata = figure._repr_mimebundle_()
    assert len(figure.alt) > 3
    assert data["text/plain"] == metadata["image/png"]["alt"] == figure.alt
    assert f'alt="{html.escape(figure.alt)}"' in data["text/html"]
    assert data["image/png"] in data["text/html"]
    png = base64.b64decode(data["image/png"])
    assert png == FIGURES[name]().png()
    picture = Image.open(io.BytesIO(png))
    assert picture.width == figures.WIDTH * figures.DOTS_PER_INCH
    assert metadata["image/png"]["width"] == figures.WIDTH * figures.CSS_PIXELS_PER_INCH
    assert dict(matplotlib.rcParams) == AT_FIRST  # the learner's settings


def test_charts_have_labeled_axes():
    for name in ("loss", "updates", "accuracy", "bars"):
        (ax,) = FIGURES[name]().axes
        assert ax.get_xlabel()
        assert ax.get_ylabel() or name == "bars"  # its bars are labeled one by one


def test_rows_of_a_group_have_one_look_that_the_legend_tells():
    (ax,) = FIGURES["interval rows"]().axes
    assert [bar.lines[0].get_color() for bar in ax.containers] == [figures.BLUE, figures.RED]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["first", "second"]
    np.testing.assert_allclose(ends(ax), [(55, 70), (79, 81)])


def ends(ax, axis=0):
    """Return the ends of the error bars of a chart."""
    return [bar.lines[2][0].get_segments()[0][:, axis] for bar in ax.containers]


def test_logarithmic_rows_have_their_values_as_they_are():
    (ax,) = FIGURES["logarithmic rows"]().axes
    np.testing.assert_allclose(ends(ax), [(SOME.low, SOME.high)])
    assert [text.get_text() for text in ax.texts] == ["0.600", "not reached"]


def test_the_text_alternative_holds_the_numbers():
    assert "b (second) ≈ 80.0 %, interval ≈ 79.0 to ≈ 81.0 %" in FIGURES["interval rows"]().alt
    alt = FIGURES["logarithmic rows"]().alt
    assert "a ≈ 0.600, interval ≈ 0.550 to ≈ 0.700; b not reached" in alt
    assert "some, 10: ≈ 60.0 (≈ 55.0 to ≈ 70.0), 100: ≈ 80.0" in FIGURES["interval_curves"]().alt
    assert "your run has ≈ 70.0 %; published are ≈ 80.0 %" in FIGURES["landing"]().alt
    assert "from ≈ 0.3000 to ≈ 0.2000" in FIGURES["loss"]().alt
    assert "10 labels ≈ 55.0 %; 100 labels ≈ 75.0 %" in FIGURES["accuracy"]().alt
    assert "b ≈ 0.2000, a ≈ 0.1000" in FIGURES["bars"]().alt
    assert "b ≈ 2.5, a ≈ 1.0" in show.bars(["a", "b"], [1, 2.5], "t", "x", decimals=1).alt
    assert "Columns: a, b, c, d, e, f" in FIGURES["rows"]().alt


@pytest.mark.parametrize(
    "label", ["short", "fifty letters long, the longest label that can be", "W" * 50]
)
@pytest.mark.parametrize("n", [1, 2, 6, 20])
def test_labels_of_rows_are_whole_and_leave_room_for_the_images(label, n):
    figure = show.image_rows({label: np.tile(PICTURES, (4, 1, 1))[:n], "X": PICTURES[[0] * n]}, "")
    figure.draw_without_rendering()
    (ax,) = figure.axes
    boxes = [text.get_window_extent() for text in ax.get_yticklabels()]
    assert min(box.x0 for box in boxes) > 0
    assert max(box.x1 for box in boxes) < ax.get_window_extent().x0
    assert ax.get_window_extent().width > 0.45 * figure.bbox.width
    assert "".join(ax.get_yticklabels()[0].get_text().split()) == label.replace(" ", "")


def test_no_class_of_a_scatter_lies_over_another():
    n = 300
    labels = np.repeat([0, 1, 2], n)
    points = np.tile(np.random.default_rng(0).standard_normal((n, 2)), (3, 1))
    first, second = (
        show.scatter({"p": points, "q": points}, labels, ["T-shirt", "Shirt", "Coat"], "Codes")
        for _ in range(2)
    )
    assert first.png() == second.png()
    ax = first.axes[0]
    colours = [tuple(colour) for colour in ax.collections[0].get_facecolors()]
    kinds = [sorted(set(colours)).index(colour) for colour in colours]
    assert np.abs(np.bincount(kinds[-n:]) / n - 1 / 3).max() < 0.1  # those on top
    boxes = [text.get_window_extent().expanded(1, 0.6) for text in ax.texts]  # of capitals
    assert not any(boxes[i].overlaps(boxes[j]) for i in range(3) for j in range(i))
    middle = ax.transData.transform(np.median(points, axis=0))
    assert max(np.abs((box.min + box.max) / 2 - middle).max() for box in boxes) < 60


def test_the_key_of_weights_says_in_words_and_colours_how_large_they_are():
    figure = show.weight_grid({"w": np.linspace(-2, 2, 784 * 3).reshape(784, 3)}, "Weights")
    *_, key = figure.axes
    assert [text.get_text() for text in key.get_xticklabels()] == ["-2 or less", "0", "2 or more"]
    assert "the darkest red is a weight of ≈ 2 or more, the darkest blue of ≈ -2 or" in figure.alt
    groups = {"large": np.full((784, 2), 4.0), "small": np.full((784, 2), 0.5)}
    figure = show.weight_grid(groups, "Weights", own_scales=True)
    *axes, key = figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == [
        "large (darkest: ±4)",
        "small (darkest: ±0.5)",
    ]
    assert [text.get_text() for text in key.get_xticklabels()] == ["negative", "0", "positive"]
    assert "weights of ≈ 4, ≈ 0.5, in either direction" in figure.alt


def test_weights_stand_in_as_many_columns_as_one_asks_for():
    for columns, (height, width) in {1: (88, 28), 2: (58, 58), 12: (28, 88)}.items():
        figure = show.weight_grid({"w": np.eye(784)[:, :3]}, "Weights", columns=columns)
        (image,) = figure.axes[0].images
        assert image.get_array().shape == (height, width)


def test_large_numbers_beside_bars_and_below_them_have_commas():
    figure = show.bars(["a", "b"], [591_626, 109_386], "t", "x", decimals=0)
    (ax,) = figure.axes
    figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == ["109,386", "591,626"]
    assert "a ≈ 591,626, b ≈ 109,386" in figure.alt
    assert "100,000" in [text.get_text() for text in ax.get_xticklabels()]


def test_signed_numbers_are_red_and_blue_and_zero_is_white():
    numbers = np.tile(np.repeat([-2.0, 0.0, 2.0], [10, 8, 10]), (1, 28, 1))
    low, zero, high = pictures._signed(numbers)[0, [0, 14, 27]].astype(int)
    assert low[2] > low[0] + 50
    assert high[0] > high[2] + 50
    assert zero.min() > 240


def test_error_bars_are_one_standard_deviation_over_the_seeds():
    values = np.array([[0.50, 0.60, 0.70], [0.80, 0.80, 0.80]])
    (ax,) = show.accuracy_curve([10, 100], values, "x").axes
    np.testing.assert_allclose(ends(ax, axis=1), [(50, 70)])


def test_bytes_and_scaled_floats_are_the_same_picture_and_values_outside_black_or_white():
    images = np.random.default_rng(0).integers(0, 256, (4, 784), np.uint8)
    np.testing.assert_array_equal(
        show.as_pictures(images), show.as_pictures(images / np.float32(255))
    )
    images = np.array([-3, 0, 0.5, 1, 7], float).repeat(784).reshape(5, 784)
    assert show.as_pictures(images)[:, 0, 0].tolist() == [0, 0, 128, 255, 255]


@given(st.integers(1, 4), st.integers(1, 5))
@settings(max_examples=20)
def test_a_montage_holds_every_image_in_its_place(n_rows, n_columns):
    rows = PICTURES[np.arange(n_rows * n_columns) % 6].reshape(n_rows, n_columns, 28, 28)
    joined = show.montage(list(rows))
    pitch = 28 + pictures.GAP
    assert joined.shape == (n_rows * pitch - pictures.GAP, n_columns * pitch - pictures.GAP)
    for row, column in np.ndindex(n_rows, n_columns):
        cut = joined[row * pitch :, column * pitch :][:28, :28]
        np.testing.assert_array_equal(cut, rows[row, column])


def test_a_table_is_text_in_columns_and_html_with_headings():
    table = show.Table("2 < 3", ["arm", "mean"], [["a & b", "< 1"], ["c", "10"]])
    assert repr(table) == "2 < 3\narm    mean\na & b   < 1\nc        10"
    page = re.sub(' style="[^"]*"', "", table._repr_html_())
    assert page == (
        "<table><caption>2 &lt; 3</caption>"
        '<thead><tr><th scope="col">arm</th><th scope="col">mean</th></tr></thead>'
        '<tbody><tr><th scope="row">a &amp; b</th><td>&lt; 1</td></tr>'
        '<tr><th scope="row">c</th><td>10</td></tr></tbody></table>'
    )


test_wrong_calls = refused(
    [
        (show.as_pictures, dict(images=np.zeros((0, 784))), r"images has shape \(0, 784\)"),
        (show.as_pictures, dict(images=np.zeros(784)), r"images has shape \(784,\)"),
        (show.as_pictures, dict(images=np.zeros((2, 28, 28, 1))), "images has shape"),
        (show.as_pictures, dict(images=np.full((1, 784), np.nan)), "images holds NaN"),
        (show.montage, dict(rows=[PICTURES[:2], PICTURES[:3]]), r"rows\[1\] has shape \(3, 28"),
        (show.image_rows, dict(rows={51 * "a": PICTURES[:2]}), "a key of rows has 51 letters"),
        (show.image_rows, dict(captions=["x"]), "captions has length 1; expected 2"),
        (show.accuracy_curve, dict(accuracies=np.ones((2, 1))), "accuracies has 1 seed"),
        (show.accuracy_curve, dict(accuracies=2 * np.eye(2)), "accuracies goes from 0 to 2"),
        (show.interval_rows, dict(runs={"a": [0.5]}), r"runs has \['a'\]; expected \['a', 'b'\]"),
        (show.interval_rows, dict(groups={"g": ["c"]}), r"a name in groups\['g'\] is 'c'"),
        (show.interval_rows, dict(limits=(0, 1), log=True), r"limits is \(0, 1\); expected num"),
        (show.landing, dict(point=(3, 0.5)), r"point is at 3; expected one of \[1, 2\]"),
        (show.bars, dict(values=[1, 2]), "values has length 2; expected 1"),
    ]
)
