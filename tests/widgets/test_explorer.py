"""Explorers hold the right pages, and show a picture where no kernel runs."""

import base64
import io
import itertools
import time

from aehelpers import learn, show, widgets
from aehelpers.learn import progress
from aehelpers.show import live
from aehelpers.widgets import still
import ipywidgets
import numpy as np
from PIL import Image
from playwright.sync_api import expect
import pytest

from tests.page_checks import in_chromium
from tests.widgets.common import mount

KS, SIGMAS = [1, 2, 4], [0.0, 0.5]
CURVE = show.updates_curve(KS, [3, 2, 1], "Curve")


def explorer(**changes):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (3, 2, 4, 28, 28), np.uint8)
    arguments = dict(
        title="Pictures",
        sliders={"k": KS, "sigma": SIGMAS},
        panels=[
            widgets.Panel("originals", pictures[0, 0]),
            widgets.Panel("by sigma", pictures[0], ("sigma",)),
            widgets.Panel("by both", pictures, ("k", "sigma"), 3, np.full((3, 2, 4), "name")),
            widgets.Panel("small", rng.integers(0, 256, (3, 1, 8, 8), np.uint8), ("k",), 9),
        ],
        start={"k": 2, "sigma": 0.5},
        readouts=np.array([[f"{k} at {sigma}" for sigma in SIGMAS] for k in KS]),
        curve=widgets.Curve(CURVE, np.array([[[k, y]] * 2 for k, y in zip(KS, [3, 2, 1])], float)),
    )
    return widgets.Explorer(**(arguments | changes))


def test_a_row_holds_the_images_of_a_network_as_they_are_shown():
    images = np.random.default_rng(0).uniform(-0.5, 1.5, (3, 2, 4, 784))
    panel = widgets.row("by both", images, "k", "sigma")
    assert panel.label == "by both"
    assert panel.sliders == ("k", "sigma")
    np.testing.assert_array_equal(panel.pictures[2, 1], show.as_pictures(images[2, 1]))
    with pytest.raises(ValueError, match="expected the sizes of 1 sliders"):
        widgets.row("by both", images, "k")


def test_atlas_and_frame_hold_the_montage_of_each_panel_where_its_number_says():
    """The same arithmetic as in explorer.js, on the bytes that go to the browser."""
    made = explorer()
    atlas, panels = np.frombuffer(made.atlas, np.uint8), made.spec["panels"]
    assert made.spec["sizes"] == [3, 2]
    pictures = [panel.pictures for panel in made.panels]
    for (i, k), (j, sigma) in itertools.product(enumerate(KS), enumerate(SIGMAS)):
        frame, top = made.frame(k=k, sigma=sigma), 0
        shown = [pictures[0], pictures[1][j], pictures[2][i, j], pictures[3][i]]
        for panel, number, images in zip(panels, (0, j, 2 * i + j, i), shown):
            page = show.montage([images])
            height, width = page.shape
            assert (panel["height"], panel["width"]) == page.shape
            start = panel["offset"] + number * page.size
            np.testing.assert_array_equal(atlas[start : start + page.size], page.ravel())
            np.testing.assert_array_equal(frame[top : top + height, :width], page)
            assert (frame[top : top + height, width:] == 255).all()
            top += height
        assert top == len(frame)
    assert [panel["sliders"] for panel in panels] == [[], [1], [0, 1], [0]]
    assert sum(len(panel["captions"] or []) for panel in panels) == 6
    assert made.spec["names"] == ["k", "sigma"]
    assert made.spec["values"] == [["1", "2", "4"], ["0.0", "0.5"]]
    assert made.indices == [1, 1]
    with pytest.raises(ValueError, match="k is 3; expected one of"):
        made.frame(k=3, sigma=0.5)


def test_without_a_kernel_there_is_a_still_picture_with_words():
    data, metadata = explorer().still()
    assert data["text/plain"] == metadata["image/png"]["alt"]
    assert "k 2, sigma 0.5 (2 at 0.5)" in data["text/plain"]
    assert "sliders change k and sigma" in data["text/plain"]
    assert "<img alt=" in data["text/html"]
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.width == 1200


