"""The cards of the home page, with the notebooks as they are."""

import io
from xml.etree import ElementTree

from PIL import Image
import pytest

from tools.notebooks import chapters, read
from website import cards

ALT = (
    "Five ways. test accuracy in %, mean with 95 % interval: pixels, linear (labels) ≈ 80.0 %, "
    "interval ≈ 75.0 to ≈ 82.5 %; code < all ≈ 40.0 %, interval ≈ 30.0 to ≈ 50.0 %."
)


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_notebook_has_the_picture_that_its_card_shows(path):
    files = {}
    made = cards.picture(path.stem, read(path), files.__setitem__)
    if made.startswith("<img"):
        (content,) = files.values()
        width, height = Image.open(io.BytesIO(content)).size
        assert 500 <= width <= 560
        assert 1.6 < width / height < 2.1
        assert 'alt=""' not in made
    else:
        assert ElementTree.fromstring(made).get("aria-label")


def test_no_two_cards_show_the_same():
    assert len(set(cards.PICTURES.values())) == len(cards.PICTURES) == len(chapters())


def test_a_picture_that_is_not_there_is_missed_by_its_name():
    empty = read(chapters()[0])
    empty.cells = []
    with pytest.raises(ValueError, match="From one image to another"):
        cards.picture("00_play", empty, None)


@pytest.mark.parametrize(
    ("place", "size"), [((0, 0, 1120), (560, 316)), ((1000, 0, 400), (120, 226))]
)
def test_a_part_is_not_larger_than_a_card_shows_and_ends_with_the_picture(place, size):
    buffer = io.BytesIO()
    Image.new("RGBA", (1120, 2000)).save(buffer, "png")
    assert Image.open(io.BytesIO(cards.part(buffer.getvalue(), place))).size == size


def test_bars_have_the_lengths_and_names_of_a_chart():
    drawn = ElementTree.fromstring(cards.bars(ALT))
    longer, shorter = (float(bar.get("width")) for bar in drawn.iter("rect"))
    assert longer == 2 * shorter
    assert [text.text for text in drawn.iter("text")] == [
        *["Five ways", "pixels, linear", "80.0", "code < all", "40.0", "test accuracy in %"]
    ]
    label = "Five ways, test accuracy in %: pixels, linear (labels) 80.0, code < all 40.0"
    assert drawn.get("aria-label") == label


def test_a_card_takes_text_as_text():
    assert cards.card("k < m", "a.html", "", "k < m").count("k &lt; m") == 2
