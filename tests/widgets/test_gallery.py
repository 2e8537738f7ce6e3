"""Search and Label: galleries in the page, without a kernel."""

from aehelpers import data, widgets
import numpy as np
from playwright.sync_api import expect
import pytest

from tests.calls import refused
from tests.page_checks import in_chromium
from tests.widgets.common import mount

(LETTERS, CLASSES), _ = data.load("letters")
LETTERS, CLASSES = LETTERS[:60], CLASSES[:60].astype(int)
NAMES = data.class_names("letters")
CAPTIONS = [NAMES[label] for label in CLASSES]
COLOURED = (LETTERS[..., np.newaxis] * np.array([1, 0.5, 0.2])).astype(np.uint8)
POINTS = np.arange(60, dtype=float)[:, np.newaxis]  # each image is nearest to those beside it
CERTAINTY = np.linspace(0.5, 0.9, 5)


def search(images=LETTERS):
    return widgets.Search(
        images, {"places": POINTS, "pixels": data.scale(LETTERS.reshape(60, -1))}, CAPTIONS
    )


def label(**hints):
    return widgets.Label(LETTERS[:5], NAMES[:10], **hints)


def half_labeled():
    made = label(suggested=np.arange(5), certainty=CERTAINTY)
    made.answers = [[0, 2], [1, 9]]
    return made


def kept(page, name):
    return page.evaluate(f"window.traits.{name}")


# --- In Python ---


def test_neighbours_are_the_nearest_and_never_the_image_itself():
    made = search()
    sent = np.frombuffer(made.images, np.uint8).reshape(-1, 28, 28)
    which = [np.flatnonzero((image == LETTERS).all(axis=(1, 2)))[0] for image in sent]
    places, _ = made.spaces
    assert len(made.asked) == len(places["near"]) == 45
    for asked, near in zip(made.asked, places["near"]):
        away = sorted(abs(np.arange(60) - which[asked]))[1:6]
        assert [abs(which[i] - which[asked]) for i in near] == away
    assert [made.captions[i] for i in made.asked] == [CAPTIONS[which[i]] for i in made.asked]


def test_two_images_are_enough_and_captions_are_not_needed():
    made = widgets.Search(COLOURED[:2], {"places": POINTS[:2]})
    assert (made.shape, made.captions) == ([28, 28, 3], [])
    assert sorted(near for (near,) in made.spaces[0]["near"]) == [0, 1]


def test_answers_are_kept_in_their_order_and_the_last_one_counts():
    made = label()
    assert made.labels.tolist() == [-1] * 5
    made.answers = [[2, 7], [0, 1], [2, 3]]
    assert made.labels.tolist() == [1, -1, 3, -1, -1]
    made.answer(np.array([9, 9, 9, 4, 5]))
    assert made.labels.tolist() == [1, 9, 3, 4, 5]
    assert made.answers[:3] == [[2, 7], [0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (search(), "An image and its nearest neighbours. chosen: "),
        (search(COLOURED), "An image and its nearest neighbours. chosen: "),
        (label(), "Images to label. to label: 5."),
        (label(suggested=np.arange(5), certainty=CERTAINTY), "to label: A, B, C, D, E."),
    ],
)
def test_without_a_kernel_there_is_a_still_figure(made, words):
    bundle, metadata = made.still()
    assert words in metadata["image/png"]["alt"]
    assert "Run this cell" in bundle["text/html"]


test_wrong_calls = refused(
    [
        (widgets.Search, dict(images=np.ones((60, 9), np.uint8)), "images has shape"),
        (widgets.Search, dict(spaces={"a": np.ones((9, 2))}), r"spaces\['a'\] has shape"),
        (widgets.Search, dict(captions=["a"]), "captions has length 1"),
        (widgets.Search, dict(images=np.zeros((60, 300, 300), np.uint8)), "the images have"),
        (
            widgets.Search,
            dict(images=LETTERS[:1], spaces={"a": POINTS[:1]}, captions=None),
            "images has 1 row",
        ),
        (widgets.Label, dict(class_names=["a", "a"], suggested=None), "class_names is"),
        (widgets.Label, dict(suggested=np.full(60, 10)), "suggested goes from 10 to 10"),
        (widgets.Label, dict(certainty=None), "certainty has no suggested classes"),
        (label().answer, dict(labels=np.arange(4)), "labels has shape"),
        (label().answer, dict(labels=np.full(5, 10)), "labels goes from 10 to 10"),
    ]
)


# --- In Chromium ---


@in_chromium
class TestInChromium:
    @pytest.mark.parametrize("images", [LETTERS, COLOURED], ids=["grey", "colour"])
    def test_a_click_shows_what_is_nearest(self, page, images):
        made = search(images)
        mount(page, made)
        gallery = page.get_by_role("group", name="Images to choose from")
        gallery.get_by_role("button").nth(7).click()
        expect(gallery.get_by_role("button").nth(7)).to_have_attribute("aria-pressed", "true")
        assert kept(page, "chosen") == 7
        shown = page.get_by_role("group", name="places").get_by_role("img")
        expect(shown).to_have_count(5)
        near = made.spaces[0]["near"][7]
        for place, number in enumerate(near):
            expect(shown.nth(place)).to_have_attribute("aria-label", made.captions[number])
        painted = shown.first.evaluate(
            "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
        )
        sent = np.frombuffer(made.images, np.uint8).reshape(-1, 28, 28, made.shape[2])
        wanted = np.broadcast_to(sent[near[0]], (28, 28, 3))
        assert np.array_equal(np.reshape(painted, (28, 28, 4))[..., :3], wanted)

    def test_a_gallery_is_one_stop_of_the_keyboard(self, page):
        mount(page, search())
        page.keyboard.press("Tab")
        for key, place in (("ArrowRight", 1), ("End", 44), ("ArrowLeft", 43), ("Home", 0)):
            page.keyboard.press(key)
            expect(page.locator(".ae-gallery button").nth(place)).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert kept(page, "chosen") > 5
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body")

    def test_labels_are_given_by_buttons_and_keys_taken_back_and_changed(self, page):
        mount(page, label())
        page.get_by_role("button", name="C", exact=True).click()
        page.keyboard.press("j")
        page.keyboard.press("z")  # no class
        assert kept(page, "answers") == [[0, 2], [1, 9]]
        page.get_by_role("button", name="Undo").click()
        assert kept(page, "answers") == [[0, 2]]
        page.get_by_role("button", name="C, image 1").click()
        expect(page.get_by_role("img", name="image 1 of 5")).to_be_visible()
        page.keyboard.press("a")
        assert kept(page, "answers") == [[0, 2], [0, 0]]
        for key in "bcde":
            page.keyboard.press(key)
        expect(page.get_by_text("All are labeled.", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="A", exact=True)).to_be_disabled()
        assert kept(page, "answers")[2:] == [[1, 1], [2, 2], [3, 3], [4, 4]]

    def test_what_was_clicked_is_there_when_it_is_opened_again(self, page):
        mount(page, half_labeled())
        suggested = "Suggested: C, 70 % sure. 3 still to label."
        expect(page.get_by_text(suggested, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="J, image 2")).to_be_visible()

    def test_keys_follow_a_click_and_are_digits_where_names_are_long(self, page):
        mount(page, widgets.Label(LETTERS[:2], ["cat", "dog"]))
        # As in Safari, where a click does not move the focus.
        page.get_by_role("button", name="cat").evaluate("button => button.click()")
        page.keyboard.press("2")
        assert kept(page, "answers") == [[0, 0], [1, 1]]