def test_the_still_picture_names_its_panels_and_their_images():
    image = np.zeros((2, 6), np.uint8)
    figure = still.page("Two", [("left", image, ["a", "b"], 10), ("right", image, None, 10)])
    texts = [[words.get_text() for words in ax.texts] for ax in figure.axes]
    assert texts == [["left", "a", "b"], ["right"]]


def test_the_marker_stands_on_the_point_of_the_curve():
    picture = np.asarray(Image.open(io.BytesIO(CURVE.png())).convert("RGB")).astype(int)
    height, width, _ = picture.shape
    for x, y in explorer().spec["curve"]["points"]:
        row, column = round(y * height), round(x * width)
        around = picture[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3)
        assert np.abs(around - [0x00, 0x72, 0xB2]).sum(axis=1).min() < 20  # blue


def panel(*shape, **more):
    return widgets.Panel("p", np.zeros(shape, np.uint8), **more)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (dict(start={"k": 3, "sigma": 0.5}), "k is 3; expected one of"),
        (dict(start={"k": 2}), r"names \['k'\]; expected \['k', 'sigma'\]"),
        (dict(start={"k": 1, "sigma": 0.5, "m": 1}), "expected"),
        (dict(sliders={}), "sliders is empty; expected 1 to 2"),
        (dict(readouts=np.array(["a"])), r"readouts has shape \(1,\); expected \(3, 2\)"),
        (dict(panels=[widgets.Panel("p", np.zeros((4, 28, 28)))]), "float64; expected uint8"),
        (dict(panels=[panel(2, 4, 28, 28, sliders=("k",))]), "pictures of shape"),
        (dict(panels=[panel(4, 28, 28, captions=np.array(["a"]))]), "captions of panel 'p' has"),
        (dict(curve=widgets.Curve(CURVE, np.zeros((3, 2)))), "points has shape"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, words):
    with pytest.raises((TypeError, ValueError), match=words):
        explorer(**changes)


def chooser(make=None):
    def pictures(dataset, draw):
        level = {"first": 0, "second": 100}[dataset] + draw
        return {"panels": [widgets.Panel("p", np.full((3, 2, 28, 28), level, np.uint8), ("k",))]}

    names = {"The first": "first", "The second": "second"}
    return widgets.Chooser("Pictures", {"k": KS}, {"k": 2}, make or pictures, names)


def level(made):
    return made.explorer.frame(k=1)[0, 0]


def test_other_images_and_another_data_set_fill_the_atlas_again():
    made = chooser()
    assert level(made) == 0
    made.explorer.indices = [2]
    editions = [made.explorer.edition]
    made.other_images.click()
    assert level(made) == 1
    made.dataset.value = "second"
    assert level(made) == 101
    editions.append(made.explorer.edition)
    assert editions == [1, 3]
    assert made.explorer.atlas[0] == 101
    assert made.explorer.indices == [2]
    assert not made.other_images.disabled


def test_an_error_in_a_callback_is_not_swallowed():
    def broken(dataset, draw):
        if dataset == "second":
            raise RuntimeError("no pictures")
        return {"panels": [widgets.Panel("p", np.zeros((3, 2, 28, 28), np.uint8), ("k",))]}

    made = chooser(broken)
    with pytest.raises(RuntimeError, match="no pictures"):
        made.dataset.value = "second"
    assert not made.other_images.disabled


@pytest.mark.parametrize(
    ("display", "words"),
    [
        (lambda: explorer()._ipython_display_(), "for k 2, sigma 0.5"),
        (lambda: chooser()._ipython_display_(), "for k 2"),
        (lambda: widgets.Guess("q?", ["a", "b"])._ipython_display_(), "q? a / b"),
        (lambda: learn.display_progress(ipywidgets.VBox(), "A bar"), "A bar"),
    ],
    ids=["explorer", "chooser", "guess", "training"],
)
def test_a_live_view_is_an_output_of_its_own_below_what_stands_in_its_stead(
    display, words, monkeypatch
):
    """A front end that has lost the widget shows nothing else of the output that names it."""
    shown = []
    monkeypatch.setattr(progress, "get_ipython", lambda: "a notebook")
    monkeypatch.setattr(live, "display", lambda data, **options: shown.append(data))
    display()
    still, view = shown
    assert words in still["text/plain"]
    assert still["text/html"].startswith('<div class="ae-still">')
    assert live.WIDGET not in still
    assert list(view) == [live.WIDGET]


# --- In Chromium ---

READOUTS = ["MSE 3", "MSE 2", "MSE 1"]


def small():
    captions = np.array([["cat", "dog"], ["cat", "?"], ["?", "?"]])
    pages = np.zeros((3, 2, 8, 8), np.uint8)
    panels = [
        widgets.Panel("Originals", pages[0]),
        widgets.Panel("Copies", pages, ("k",), captions=captions),
    ]
    sliders, start = {"k": [10, 20, 1000]}, {"k": 10}
    return widgets.Explorer("Pictures", sliders, panels, start, readouts=np.array(READOUTS))


def go(page, index):
    """Change the trait, as another view of the widget would."""
    page.evaluate("index => model.set('indices', [index])", index)


@in_chromium
class TestInChromium:
    def test_a_slider_obeys_the_keyboard_and_all_say_what_they_show(self, page):
        mount(page, small())
        page.get_by_role("group", name="Pictures").wait_for()
        page.get_by_role("img", name="Originals, 2 images", exact=True).wait_for()
        page.get_by_role("img", name="Copies, 2 images, k 10, cat, dog", exact=True).wait_for()
        slider = page.get_by_role("slider", name="k", exact=True)
        expect(slider).to_have_attribute("aria-valuetext", "10")
        slider.focus()
        for key, value, readout in (("ArrowRight", "20", "MSE 2"), ("End", "1,000", "MSE 1")):
            page.keyboard.press(key)
            expect(slider).to_have_attribute("aria-valuetext", value)
            expect(page.locator(".ae-value")).to_have_text(value)
            assert page.locator(".ae-readout").text_content() == readout
        page.get_by_role("img", name="Copies, 2 images, k 1,000, ?, ?", exact=True).wait_for()
        go(page, 0)
        expect(slider).to_have_value("0")

    def test_a_slider_that_is_held_down_does_not_flood_a_listener(self, page):
        page.clock.install()
        page.clock.pause_at(time.time() + 60)  # from now on, time goes on where this test says so
        mount(page, small())
        page.clock.run_for(1000)
        status = page.locator("output")
        assert status.text_content() == "MSE 3"
        status.evaluate(
            "status => { window.said = [];"
            "new MutationObserver(() => said.push(status.textContent))"
            ".observe(status, {childList: true, characterData: true, subtree: true}); }"
        )
        for step in range(1, 31):  # a key that is held down repeats about 30 times a second
            go(page, step % 2 + 1)
            assert page.locator(".ae-readout").text_content() == READOUTS[step % 2 + 1]
            page.clock.run_for(30)
        assert page.evaluate("said") == []
        page.clock.run_for(1000)
        assert page.evaluate("said") == ["MSE 2"]

    def test_it_hides_only_the_still_picture_above_it_and_may_be_taken_out_of_the_page(self, page):
        stills = "<p class='ae-still'>of another</p><p class='ae-still'>of this one</p>"
        box = "<div class='widget-vbox'></div><p class='ae-still'>next</p>"
        other = "<div class='ae-controls'><button>Other images</button></div>"
        mount(page, small(), stills + box + other, ".widget-vbox")
        expect(page.locator(".ae-still").nth(1)).to_be_hidden()
        seen = [still.is_visible() for still in page.locator(".ae-still").all()]
        assert seen == [True, False, True]
        page.locator(".ae-live").evaluate("el => el.remove()")
        page.get_by_role("button").click()
        page.wait_for_function("() => new Promise(done => setTimeout(() => done(true)))")
        page.evaluate("() => end()")
